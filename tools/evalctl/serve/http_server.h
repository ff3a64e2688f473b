// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// HTTP/1.1 by Boost.Beast: one thread reads and writes all connections, the
// workers answer.
#ifndef TOOLS_EVALCTL_SERVE_HTTP_SERVER_H_
#define TOOLS_EVALCTL_SERVE_HTTP_SERVER_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "tools/evalctl/serve/handler.h"
#include "tools/evalctl/serve/listener.h"

namespace jail::eval {

// Limits on what clients send: each has an answer of its own.
inline constexpr size_t kMaxHeaderBytes = 32 << 10;  // 431
// Connections at once; the longest idle one makes room, else 503.
inline constexpr size_t kMaxConnections = 512;
// Bodies in memory at once, as multiples of max_request_bytes; else 429.
inline constexpr uint64_t kMaxBodiesAtOnce = 8;
// Bytes of answers that wait for their clients, as multiples of
// max_request_bytes: beyond them nothing is run, and the answer is 429.
inline constexpr uint64_t kMaxAnswersAtOnce = 8;
// What a client may send ahead while its request is answered.  Beyond it the
// server does not read, and does not notice a hang-up either.
inline constexpr size_t kMaxPipelinedBytes = 64 << 10;
// Between requests of one connection.
inline constexpr std::chrono::seconds kIdleTime{60};
// A stopping server waits this long for requests that are not read whole.
inline constexpr std::chrono::seconds kStopTime{5};
// An answer is given up when its client takes nothing of it for kWriteTime, or
// for so long more than kMinBytesPerSecond needs for what it has taken.
inline constexpr std::chrono::seconds kWriteTime{30};
inline constexpr size_t kMinBytesPerSecond = 64 << 10;
// Reading on after a refusal, so that the client sees the answer.
inline constexpr std::chrono::seconds kLingerTime{2};

struct HttpSettings {
  size_t workers = 1;
  size_t queue = 64;
  uint64_t max_request_bytes = 32 << 20;
  // From a request's first byte to its last.
  std::chrono::milliseconds request_timeout{30'000};
};

// What Counts() tells.
struct HttpCounts {
  size_t connections = 0;
  size_t running = 0;
  size_t queued = 0;
  uint64_t body_bytes = 0;    // of requests in memory
  uint64_t answer_bytes = 0;  // that clients have yet to take
};

// Use in one thread, Counts() in any.
class HttpServer {
 public:
  // `on_signal` is called with SIGTERM, SIGINT and SIGHUP, which the caller has
  // blocked in all threads.
  HttpServer(HttpSettings settings, Handler& handler,
             std::function<void(int)> on_signal);
  ~HttpServer();

  // Serves until Stop(), then ends when the last answer is sent.
  absl::Status Run(std::vector<Listener> listeners);

  // Requests that were read whole are answered, further ones refused with 503.
  void Stop();
  // Cancels what runs, too; who does not read his answer is waited for no more
  // than kStopTime.
  void StopNow();

  HttpCounts Counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_SERVE_HTTP_SERVER_H_
