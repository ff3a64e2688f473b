// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/session.h"

#include <malloc.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <exception>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "tools/evalctl/dialects/http_text.h"

namespace jail::eval {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::beast::error_code;

namespace {

absl::string_view View(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

uint64_t MicrosecondsSince(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now() - start)
      .count();
}

// What logs and metrics have for an answer that nobody took, as nginx does.
constexpr int kClientGone = 499;
// A request and its answer that are longer together are followed by a tidying.
constexpr uint64_t kTrimBytes = 1 << 20;
constexpr absl::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

Session::Session(Socket socket, std::string peer, SessionHost& host)
    : socket_(std::move(socket)),
      peer_(std::move(peer)),
      host_(host),
      timer_(host.io),
      buffer_(kMaxHeaderBytes + kMaxPipelinedBytes) {}

Session::~Session() {
  CountBody(0);
  CountAnswer(0);
}

void Session::SetDeadline(Clock::duration time, void (Session::*what)()) {
  const uint64_t round = ++timer_round_;
  timer_.expires_after(time);
  timer_.async_wait([self = shared_from_this(), round, what](error_code error) {
    // A wait that had ended before it was called off is told by its round.
    if (!error && round == self->timer_round_) (self.get()->*what)();
  });
}

void Session::ClearDeadline() {
  timer_round_++;
  timer_.cancel();
}

void Session::CountBody(uint64_t bytes) {
  host_.body_bytes += bytes;
  host_.body_bytes -= counted_body_;
  counted_body_ = bytes;
}

void Session::CountAnswer(uint64_t bytes) {
  host_.answer_bytes += bytes;
  host_.answer_bytes -= counted_answer_;
  counted_answer_ = bytes;
}

void Session::AwaitRequest() {
  stage_ = Stage::kIdle;
  since_ = Clock::now();
  if (host_.is_stopping) return End();
  if (buffer_.size() > 0) return ReadHead();
  SetDeadline(kIdleTime, &Session::End);
  socket_.async_wait(Socket::wait_read,
                     [self = shared_from_this()](error_code error) {
                       if (error) return self->End();
                       if (!self->is_idle()) return;
                       self->ReadHead();
                     });
}

void Session::ReadHead() {
  stage_ = Stage::kReading;
  since_ = Clock::now();
  SetDeadline(host_.settings.request_timeout, &Session::OnReadTimeout);
  parser_.emplace();
  parser_->header_limit(kMaxHeaderBytes);
  parser_->body_limit(host_.settings.max_request_bytes);
  http::async_read_header(
      socket_, buffer_, *parser_,
      [self = shared_from_this()](error_code error, size_t) {
        self->OnHead(error);
      });
}

HttpRequest Session::TakeHead() const {
  const auto& message = parser_->get();
  HttpRequest request;
  request.method = std::string(View(message.method_string()));
  absl::string_view target = View(message.target());
  // RFC 9112, 3.2.2: the absolute form is taken too.
  for (const absl::string_view scheme : {"http://", "https://"}) {
    if (!absl::StartsWithIgnoreCase(target, scheme)) continue;
    target.remove_prefix(scheme.size());
    target.remove_prefix(std::min(target.find_first_of("/?"), target.size()));
  }
  const size_t question = target.find('?');
  request.path = PercentDecoded(target.substr(0, question));
  if (request.path.empty()) request.path = "/";
  if (question != absl::string_view::npos) {
    request.query = std::string(target.substr(question + 1));
  }
  for (const auto& field : message) {
    request.headers.emplace_back(View(field.name_string()),
                                 View(field.value()));
  }
  request.content_type = std::string(request.Header("Content-Type"));
  return request;
}

void Session::OnHead(error_code error) {
  if (stage_ != Stage::kReading) return;  // it took too long
  if (error == http::error::end_of_stream) return End();
  if (error) {
    // So that the log has what there is of it.
    request_ = TakeHead();
    return RefuseBroken(error);
  }
  request_ = TakeHead();
  version_ = parser_->get().version() == 10 ? 10 : 11;
  keep_alive_ = parser_->get().keep_alive();
  is_head_ = request_.method == "HEAD";
  if (is_head_) request_.method = "GET";
  const bool has_body = !parser_->is_done();

  if (host_.is_stopping) return RefuseAtStop();
  // What a proxy before us and we could understand differently.
  const absl::string_view coding = request_.Header("Transfer-Encoding");
  if (!coding.empty() && !absl::EqualsIgnoreCase(coding, "chunked")) {
    return Write(host_.handler.Refuse(501, "BAD_REQUEST",
                                      "Transfer-Encoding: takes chunked only"),
                 /*keep=*/false);
  }
  if (parser_->get().count(http::field::host) > 1 ||
      parser_->get().count(http::field::transfer_encoding) > 1) {
    return Write(host_.handler.Refuse(400, "BAD_REQUEST",
                                      "a field of the header is there twice"),
                 /*keep=*/false);
  }
  if (std::optional<HttpReply> reply = host_.handler.AnswerHead(request_)) {
    // A body that was not read would be taken for the next request.
    return Write(*std::move(reply), keep_alive_ && !has_body);
  }
  // A client of HTTP/1.0 knows no such answer: RFC 9110, 10.1.1.
  if (has_body && version_ == 11 &&
      absl::EqualsIgnoreCase(request_.Header("Expect"), "100-continue")) {
    asio::async_write(
        socket_, asio::buffer(kContinue.data(), kContinue.size()),
        [self = shared_from_this()](error_code write_error, size_t) {
          if (write_error) return self->End();
          self->ReadBody();
        });
    return;
  }
  ReadBody();
}

void Session::ReadBody() {
  if (stage_ != Stage::kReading) return;
  if (parser_->is_done()) return OnBody({});
  // Some at a time: what is in memory is counted while it comes.
  http::async_read_some(socket_, buffer_, *parser_,
                        [self = shared_from_this()](error_code error, size_t) {
                          self->OnBody(error);
                        });
}

void Session::OnBody(error_code error) {
  if (stage_ != Stage::kReading) return;  // it took too long
  if (error) return RefuseBroken(error);
  CountBody(parser_->get().body().size());
  if (host_.body_bytes > kMaxBodiesAtOnce * host_.settings.max_request_bytes) {
    HttpReply reply = host_.handler.Refuse(
        429, "OVERLOADED", "too many bytes of requests are in memory");
    reply.headers.emplace_back("Retry-After", "1");
    return Write(std::move(reply), /*keep=*/false);
  }
  if (!parser_->is_done()) return ReadBody();
  request_.body = std::move(parser_->get().body());
  Queue();
}

void Session::OnReadTimeout() {
  error_code ignored;
  socket_.cancel(ignored);
  if (host_.is_stopping) return RefuseAtStop();
  Write(host_.handler.Refuse(
            408, "BAD_REQUEST",
            absl::StrCat("the request was not read whole within ",
                         host_.settings.request_timeout.count(), " ms")),
        /*keep=*/false);
}

void Session::RefuseAtStop() {
  Write(host_.handler.Refuse(503, "CANCELLED", "the server stops"),
        /*keep=*/false);
}

void Session::RefuseBroken(error_code error) {
  if (error.category() != make_error_code(http::error::bad_method).category() ||
      error == http::error::partial_message) {
    return End();  // the client is gone
  }
  if (error == http::error::body_limit) {
    return Write(host_.handler.Refuse(
                     413, "BAD_REQUEST",
                     absl::StrCat("the body has more than ",
                                  host_.settings.max_request_bytes, " bytes")),
                 /*keep=*/false);
  }
  if (error == http::error::header_limit ||
      error == http::error::buffer_overflow) {
    return Write(host_.handler.Refuse(431, "BAD_REQUEST",
                                      absl::StrCat("the header has more than ",
                                                   kMaxHeaderBytes, " bytes")),
                 /*keep=*/false);
  }
  Write(host_.handler.Refuse(400, "BAD_REQUEST",
                             absl::StrCat("HTTP: ", error.message())),
        /*keep=*/false);
}

void Session::Refuse() {
  Write(host_.handler.Refuse(503, "OVERLOADED", "too many connections"),
        /*keep=*/false);
}

void Session::Queue() {
  ClearDeadline();
  cancel_.Reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!cancel_.valid()) {
    return Write(
        host_.handler.Refuse(503, "OVERLOADED", "no descriptor is left"),
        keep_alive_);
  }
  stage_ = Stage::kAnswering;
  is_cancelled_ = false;
  is_answered_ = false;
  const auto now = Clock::now();
  if (!host_.pool.TryPost(
          [self = shared_from_this(), now] { self->Run(now); },
          [self = shared_from_this()]() mutable { Answered(std::move(self)); },
          this)) {
    HttpReply reply = host_.handler.Refuse(
        429, "OVERLOADED", "every worker is busy and the queue is full");
    reply.headers.emplace_back("Retry-After", "1");
    return Write(std::move(reply), keep_alive_);
  }
  Watch();
}

// In a worker's thread.
void Session::Run(Clock::time_point queued) {
  if (is_cancelled_) {
    return RefuseCancelled();
  }
  if (host_.answer_bytes >
      kMaxAnswersAtOnce * host_.settings.max_request_bytes) {
    reply_ = host_.handler.Refuse(
        429, "OVERLOADED", "too many bytes of answers wait for their clients");
    reply_.headers.emplace_back("Retry-After", "1");
    return;
  }
  try {
    // The body is given away, the rest is for the log.
    std::string body = std::move(request_.body);
    HttpRequest asked = request_;
    asked.body = std::move(body);
    reply_ = host_.handler.Answer(std::move(asked), cancel_.get(),
                                  MicrosecondsSince(queued));
  } catch (const std::exception& fault) {  // std::bad_alloc, most likely
    reply_ = host_.handler.Refuse(500, "INTERNAL", fault.what());
  }
}

// In a worker's thread, which takes other work from here on: a client that has
// its answer may ask again and find the worker free.  The reference is given
// away: a session ends in the server's thread.
void Session::Answered(std::shared_ptr<Session> self) {
  asio::io_context& io = self->host_.io;
  asio::post(io, [self = std::move(self)] {
    self->is_answered_ = true;
    // The watch ends first: two reads at once are not allowed.
    if (self->is_watching_) {
      error_code ignored;
      self->socket_.cancel(ignored);
    } else {
      self->OnAnswer();
    }
  });
}

// Reads on while a worker answers, to see the client hang up.  What it sends
// ahead is kept.  A client that only shuts down its sending side looks the same
// as one that is gone, and is taken for that.
void Session::Watch() {
  const size_t room =
      kMaxPipelinedBytes - std::min(kMaxPipelinedBytes, buffer_.size());
  if (room == 0) return;
  is_watching_ = true;
  socket_.async_read_some(
      buffer_.prepare(std::min<size_t>(room, 4096)),
      [self = shared_from_this()](error_code error, size_t bytes) {
        self->is_watching_ = false;
        self->buffer_.commit(bytes);
        if (self->is_answered_) return self->OnAnswer();
        if (error) return self->Cancel();
        self->Watch();
      });
}

void Session::Cancel() {
  if (!cancel_.valid()) return;
  is_cancelled_ = true;
  const uint64_t one = 1;
  // It can't fail: the counter is far from full.
  [[maybe_unused]] const ssize_t written =
      write(cancel_.get(), &one, sizeof one);
  // Who only waited makes room for others.
  if (!host_.pool.Drop(this)) return;
  RefuseCancelled();
  Answered(shared_from_this());
}

void Session::RefuseCancelled() {
  reply_ = host_.handler.Refuse(503, "CANCELLED",
                                "the client went away, or the server stops");
}

void Session::OnAnswer() {
  cancel_.Reset();
  Write(std::move(reply_), keep_alive_);
}

void Session::Write(HttpReply reply, bool keep) {
  if (stage_ == Stage::kEnded) return;
  stage_ = Stage::kWriting;
  keep_alive_ = keep && !host_.is_stopping;
  request_.body = std::string();
  held_bytes_ = counted_body_;
  request_.route = std::move(reply.route);
  CountBody(0);
  response_.emplace();
  response_->version(version_);
  response_->result(static_cast<unsigned>(reply.status));
  if (!reply.content_type.empty()) {
    response_->set(http::field::content_type, reply.content_type);
  }
  response_->set(http::field::cache_control, "no-store");
  response_->set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : reply.headers) {
    response_->set(name, value);
  }
  response_->keep_alive(keep_alive_);
  response_->body() = std::move(reply.body);
  response_->body().Add(std::move(reply.rest));
  response_->prepare_payload();
  response_bytes_ = response_->body().size();
  held_bytes_ += response_bytes_;
  CountAnswer(response_bytes_);
  serializer_.emplace(*response_);
  serializer_->split(is_head_);
  written_bytes_ = 0;
  write_start_ = Clock::now();
  SetDeadline(kWriteTime, &Session::End);
  WriteSome();
}

