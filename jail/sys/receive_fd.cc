// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/sys/receive_fd.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

namespace jail {

FdMessage ReceiveFd(int socket, int flags) {
  FdMessage out;
  iovec data = {&out.byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message = {};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t got = 0;
  do {
    got = recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
  } while (got < 0 && errno == EINTR);
  if (got < 0) out.error = errno;
  out.closed = got == 0;
  if (got <= 0) return out;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS &&
      header->cmsg_len == CMSG_LEN(sizeof(int))) {
    int fd = -1;
    memcpy(&fd, CMSG_DATA(header), sizeof fd);
    out.fd.Reset(fd);
  }
  return out;
}

}  // namespace jail
