// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/sys/kernel_version.h"

#include <sys/utsname.h>

#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "jail/sys/errno_name.h"

namespace jail {
namespace {

// Takes the digits that `text` begins with.
bool TakeNumber(absl::string_view& text, int& number) {
  const size_t digits = text.find_first_not_of("0123456789");
  const bool taken = absl::SimpleAtoi(text.substr(0, digits), &number);
  text.remove_prefix(digits == absl::string_view::npos ? text.size() : digits);
  return taken;
}

}  // namespace

absl::StatusOr<KernelVersion> ParseKernelRelease(absl::string_view release) {
  KernelVersion version;
  absl::string_view rest = release;
  if (TakeNumber(rest, version.major) && !rest.empty() && rest[0] == '.') {
    rest.remove_prefix(1);
    if (TakeNumber(rest, version.minor)) return version;
  }
  return absl::InternalError(
      absl::StrCat("uname: unknown kernel release ", release));
}

absl::StatusOr<KernelVersion> RunningKernel() {
  struct utsname name {};
  if (uname(&name) != 0) return ErrnoStatus(errno, "uname");
  return ParseKernelRelease(name.release);
}

}  // namespace jail
