// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/serve.h"

#include <pthread.h>
#include <sched.h>
#include <strings.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "jail/sys/service_manager.h"
#include "tools/evalctl/serve/http_server.h"
#include "tools/evalctl/serve/listener.h"

namespace jail::eval {
namespace {

// As many as this process may use.
uint32_t Cores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<uint32_t>(CPU_COUNT(&set));
}

// The value of an environment variable, which is wiped: /proc/self/environ
// keeps what unsetenv(3) only forgets.
std::string TakeVariable(const char* name) {
  char* value = getenv(name);
  if (value == nullptr) return "";
  std::string taken = value;
  explicit_bzero(value, taken.size());
  unsetenv(name);
  return taken;
}

absl::StatusOr<Notifier> TakeNotifier() {
  const std::string address = TakeVariable("NOTIFY_SOCKET");
  if (address.empty()) return Notifier();
  return Notifier::ForAddress(address);
}

std::string Serving(const std::vector<Listener>& listeners) {
  std::vector<std::string> names;
  for (const Listener& listener : listeners) names.push_back(listener.name());
  return absl::StrCat("serving on ", absl::StrJoin(names, ", "));
}

struct GivenKeys {
  std::vector<std::string> keys;
  std::string token;
};

absl::StatusOr<GivenKeys> TakeGivenKeys() {
  GivenKeys given;
  for (absl::string_view key :
       absl::StrSplit(TakeVariable(kKeysVariable), ',', absl::SkipEmpty())) {
    if (absl::Status status = CheckKey(key, kKeysVariable); !status.ok()) {
      return status;
    }
    given.keys.emplace_back(key);
  }
  given.token = TakeVariable(kTokenVariable);
  if (!given.token.empty()) {
    if (absl::Status status = CheckKey(given.token, kTokenVariable);
        !status.ok()) {
      return status;
    }
  }
  return given;
}

absl::StatusOr<ApiKeys> CollectKeys(const Server& server,
                                    const ServeOptions& options,
                                    const GivenKeys& given) {
  std::vector<std::string> keys = given.keys;
  for (const std::string& key : server.api_keys()) {
    if (absl::Status status = CheckKey(key, "server.api_keys"); !status.ok()) {
      return status;
    }
    keys.push_back(key);
  }
  if (!options.key_file.empty()) {
    absl::StatusOr<std::vector<std::string>> more =
        ReadKeyFile(options.key_file);
    if (!more.ok()) return more.status();
    keys.insert(keys.end(), more->begin(), more->end());
  }
  std::string token = given.token;
  if (token.empty() && !server.auth_token().empty()) {
    token = server.auth_token();
    if (absl::Status status = CheckKey(token, "server.auth_token");
        !status.ok()) {
      return status;
    }
  }
  return ApiKeys(std::move(keys), std::move(token));
}

absl::StatusOr<EvalHandler::Setup> LoadSetup(const ServeOptions& options,
                                             const EngineLoader& load,
                                             const GivenKeys& given) {
  absl::StatusOr<std::shared_ptr<Engine>> engine = load();
  if (!engine.ok()) return engine.status();
  const Server& server = (*engine)->config().server();
  absl::StatusOr<ApiKeys> keys = CollectKeys(server, options, given);
  if (!keys.ok()) return keys.status();
  return EvalHandler::Setup{.engine = *std::move(engine),
                            .keys = *std::move(keys),
                            .allow_remote = options.allow_remote_without_key ||
                                            server.allow_remote_without_key()};
}

absl::Status CheckRange(absl::string_view name, uint64_t value, uint64_t most) {
  if (value <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(name, ": is ", value, ", at most ", most));
}

absl::StatusOr<HttpSettings> MakeSettings(const Server& server,
                                          const ServeOptions& options) {
  const auto first = [](auto given, auto configured, auto standard) {
    return given != 0 ? given : configured != 0 ? configured : standard;
  };
  HttpSettings settings;
  settings.workers = first(options.concurrency, server.concurrency(), Cores());
  settings.queue = first(options.queue, server.queue(), kDefaultQueue);
  if (server.max_request_bytes() != 0) {
    settings.max_request_bytes = server.max_request_bytes();
  }
  if (server.request_timeout_ms() != 0) {
    settings.request_timeout =
        std::chrono::milliseconds(server.request_timeout_ms());
  }
  for (const absl::Status& status :
       {CheckRange("server.concurrency", settings.workers, kMaxConcurrency),
        CheckRange("server.queue", settings.queue, kMaxQueue),
        CheckRange("server.max_request_bytes", settings.max_request_bytes,
                   kMaxMaxRequestBytes),
        CheckRange("server.request_timeout_ms", server.request_timeout_ms(),
                   kMaxRequestTimeoutMs)}) {
    if (!status.ok()) return status;
  }
  return settings;
}

// What other hosts can reach needs a key, at the start and after each reload.
absl::Status CheckListener(const std::string& name, bool is_remote,
                           const EvalHandler::Setup& setup) {
  if (!is_remote || !setup.keys.empty() || setup.allow_remote) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "listen ", name, ": other hosts can reach it, and there is no API key: ",
      "set ", kKeysVariable,
      ", --api-keys-file or server.api_keys, or say "
      "--allow-remote-without-key"));
}