void Session::WriteSome() {
  auto done = [self = shared_from_this()](error_code error, size_t bytes) {
    self->OnWrittenSome(error, bytes);
  };
  if (is_head_) {
    http::async_write_header(socket_, *serializer_, std::move(done));
  } else {
    http::async_write_some(socket_, *serializer_, std::move(done));
  }
}

void Session::OnWrittenSome(error_code error, size_t bytes) {
  if (stage_ == Stage::kEnded) return;
  if (error || is_head_ || serializer_->is_done()) return OnWritten(error);
  written_bytes_ += bytes;
  if (!is_stopped_) {
    const auto earned =
        std::chrono::milliseconds(written_bytes_ * 1000 / kMinBytesPerSecond);
    const Clock::duration left =
        write_start_ + kWriteTime + earned - Clock::now();
    SetDeadline(std::min<Clock::duration>(left, kWriteTime), &Session::End);
  }
  WriteSome();
}

void Session::OnWritten(error_code error) {
  host_.handler.Sent(
      request_, peer_,
      error ? kClientGone : static_cast<int>(response_->result_int()),
      response_bytes_, MicrosecondsSince(since_));
  serializer_.reset();
  response_.reset();
  CountAnswer(0);
  // The allocator keeps what was freed; a server that is idle should be small.
  if (held_bytes_ > kTrimBytes) malloc_trim(0);
  if (error) return End();
  if (!keep_alive_) return Linger();
  request_ = {};
  parser_.reset();
  is_head_ = false;
  AwaitRequest();
}

// Closing with bytes unread would reset the connection, and the client might
// never see the answer.
void Session::Linger() {
  error_code error;
  socket_.shutdown(Socket::shutdown_send, error);
  if (error || (parser_ && parser_->is_done())) return End();
  SetDeadline(kLingerTime, &Session::End);
  Discard();
}

void Session::Discard() {
  socket_.async_read_some(
      asio::buffer(discard_),
      [self = shared_from_this()](error_code error, size_t) {
        if (self->stage_ == Stage::kEnded) return;
        if (error) return self->End();
        self->Discard();
      });
}

void Session::Stop() {
  if (stage_ == Stage::kIdle) return End();
  if (stage_ == Stage::kReading)
    SetDeadline(kStopTime, &Session::OnReadTimeout);
}

void Session::StopNow() {
  Cancel();
  is_stopped_ = true;
  if (stage_ == Stage::kWriting) SetDeadline(kStopTime, &Session::End);
}

void Session::End() {
  if (stage_ == Stage::kEnded) return;
  stage_ = Stage::kEnded;
  ClearDeadline();
  error_code ignored;
  socket_.close(ignored);
  host_.on_end(this);
}

}  // namespace jail::eval
