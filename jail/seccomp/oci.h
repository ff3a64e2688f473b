// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Seccomp profiles as Docker and podman take them (JSON), built with libseccomp
// as container runtimes do.
#ifndef JAIL_SECCOMP_OCI_H_
#define JAIL_SECCOMP_OCI_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "jail/seccomp/bpf.h"
#include "jail/seccomp/policy.h"
#include "jail/sys/kernel_version.h"

namespace jail::seccomp {

constexpr size_t kMaxProfileBytes = size_t{1} << 20;
constexpr size_t kMaxProfileDepth = 16;  // objects and arrays in one another
// Calls of all entries; Docker's default profile has some 400.
constexpr size_t kMaxProfileRules = 4096;

// What decides which entries of a profile count ("includes", "excludes").
struct ProfileHost {
  Arch arch = NativeArch();
  std::set<std::string> capabilities;  // that the program has: "CAP_SYS_ADMIN"
  KernelVersion kernel;

  // This machine, and a program without capabilities.
  static ProfileHost Current();
};

struct OciProfile {
  Program filter;
  // The entries that count, as rules; a rule's place is named after its entry:
  // "docker.json: /syscalls/3".  The filter decides: where entries overlap,
  // libseccomp has an order of its own.
  Policy policy;
  // Entries and names that do not count, and why.
  std::vector<std::string> notes;
};

// Reads a profile; everything that is wrong goes to `errors` as
// "name: /json/pointer: what", and nothing is returned then.  Differences from
// the runtimes: a duplicate or unknown key is an error, and so is what needs
// an agent (SCMP_ACT_NOTIFY, listenerPath).
std::optional<OciProfile> ReadOciProfile(absl::string_view text,
                                         const std::string& name,
                                         const ProfileHost& host,
                                         PolicyErrors& errors);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_OCI_H_