absl::StatusOr<std::vector<Listener>> OpenListeners(
    const ServeOptions& options, const EvalHandler::Setup& setup) {
  std::vector<std::string> addresses = options.listen;
  const Server& server = setup.engine->config().server();
  if (addresses.empty()) {
    addresses.assign(server.listen().begin(), server.listen().end());
  }
  if (addresses.empty()) addresses.emplace_back(kDefaultListen);
  std::vector<Listener> listeners;
  for (const std::string& address : addresses) {
    absl::StatusOr<std::vector<Listener>> more = Listen(address);
    if (!more.ok()) return more.status();
    for (Listener& listener : *more) {
      if (absl::Status status =
              CheckListener(listener.name(), listener.is_remote(), setup);
          !status.ok()) {
        return status;
      }
      listeners.push_back(std::move(listener));
    }
  }
  return listeners;
}

// For SIGHUP.  Faults that would keep the next start from serving are told too.
absl::StatusOr<EvalHandler::Setup> Reload(
    const ServeOptions& options, const EngineLoader& load,
    const GivenKeys& given, const std::vector<std::string>& remote_listeners) {
  absl::StatusOr<EvalHandler::Setup> setup = LoadSetup(options, load, given);
  if (!setup.ok()) return setup.status();
  if (absl::StatusOr<HttpSettings> settings =
          MakeSettings(setup->engine->config().server(), options);
      !settings.ok()) {
    return settings.status();
  }
  for (const std::string& name : remote_listeners) {
    if (absl::Status status = CheckListener(name, /*is_remote=*/true, *setup);
        !status.ok()) {
      return status;
    }
  }
  return setup;
}

}  // namespace

absl::Status Serve(const ServeOptions& options, const EngineLoader& load,
                   const EvalCodec& codec,
                   const std::vector<const Dialect*>& dialects,
                   const LogFunction& log) {
  // Before there is a thread: all of them inherit this.
  sigset_t blocked;
  sigemptyset(&blocked);
  for (int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&blocked, number);
  pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  absl::StatusOr<GivenKeys> given = TakeGivenKeys();
  if (!given.ok()) return given.status();
  absl::StatusOr<Notifier> manager = TakeNotifier();
  if (!manager.ok()) return manager.status();
  absl::StatusOr<EvalHandler::Setup> setup = LoadSetup(options, load, *given);
  if (!setup.ok()) return setup.status();
  absl::StatusOr<HttpSettings> settings =
      MakeSettings(setup->engine->config().server(), options);
  if (!settings.ok()) return settings.status();
  absl::StatusOr<std::vector<Listener>> listeners =
      OpenListeners(options, *setup);
  if (!listeners.ok()) return listeners.status();

  const auto api = std::find_if(
      dialects.begin(), dialects.end(),
      [&](const Dialect* dialect) { return dialect->name() == options.api; });
  HttpServer* server_seen = nullptr;  // they know each other
  EvalHandler handler(
      *std::move(setup), codec, dialects,
      api == dialects.end() ? nullptr : *api, settings->workers,
      [&server_seen] { return server_seen->Counts(); },
      options.log_requests
          ? [&log](const std::string& line) { log(LogLevel::kInfo, line); }
          : std::function<void(const std::string&)>());
  const std::string serving = Serving(*listeners);
  std::vector<std::string> remote_listeners;
  for (const Listener& listener : *listeners) {
    if (listener.is_remote()) remote_listeners.push_back(listener.name());
  }
  bool is_stopping = false;
  const auto on_signal = [&](int number) {
    if (number == SIGHUP) {
      manager->Reloading();
      absl::StatusOr<EvalHandler::Setup> next =
          Reload(options, load, *given, remote_listeners);
      handler.metrics().CountReload(next.ok());
      if (next.ok()) {
        handler.Replace(*std::move(next));
        log(LogLevel::kInfo, "the config was loaded again");
        manager->Ready(serving);
      } else {
        log(LogLevel::kError,
            absl::StrCat("the config was not loaded, the old one stays: ",
                         next.status().message()));
        manager->Ready(absl::StrCat(
            serving, "; with the old config: ", next.status().message()));
      }
    } else if (!is_stopping) {
      is_stopping = true;
      manager->Stopping("finishes what runs");
      log(LogLevel::kInfo,
          "stopping: what runs is finished; a second signal ends it");
      server_seen->Stop();
    } else {
      log(LogLevel::kInfo, "stopping now");
      server_seen->StopNow();
    }
  };
  HttpServer server(*settings, handler, on_signal);
  server_seen = &server;
  for (const Listener& listener : *listeners) {
    log(LogLevel::kInfo, absl::StrCat("listening on ", listener.name()));
  }
  // What comes from now on waits in the sockets.
  manager->Ready(serving);
  return server.Run(*std::move(listeners));
}

}  // namespace jail::eval
