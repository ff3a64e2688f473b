// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// evalctl serve
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "jail/sys/service_manager.h"
#include "tools/evalctl/commands.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/engine.h"
#include "tools/evalctl/native_codec.h"
#include "tools/evalctl/serve/serve.h"

namespace jail::eval {
namespace {

int Wrong(const std::string& what) {
  std::fprintf(stderr, "evalctl: serve: %s\n", what.c_str());
  return kBadRequest;
}

// One write a line: threads do not mix theirs.  The journal knows our name, and
// takes each line's level instead.
void Log(LogLevel level, const std::string& text) {
  static const bool is_journal = StderrIsJournal();
  // LOG_INFO, LOG_WARNING and LOG_ERR of syslog(3).
  const std::string first =
      is_journal
          ? absl::StrCat(
                "<", absl::string_view(&"643"[static_cast<int>(level)], 1), ">")
          : "evalctl: ";
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::string whole = absl::StrCat(first, line, "\n");
    [[maybe_unused]] const ssize_t written =
        write(2, whole.data(), whole.size());
  }
}

}  // namespace

int RunServer(const CommandLine& line) {
  ServeOptions options;
  const std::string config = line.Value("--config", DefaultConfigPath());
  options.api = line.Value("--api");
  options.key_file = line.Value("--api-keys-file");
  options.allow_remote_without_key = line.Has("--allow-remote-without-key");
  options.log_requests = line.Has("--log-requests");
  for (const auto& [name, value] : line.options) {
    if (name == "--listen") options.listen.push_back(value);
    uint32_t* number = name == "--concurrency" ? &options.concurrency
                       : name == "--queue"     ? &options.queue
                                               : nullptr;
    if (number != nullptr &&
        (!absl::SimpleAtoi(value, number) || *number == 0)) {
      return Wrong(
          absl::StrCat(name, ": takes a number of 1 or more, not ", value));
    }
  }
  // pybox-runner is spoken on stdin alone.
  std::vector<const Dialect*> dialects;
  std::vector<absl::string_view> names;
  for (const Dialect* dialect : Dialects()) {
    if (!dialect->Owns(dialect->main_path())) continue;
    dialects.push_back(dialect);
    names.push_back(dialect->name());
  }
  if (!options.api.empty() &&
      std::find(names.begin(), names.end(), options.api) == names.end()) {
    return Wrong(absl::StrCat("--api: takes one of ",
                              absl::StrJoin(names, ", "), ", not ",
                              options.api));
  }
  const EngineLoader load =
      [&config]() -> absl::StatusOr<std::shared_ptr<Engine>> {
    std::vector<std::string> errors;
    std::shared_ptr<Engine> engine = MakeEngine(config, errors);
    if (engine == nullptr) {
      return absl::InvalidArgumentError(absl::StrJoin(errors, "\n"));
    }
    for (const std::string& error : errors) Log(LogLevel::kWarning, error);
    for (const std::string& loss : DescribeNotInForce(*engine)) {
      Log(LogLevel::kWarning, loss);
    }
    return engine;
  };
  const absl::Status status =
      Serve(options, load, NativeCodec(), dialects, Log);
  if (status.ok()) return kServed;
  Log(LogLevel::kError, std::string(status.message()));
  return kOurFault;
}

}  // namespace jail::eval
