// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// seccomp_unotify: counts which files a jail names and which sockets it
// connects.
#ifndef JAIL_PARENT_ACCESS_RECORDER_H_
#define JAIL_PARENT_ACCESS_RECORDER_H_

#include <linux/seccomp.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "jail/parent/ending.h"
#include "jail/spec/recorded_calls.h"

namespace jail {

struct Access {
  bool is_socket = false;
  std::string what;               // path or address
  std::optional<uint64_t> flags;  // of a call that opens: O_*
  bool cut = false;               // `what` is the beginning of more
  std::string syscall;            // of socketcall: the call that it stands for
};

// What a call names, as the memory of the thread that waits says now: one
// file or socket, two files, or none (fstatat(2) of a descriptor).  Nothing
// where it can't be read.
std::optional<std::vector<Access>> LookAtAccess(const seccomp_notif& call,
                                                const RecordedCall& shape);

// "192.0.2.1:80" "[::1]:80" "unix:/run/x" "unix:@abstract" "AF_NETLINK":
// the bytes of a sockaddr; empty: they are none.
std::string AddressText(const std::string& bytes);

// Counts what is the same.  Whatever the jail does, it holds no more than this.
class AccessRecorder {
 public:
  // Different ones; calls beyond are only counted.
  static constexpr size_t kMaxEntries = 16384;
  static constexpr size_t kMaxTextBytes = size_t{4} << 20;  // of all of them
  static constexpr size_t kMaxPath = 4095;  // of one; PATH_MAX without its end

  void Count(const std::string& syscall, const Access& access);
  void CountUnreadable() { ++unreadable_; }
  // Files that were opened first, then the most frequent ones.
  AccessRecord Record() const;

 private:
  using Key =
      std::tuple<bool, std::string, std::string, std::optional<uint64_t>, bool>;
  std::map<Key, uint64_t> counts_;
  size_t text_bytes_ = 0;
  uint64_t not_recorded_ = 0;
  uint64_t unreadable_ = 0;
};

}  // namespace jail

#endif  // JAIL_PARENT_ACCESS_RECORDER_H_
