// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SYS_RECEIVE_FD_H_
#define JAIL_SYS_RECEIVE_FD_H_

#include "jail/sys/fd.h"

namespace jail {

// What one recvmsg(2) of one byte brought.
struct FdMessage {
  int error = 0;        // errno of recvmsg; with one, nothing came
  bool closed = false;  // the other end is: nothing came
  char byte = 0;
  // Of SCM_RIGHTS, unix(7); not valid when the message carried none, or when
  // this process had no number left for it.
  Fd fd;
};

// `flags`: as recvmsg(2) takes them; MSG_CMSG_CLOEXEC is added.  Interrupted
// calls are made again.
FdMessage ReceiveFd(int socket, int flags);

}  // namespace jail

#endif  // JAIL_SYS_RECEIVE_FD_H_
