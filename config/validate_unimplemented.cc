// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What the schema knows and this version does not do.  Leaving it out silently
// would make a weaker jail than was asked for, so it is refused.
#include "config/validate_context.h"

namespace jail {
namespace {

constexpr char kNotYet[] = "is not implemented yet; remove it";

}  // namespace

void RefuseUnimplemented(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  const auto refuse = [&](bool asked, const char* field, const char* message) {
    if (asked) context.Error(field, message);
  };
  refuse(proto.traffic_rule_size() > 0, "traffic_rule[0]", kNotYet);
  refuse(proto.has_user_net(), "user_net", kNotYet);
}

}  // namespace jail
