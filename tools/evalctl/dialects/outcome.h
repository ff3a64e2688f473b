// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// From what happened to what the services call it.
#ifndef TOOLS_EVALCTL_DIALECTS_OUTCOME_H_
#define TOOLS_EVALCTL_DIALECTS_OUTCOME_H_

#include <google/protobuf/repeated_field.h>

#include <string>

#include "absl/strings/string_view.h"
#include "proto/eval.pb.h"
#include "tools/evalctl/dialects/dialect.h"

namespace jail::eval {

// Says in every reply to a program that ran how it ended, as report.Outcome
// has it: the services' own codes can't tell a time limit from a memory limit.
inline constexpr absl::string_view kOutcomeHeader = "X-Evalctl-Outcome";

// The limits that this machine could not hold, where there are some.
inline constexpr absl::string_view kNotInForceHeader =
    "X-Evalctl-Limits-Not-In-Force";

using NotInForce = google::protobuf::RepeatedPtrField<report::LimitNotInForce>;

void AddOutcome(const CommandResult& result, const NotInForce& not_in_force,
                HttpReply& reply);
// Of the last command; nothing, when none ran.
void AddOutcome(const Response& response, HttpReply& reply);

// As a shell would have it: code, or 128 + signal; 137 for time and memory,
// 143 for output, 255 for a program that could not be executed.
int ShellStatus(const CommandResult& result);

// Time ended it.
bool TimedOut(const CommandResult& result);

// The bytes, text or not; without the character that truncation split.
std::string Bytes(Output output);

// HTTP status of what is not the program's fault.
int ErrorStatus(const Error& error);

// "setup failure: ..."; for people, in the reply to those faults.
std::string ErrorText(const Error& error);

const Profile* FindProfile(const Config& config, absl::string_view name);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_OUTCOME_H_
