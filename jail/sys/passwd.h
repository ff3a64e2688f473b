// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SYS_PASSWD_H_
#define JAIL_SYS_PASSWD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace jail {

// What a line of passwd(5) or group(5) is read for.
struct NamedId {
  std::string name;
  uint32_t id = 0;
};

// Reads a passwd or group file itself: a static binary has no NSS.  Lines that
// are not well formed are passed over, as the C library does.
absl::StatusOr<std::vector<NamedId>> ReadNamedIds(const std::string& path);

}  // namespace jail

#endif  // JAIL_SYS_PASSWD_H_
