// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_SERVE_SERVE_H_
#define TOOLS_EVALCTL_SERVE_SERVE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/evalctl/serve/eval_handler.h"

namespace jail::eval {

inline constexpr uint32_t kDefaultQueue = 64;
inline constexpr uint32_t kMaxConcurrency = 1024;
inline constexpr uint32_t kMaxQueue = 100'000;
inline constexpr uint64_t kMaxMaxRequestBytes = 1 << 30;
inline constexpr uint64_t kMaxRequestTimeoutMs = 3'600'000;
inline constexpr char kDefaultListen[] = "127.0.0.1:8060";
// Keys, beside those of the config: a list with commas, and a token.
inline constexpr char kKeysVariable[] = "EVALCTL_API_KEYS";
inline constexpr char kTokenVariable[] = "EVALCTL_AUTH_TOKEN";

// The command line of `evalctl serve`; what is not given is the config's.
struct ServeOptions {
  std::vector<std::string> listen;
  uint32_t concurrency = 0;  // 0: not given
  uint32_t queue = 0;        // 0: not given
  std::string key_file;      // api keys, one a line
  std::string api;           // the dialect that has all paths; empty: none
  bool allow_remote_without_key = false;
  bool log_requests = false;
};

enum class LogLevel { kInfo, kWarning, kError };
using LogFunction = std::function<void(LogLevel, const std::string&)>;

// Reads the config and builds an engine; called at the start and at SIGHUP.
using EngineLoader = std::function<absl::StatusOr<std::shared_ptr<Engine>>()>;

// Serves until SIGTERM or SIGINT; a second one cancels what runs.  SIGHUP loads
// config and keys again: a config with faults changes nothing.  Listeners,
// concurrency and queue are those of the start.
//
// Call it in the process's only thread: it blocks these signals, ignores
// SIGPIPE, and wipes the keys from the environment.  `log` takes text without
// its last line's end, in any thread.  Says to a service manager
// ($NOTIFY_SOCKET, sd_notify(3)) when it serves, loads again, and stops.
absl::Status Serve(const ServeOptions& options, const EngineLoader& load,
                   const EvalCodec& codec,
                   const std::vector<const Dialect*>& dialects,
                   const LogFunction& log);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_SERVE_SERVE_H_
