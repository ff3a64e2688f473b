// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What the schema knows and this version does not do.  Leaving it out silently
// would make a weaker jail than was asked for, so it is refused.
#include "config/validate_context.h"

namespace jail {
namespace {

constexpr char kSeccomp[] =
    "seccomp policies are not implemented yet; remove it to run without one";
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
  refuse(proto.seccomp_string_size() > 0, "seccomp_string[0]", kSeccomp);
  refuse(proto.seccomp_log(), "seccomp_log", kSeccomp);
  refuse(proto.seccomp_unotify(), "seccomp_unotify", kSeccomp);
  refuse(proto.has_seccomp_unotify_report() &&
             !proto.seccomp_unotify_report().empty(),
         "seccomp_unotify_report", kSeccomp);

  refuse(proto.traffic_rule_size() > 0, "traffic_rule[0]", kNetwork);
  refuse(proto.has_user_net(), "user_net", kNetwork);
}

}  // namespace jail
