// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_REPORT_JSON_H_
#define JAIL_REPORT_JSON_H_

#include <google/protobuf/message.h>

#include <string>

namespace jail {

// A message as one line of JSON: keys in snake_case and in the schema's order,
// enums by name, 64-bit integers as numbers.  Fields without presence are
// always there; optional ones and messages only when set.
//
// Protobuf's own JSON differs in one point that readers of reports trip over:
// it writes 64-bit integers as strings.
std::string MessageToJson(const google::protobuf::Message& message);

}  // namespace jail

#endif  // JAIL_REPORT_JSON_H_
