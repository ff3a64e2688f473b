// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <sched.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "config/path_rules.h"
#include "config/validate_context.h"

namespace jail {
namespace {

constexpr size_t kMaxHostnameBytes = 64;  // __NEW_UTS_LEN

void ValidateHostname(ValidateContext& context) {
  Spec& spec = context.spec;
  const std::string& hostname = context.proto.hostname();
  spec.hostname_origin = context.At("hostname");
  if (hostname.size() > kMaxHostnameBytes) {
    context.Error("hostname",
                  absl::StrCat("is ", hostname.size(),
                               " bytes long; the most is ", kMaxHostnameBytes));
  }
  if (hostname.find('\0') != std::string::npos) {
    context.Error("hostname",
                  absl::StrCat("holds a NUL byte: ", Quoted(hostname)));
  }
  if (spec.namespaces.Has(CLONE_NEWUTS)) {
    spec.hostname = hostname;
  } else if (context.proto.has_hostname() && !hostname.empty()) {
    context.Error("hostname",
                  "needs clone_newuts: it would rename the whole machine");
  }
}

void ValidatePid1(ValidateContext& context) {
  Spec& spec = context.spec;
  spec.pid1_origin = context.At("pid1");
  if (context.proto.pid1() != config::REAPER) return;
  spec.pid1 = Pid1::kReaper;
  if (!spec.namespaces.Has(CLONE_NEWPID)) {
    context.Error(
        "pid1",
        "REAPER needs clone_newpid: only process 1 of a pid namespace "
        "gets its orphans");
  }
  if (spec.mode == Mode::kExecve) {
    context.Error("pid1",
                  "REAPER needs a supervisor, and mode EXECVE has none");
  }
}

}  // namespace

void ValidateNamespaces(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  Spec& spec = context.spec;
  Namespaces& namespaces = spec.namespaces;
  const auto add = [&](bool wanted, uint64_t flag, const char* field,
                       Origin& origin) {
    if (wanted) namespaces.flags |= flag;
    origin = context.At(field);
  };
  add(proto.clone_newnet(), CLONE_NEWNET, "clone_newnet",
      namespaces.origin_of_net);
  add(proto.clone_newuser(), CLONE_NEWUSER, "clone_newuser",
      namespaces.origin_of_user);
  add(proto.clone_newns(), CLONE_NEWNS, "clone_newns",
      namespaces.origin_of_mount);
  add(proto.clone_newpid(), CLONE_NEWPID, "clone_newpid",
      namespaces.origin_of_pid);
  add(proto.clone_newipc(), CLONE_NEWIPC, "clone_newipc",
      namespaces.origin_of_ipc);
  add(proto.clone_newuts(), CLONE_NEWUTS, "clone_newuts",
      namespaces.origin_of_uts);
  add(proto.clone_newcgroup(), CLONE_NEWCGROUP, "clone_newcgroup",
      namespaces.origin_of_cgroup);
  add(proto.clone_newtime(), CLONE_NEWTIME, "clone_newtime",
      namespaces.origin_of_time);

  // user.max_user_namespaces belongs to a user namespace; without one of the
  // jail's own it would be the host's.
  spec.allow_nested_userns =
      proto.allow_nested_userns() || !proto.clone_newuser();
  spec.nested_userns_origin = context.At("allow_nested_userns");
  if (!proto.clone_newuser()) {
    const bool needs_root =
        namespaces.flags != 0 || !proto.chroot_dir().empty();
    if (needs_root && !context.caller_is_root()) {
      context.Error("clone_newuser",
                    namespaces.flags == 0
                        ? "false needs root: a user may change the root in a "
                          "user namespace only"
                        : "false needs root: the other namespaces cannot be "
                          "made by a user without it");
    } else {
      context.Warning("clone_newuser",
                      "is false: ids are the host's, and nothing but a seccomp "
                      "filter denies the program user namespaces of its own");
    }
  }
  ValidateHostname(context);
  ValidatePid1(context);
}

}  // namespace jail
