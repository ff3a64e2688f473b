// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/outcome.h"

#include <csignal>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "proto/eval.pb.h"
#include "proto/report.pb.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/python_text.h"

namespace jail::eval {

void AddOutcome(const CommandResult& result, const NotInForce& not_in_force,
                HttpReply& reply) {
  reply.headers.emplace_back(std::string(kOutcomeHeader),
                             report::Outcome_Name(result.outcome()));
  std::vector<std::string> names;
  for (const report::LimitNotInForce& limit : not_in_force) {
    names.push_back(limit.name());
  }
  if (names.empty()) return;
  reply.headers.emplace_back(std::string(kNotInForceHeader),
                             absl::StrJoin(names, ", "));
}

void AddOutcome(const Response& response, HttpReply& reply) {
  if (response.commands().empty()) return;
  AddOutcome(*response.commands().rbegin(), response.limits_not_in_force(),
             reply);
}

bool TimedOut(const CommandResult& result) {
  return result.outcome() == report::WALL_TIME ||
         result.outcome() == report::CPU_TIME;
}

int ShellStatus(const CommandResult& result) {
  if (!result.exec_errno().empty()) return 255;
  switch (result.outcome()) {
    case report::WALL_TIME:
    case report::CPU_TIME:
    case report::MEMORY:
    case report::PIDS:
      return 128 + SIGKILL;
    case report::OUTPUT:
      return 128 + SIGTERM;
    case report::FILE_SIZE:
      return 128 + SIGXFSZ;
    case report::SECCOMP:
      return 128 + SIGSYS;
    default:
      return result.exit_status();
  }
}

std::string Bytes(Output output) {
  std::string bytes = std::move(output.has_text() ? *output.mutable_text()
                                                  : *output.mutable_base64());
  if (!output.truncated()) return bytes;
  const auto fault = FindUtf8Fault(bytes);
  if (fault && fault->at_end) bytes.resize(fault->position);
  return bytes;
}

int ErrorStatus(const Error& error) {
  switch (error.kind()) {
    case Error::BAD_REQUEST:
      return 400;
    case Error::OVERLOADED:
      return 429;
    case Error::CANCELLED:
      return 503;
    default:
      return 500;
  }
}

std::string ErrorText(const Error& error) {
  std::string kind = absl::AsciiStrToLower(Error::Kind_Name(error.kind()));
  absl::StrReplaceAll({{"_", " "}}, &kind);
  return absl::StrCat(kind, ": ", error.place(),
                      error.place().empty() ? "" : ": ", error.message());
}

const Profile* FindProfile(const Config& config, absl::string_view name) {
  for (const Profile& profile : config.profiles()) {
    if (profile.name() == name) return &profile;
  }
  return nullptr;
}

}  // namespace jail::eval
