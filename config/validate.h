// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_VALIDATE_H_
#define CONFIG_VALIDATE_H_

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/diagnostics.h"
#include "config/parse.h"
#include "jail/spec/spec.h"

namespace jail {

struct IdRange {
  uint64_t first = 0;
  uint64_t count = 0;
};

// Who asks, and from where.  Tests make one up.
struct Caller {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<std::string> environment;  // NAME=value
  std::string working_directory = "/";
  std::string passwd_file = "/etc/passwd";
  std::string group_file = "/etc/group";
  std::string subuid_file = "/etc/subuid";
  std::string subgid_file = "/etc/subgid";
  // Is descriptor `fd` one that the jail's program may be given?
  std::function<bool(int fd)> is_open = [](int) { return false; };
  // Ids that exist in the caller's user namespace; empty: all.
  std::vector<IdRange> uids, gids;

  // The process that runs now.
  static Caller Current();
};

// Makes the Spec, or says everything that is wrong; none, too, when
// `diagnostics` has an error of the parser's already.  Reads the files named in
// `caller` and nothing else of the host.
std::optional<Spec> Validate(const ParsedConfig& config, const Caller& caller,
                             Diagnostics& diagnostics);

}  // namespace jail

#endif  // CONFIG_VALIDATE_H_
