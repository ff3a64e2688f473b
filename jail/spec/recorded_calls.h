// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What seccomp_unotify records: calls that look up a path, and calls that take
// a socket's address.
#ifndef JAIL_SPEC_RECORDED_CALLS_H_
#define JAIL_SPEC_RECORDED_CALLS_H_

#include <cstddef>
#include <string>

namespace jail {

struct RecordedCall {
  enum class Kind {
    kPath,
    kOpen,        // with O_ flags, an int
    kOpenHow,     // with the address of a struct open_how
    kCreate,      // creat(2)
    kAddress,     // a sockaddr, and behind it its length
    kSendTo,      // the same; recorded where there is an address
    kMessage,     // the address of a struct msghdr; likewise
    kMessages,    // of an array of struct mmsghdr, and behind it their number
    kSocket,      // family and type
    kSocketCall,  // i386: number of one of them, and its arguments in memory
  };
  const char* name;  // as libseccomp has it: "stat", not "newstat"
  Kind kind;
  // Numbers of arguments; -1: there is none.  `dir`: the descriptor that a
  // relative path is looked up from; without one it is the working directory.
  int path = -1, dir = -1;  // of socket calls: the address, none
  int second_path = -1, second_dir = -1;
  int flags = -1;  // of kOpen, kOpenHow
};

// All of them.
extern const RecordedCall kRecordedCalls[];
extern const size_t kRecordedCallCount;

// Null: it is none of them.
const RecordedCall* FindRecordedCall(const std::string& name);

}  // namespace jail

#endif  // JAIL_SPEC_RECORDED_CALLS_H_
