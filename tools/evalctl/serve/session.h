// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_SERVE_SESSION_H_
#define TOOLS_EVALCTL_SERVE_SESSION_H_

#include <atomic>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "jail/sys/fd.h"
#include "tools/evalctl/serve/handler.h"
#include "tools/evalctl/serve/http_server.h"
#include "tools/evalctl/serve/piece_body.h"
#include "tools/evalctl/serve/worker_pool.h"

namespace jail::eval {

// What the sessions of a server share.
struct SessionHost {
  const HttpSettings& settings;
  Handler& handler;
  WorkerPool& pool;
  boost::asio::io_context& io;
  bool is_stopping = false;
  std::atomic<uint64_t> body_bytes = 0;
  std::atomic<uint64_t> answer_bytes = 0;
  std::function<void(class Session*)> on_end;
};

// One connection: request, answer, request, answer.  In the server's thread,
// but for Run() and Answered().
class Session : public std::enable_shared_from_this<Session> {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;

  Session(Socket socket, std::string peer, SessionHost& host);
  ~Session();

  void Start() { AwaitRequest(); }
  // Answers 503 and ends.
  void Refuse();
  // The server stops: ends if it is idle, else after its request.
  void Stop();
  // And after a request that is cancelled.
  void StopNow();

  bool is_idle() const { return stage_ == Stage::kIdle; }
  std::chrono::steady_clock::time_point since() const { return since_; }

 private:
  enum class Stage { kIdle, kReading, kAnswering, kWriting, kEnded };
  using Clock = std::chrono::steady_clock;
  using Parser =
      boost::beast::http::request_parser<boost::beast::http::string_body>;
  using Response = boost::beast::http::response<PieceBody>;

  void AwaitRequest();
  void ReadHead();
  void OnHead(boost::beast::error_code error);
  void ReadBody();
  void OnBody(boost::beast::error_code error);
  void RefuseAtStop();
  void RefuseCancelled();
  void RefuseBroken(boost::beast::error_code error);
  void Queue();
  void Run(Clock::time_point queued);
  static void Answered(std::shared_ptr<Session> self);
  void Watch();
  void OnAnswer();
  void Write(HttpReply reply, bool keep);
  void WriteSome();
  void OnWrittenSome(boost::beast::error_code error, size_t bytes);
  void OnWritten(boost::beast::error_code error);
  void Linger();
  void Discard();
  void End();

  // `what` happens unless the session goes on within `time`.
  void SetDeadline(Clock::duration time, void (Session::*what)());
  void ClearDeadline();
  void OnReadTimeout();
  void CountBody(uint64_t bytes);
  void CountAnswer(uint64_t bytes);
  // Nobody waits for the answer any more.
  void Cancel();
  HttpRequest TakeHead() const;

  Socket socket_;
  const std::string peer_;
  SessionHost& host_;
  boost::asio::steady_timer timer_;
  uint64_t timer_round_ = 0;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  HttpRequest request_;
  bool is_head_ = false;  // method HEAD: the answer has no body
  bool keep_alive_ = false;
  Stage stage_ = Stage::kIdle;
  unsigned version_ = 11;
  uint64_t counted_body_ = 0, counted_answer_ = 0;
  Clock::time_point since_ = Clock::now();  // idle, or the request's first byte

  // While a worker answers.
  Fd cancel_;
  std::atomic<bool> is_cancelled_ = false;
  bool is_watching_ = false;
  bool is_answered_ = false;
  HttpReply reply_;  // the worker's until is_answered_

  std::optional<Response> response_;
  uint64_t response_bytes_ = 0;  // of its body
  uint64_t written_bytes_ = 0;   // since write_start_
  Clock::time_point write_start_;
  bool is_stopped_ = false;
  uint64_t held_bytes_ = 0;  // of the request's body and of this one's
  std::optional<boost::beast::http::response_serializer<PieceBody>> serializer_;
  char discard_[4096];
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_SERVE_SESSION_H_
