// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/validate_seccomp_oci.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/seccomp/oci.h"
#include "jail/sys/capability.h"
#include "jail/sys/regular_file.h"

namespace jail {
namespace {

// As the runtimes see them: those that the program has.
std::set<std::string> CapabilitiesOf(const Capabilities& capabilities) {
  std::set<std::string> names;
  for (int number = 0; number <= CAP_LAST_CAP; ++number) {
    if (capabilities.keep_all || (capabilities.keep >> number & 1) != 0) {
      names.insert(CapabilityName(number));
    }
  }
  return names;
}

// The first call under the filter is the program's own start.
bool AllowsExec(ValidateContext& context, const seccomp::OciProfile& profile) {
  const bool by_fd = context.proto.exec_bin().exec_fd();
  seccomp_data call = {};
  call.arch = seccomp::AuditArch(seccomp::NativeArch());
  call.nr = by_fd ? SYS_execveat : SYS_execve;
  if (by_fd) call.args[4] = AT_EMPTY_PATH;
  const auto outcome = seccomp::Run(profile.filter, call);
  const uint32_t value = outcome ? outcome->value : SECCOMP_RET_KILL_PROCESS;
  if (value == SECCOMP_RET_ALLOW || value == SECCOMP_RET_LOG) return true;
  const char* name = by_fd ? "execveat" : "execve";
  context.Error("seccomp_oci_file",
                absl::StrCat("the profile answers ", name, " with ",
                             seccomp::ReturnName(value),
                             ", so that the program could not start: add ",
                             name, " to the names of an entry that allows"));
  return false;
}

}  // namespace

std::optional<Seccomp> CompileOciProfile(ValidateContext& context,
                                         WatchedPolicy& watched) {
  const std::string& file = context.proto.seccomp_oci_file();
  absl::StatusOr<std::string> text =
      ReadGivenFile(file, "a seccomp profile", seccomp::kMaxProfileBytes);
  if (!text.ok()) {
    context.Error("seccomp_oci_file", std::string(text.status().message()));
    return std::nullopt;
  }
  seccomp::ProfileHost host = seccomp::ProfileHost::Current();
  host.capabilities = CapabilitiesOf(context.spec.process.capabilities);
  seccomp::PolicyErrors errors;
  auto profile = seccomp::ReadOciProfile(*text, file, host, errors);
  for (const seccomp::PolicyError& error : errors.list()) {
    context.diagnostics.Error({"", error.file, error.line, error.column},
                              error.message);
  }
  if (!profile) return std::nullopt;
  for (const std::string& note : profile->notes) {
    context.Warning("seccomp_oci_file", note);
  }
  if (!AllowsExec(context, *profile)) return std::nullopt;
  Seccomp seccomp;
  seccomp.name = file;
  seccomp.program.assign(reinterpret_cast<const char*>(profile->filter.data()),
                         profile->filter.size() * sizeof(sock_filter));
  for (const seccomp::ArchRules& arch : profile->policy.archs) {
    for (const seccomp::Rule& rule : arch.rules) {
      if (!rule.action.IsKillOrErrno()) continue;
      const seccomp::Place place = rule.place;
      watched.rules[{place.file, place.line, place.column}] =
          absl::StrCat(profile->policy.names[static_cast<size_t>(place.file)],
                       ": ", rule.action.ToString());
    }
  }
  watched.policy = std::move(profile->policy);
  return seccomp;
}

}  // namespace jail
