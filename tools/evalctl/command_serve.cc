// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// evalctl serve
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tools/evalctl/commands.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/engine.h"
#include "tools/evalctl/native_codec.h"
#include "tools/evalctl/serve/serve.h"

namespace jail::eval {
namespace {

constexpr char kServeUsage[] =
    "Usage: evalctl serve [--listen ADDRESS]... [OPTION...]\n"
    "\n"
    "  --listen ADDRESS    127.0.0.1:8060 (the default), [::1]:PORT, "
    "unix:PATH,\n"
    "                      systemd (its sockets); may be repeated\n"
    "  --config FILE       profiles, and server settings\n"
    "  --concurrency N     jails at once; by default as many as cores\n"
    "  --queue N           requests that wait; by default 64\n"
    "  --api-keys-file F   keys, one a line; EVALCTL_API_KEYS (with commas)\n"
    "                      and EVALCTL_AUTH_TOKEN are taken too\n"
    "  --allow-remote-without-key\n"
    "  --log-requests      a line for each on stderr\n"
    "\n"
    "SIGTERM finishes what runs and ends, a second one cancels it; SIGHUP\n"
    "loads config and keys again.\n";

int Wrong(const std::string& what) {
  std::fprintf(stderr, "evalctl: serve: %s\n%s", what.c_str(), kServeUsage);
  return kBadRequest;
}

// One write a line: threads do not mix theirs.
void Log(const std::string& line) {
  const std::string text = absl::StrCat("evalctl: ", line, "\n");
  [[maybe_unused]] const ssize_t written = write(2, text.data(), text.size());
}

}  // namespace

int RunServer(const std::vector<std::string>& args) {
  ServeOptions options;
  std::string config = DefaultConfigPath();
  for (size_t i = 0; i < args.size(); ++i) {
    const std::string& arg = args[i];
    if (arg == "--help" || arg == "-h") {
      std::fputs(kServeUsage, stdout);
      return kServed;
    }
    if (arg == "--allow-remote-without-key") {
      options.allow_remote_without_key = true;
      continue;
    }
    if (arg == "--log-requests") {
      options.log_requests = true;
      continue;
    }
    uint32_t* number = nullptr;
    std::string* text = nullptr;
    if (arg == "--listen") {
      text = &options.listen.emplace_back();
    } else if (arg == "--config") {
      text = &config;
    } else if (arg == "--api-keys-file") {
      text = &options.key_file;
    } else if (arg == "--concurrency") {
      number = &options.concurrency;
    } else if (arg == "--queue") {
      number = &options.queue;
    } else {
      return Wrong(arg + ": there is no such option");
    }
    if (++i == args.size()) return Wrong(arg + ": needs a value");
    if (text != nullptr) {
      *text = args[i];
    } else if (!absl::SimpleAtoi(args[i], number) || *number == 0) {
      return Wrong(
          absl::StrCat(arg, ": takes a number of 1 or more, not ", args[i]));
    }
  }
  const EngineLoader load =
      [&config]() -> absl::StatusOr<std::shared_ptr<Engine>> {
    std::vector<std::string> errors;
    std::shared_ptr<Engine> engine = MakeEngine(config, errors);
    if (engine == nullptr) {
      return absl::InvalidArgumentError(absl::StrJoin(errors, "\nevalctl: "));
    }
    for (const std::string& error : errors) Log(error);
    for (const std::string& line : DescribeNotInForce(*engine)) Log(line);
    return engine;
  };
  const absl::Status status =
      Serve(options, load, NativeCodec(), Dialects(), Log);
  if (status.ok()) return kServed;
  Log(std::string(status.message()));
  return kOurFault;
}

}  // namespace jail::eval
