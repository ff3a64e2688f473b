// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SYS_FD_H_
#define JAIL_SYS_FD_H_

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace jail {

// An owned file descriptor, closed by the destructor.  Whoever makes one makes
// it with O_CLOEXEC.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(other.Release()) {}
  Fd& operator=(Fd&& other) noexcept {
    Reset(other.Release());
    return *this;
  }
  Fd(const Fd&) = delete;
  Fd& operator=(const Fd&) = delete;
  ~Fd() { Reset(); }

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  int Release() { return std::exchange(fd_, -1); }
  void Reset(int fd = -1);

 private:
  int fd_ = -1;
};

// open(2) with O_CLOEXEC.  The error names `path` and the errno.
absl::StatusOr<Fd> Open(const std::string& path, int flags, mode_t mode = 0);

// The number in a path that stands for a descriptor of the caller's:
// /dev/stdin, /dev/stdout, /dev/stderr, /dev/fd/N and /proc/self/fd/N.
std::optional<int> DescriptorNamed(const std::string& path);

// A copy of `fd`, which stays whose it is.  The error names `fd` and the errno.
absl::StatusOr<Fd> Duplicate(int fd);

// The whole of a small file, /proc and cgroupfs included.  More than `limit`
// bytes are an error (kOutOfRange).
absl::StatusOr<std::string> ReadFile(const std::string& path, size_t limit);
absl::StatusOr<std::string> ReadFd(int fd, const std::string& name,
                                   size_t limit);

// Writes all of `data` by one write(2): what /proc and cgroupfs files want.
absl::Status WriteFile(const std::string& path, const std::string& data);

}  // namespace jail

#endif  // JAIL_SYS_FD_H_
