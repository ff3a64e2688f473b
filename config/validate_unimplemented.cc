// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What the schema knows and this version does not do.  Leaving it out silently
// would make a weaker jail than was asked for, so it is refused.
#include "config/validate_context.h"

namespace jail {
namespace {

constexpr char kSeccomp[] =
    "seccomp policies are not implemented yet; remove it to run without one";
constexpr char kCgroup[] =
    "cgroup limits are not implemented yet; set it to 0 to run without, "
    "rlimit_as and rlimit_nproc are the nearest";
constexpr char kNetwork[] = "is not implemented yet; remove it";

}  // namespace

void RefuseUnimplemented(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  const auto refuse = [&](bool asked, const char* field, const char* message) {
    if (asked) context.Error(field, message);
  };
  refuse(
      proto.has_seccomp_policy_file() && !proto.seccomp_policy_file().empty(),
      "seccomp_policy_file", kSeccomp);
  refuse(proto.seccomp_string_size() > 0, "seccomp_string", kSeccomp);
  refuse(proto.seccomp_log(), "seccomp_log", kSeccomp);
  refuse(proto.seccomp_unotify(), "seccomp_unotify", kSeccomp);
  refuse(proto.has_seccomp_unotify_report() &&
             !proto.seccomp_unotify_report().empty(),
         "seccomp_unotify_report", kSeccomp);

  refuse(proto.traffic_rule_size() > 0, "traffic_rule", kNetwork);
  refuse(proto.has_user_net(), "user_net", kNetwork);

  const Cgroup& cgroup = context.spec.cgroup;
  refuse(cgroup.memory_max.has_value(), "cgroup_mem_max", kCgroup);
  refuse(cgroup.memory_memsw_max.has_value(), "cgroup_mem_memsw_max", kCgroup);
  refuse(cgroup.memory_swap_max.has_value(), "cgroup_mem_swap_max",
         "cgroup limits are not implemented yet; set it to -1 to run without");
  refuse(cgroup.pids_max.has_value(), "cgroup_pids_max", kCgroup);
  refuse(cgroup.net_cls_classid.has_value(), "cgroup_net_cls_classid", kCgroup);
  refuse(cgroup.cpu_per_second.has_value(), "cgroup_cpu_ms_per_sec", kCgroup);
}

}  // namespace jail
