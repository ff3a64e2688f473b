// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/http_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/sys/errno_name.h"
#include "tools/evalctl/serve/session.h"

namespace jail::eval {

namespace asio = boost::asio;
using boost::beast::error_code;

namespace {

// Without descriptors left, accept(2) fails at once, again and again.
constexpr std::chrono::milliseconds kAcceptPause{100};
// Low numbers are left to the launches: a jail's RLIMIT_NOFILE (64 and up) is
// in force while it still duplicates descriptors.  Where the server's own limit
// is too low for that, connections keep the number that they got.
constexpr int kFirstConnectionFd = 400;

// Connections that are told so, beyond kMaxConnections; others are closed.
constexpr size_t kMaxRefusals = 64;

std::string PeerName(const sockaddr_storage& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    return text;
  }
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
    return absl::StrCat("[", text, "]");
  }
  return "unix";
}

}  // namespace

struct HttpServer::State {
  // One that listens, and its wait.
  struct Door {
    Door(asio::io_context& io, Listener socket)
        : listener(std::move(socket)), wait(io), pause(io) {}
    // The wait does not own the descriptor.
    ~Door() { wait.release(); }
    Listener listener;
    asio::posix::stream_descriptor wait;
    asio::steady_timer pause;
  };

  State(HttpSettings given, Handler& handler, std::function<void(int)> callback)
      : settings(given),
        on_signal(std::move(callback)),
        signals(io),
        pool(settings.workers, settings.queue),
        host{.settings = settings,
             .handler = handler,
             .pool = pool,
             .io = io,
             .on_end = [this](Session* session) { OnEnd(session); }} {}

  absl::Status WatchSignals();
  void AwaitSignal();
  void AwaitConnection(Door& door);
  void Accept(Door& door);
  void Add(Fd fd, const sockaddr_storage& address);
  void OnEnd(Session* session);
  void EndIfDone() {
    if (host.is_stopping && sessions.empty()) io.stop();
  }

  const HttpSettings settings;
  std::function<void(int)> on_signal;
  asio::io_context io;
  asio::posix::stream_descriptor signals;
  signalfd_siginfo signal = {};
  std::map<Session*, std::shared_ptr<Session>> sessions;
  std::vector<std::unique_ptr<Door>> doors;
  std::atomic<size_t> connections = 0;
  // Ends before io: its threads post there.
  WorkerPool pool;
  SessionHost host;
};

absl::Status HttpServer::State::WatchSignals() {
  sigset_t set;
  sigemptyset(&set);
  for (int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  const int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd < 0) return ErrnoStatus(errno, "signalfd");
  signals.assign(fd);
  AwaitSignal();
  return absl::OkStatus();
}

void HttpServer::State::AwaitSignal() {
  signals.async_read_some(asio::buffer(&signal, sizeof signal),
                          [this](error_code error, size_t bytes) {
                            if (error) return;
                            if (bytes == sizeof signal) {
                              on_signal(static_cast<int>(signal.ssi_signo));
                            }
                            AwaitSignal();
                          });
}

void HttpServer::State::AwaitConnection(Door& door) {
  door.wait.async_wait(asio::posix::stream_descriptor::wait_read,
                       [this, &door](error_code error) {
                         // The door may be gone with an answer on its way.
                         if (!error && !host.is_stopping) Accept(door);
                       });
}

void HttpServer::State::Accept(Door& door) {
  for (;;) {
    sockaddr_storage address = {};
    socklen_t size = sizeof address;
    Fd fd(accept4(door.listener.fd(), reinterpret_cast<sockaddr*>(&address),
                  &size, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (fd.valid()) {
      const int high = fcntl(fd.get(), F_DUPFD_CLOEXEC, kFirstConnectionFd);
      if (high >= 0) fd.Reset(high);
      Add(std::move(fd), address);
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    if (errno == EAGAIN) return AwaitConnection(door);
    door.pause.expires_after(kAcceptPause);
    door.pause.async_wait([this, &door](error_code error) {
      if (!error && !host.is_stopping) AwaitConnection(door);
    });
    return;
  }
}

void HttpServer::State::Add(Fd fd, const sockaddr_storage& address) {
  if (address.ss_family != AF_UNIX) {
    // An answer is one write: nothing is gained by waiting for more.
    const int on = 1;
    setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  Session::Socket socket(io);
  error_code error;
  socket.assign(asio::generic::stream_protocol(address.ss_family, 0), fd.get(),
                error);
  if (error) return;
  fd.Release();
  if (sessions.size() >= kMaxConnections + kMaxRefusals) return;
  bool is_full = sessions.size() >= kMaxConnections;
  if (is_full) {
    std::shared_ptr<Session> oldest;
    for (const auto& [ignored, session] : sessions) {
      if (session->is_idle() &&
          (oldest == nullptr || session->since() < oldest->since())) {
        oldest = session;
      }
    }
    if (oldest != nullptr) {
      oldest->Stop();
      is_full = false;
    }
  }
  auto session =
      std::make_shared<Session>(std::move(socket), PeerName(address), host);
  sessions.emplace(session.get(), session);
  connections = sessions.size();
  if (is_full) {
    session->Refuse();
  } else {
    session->Start();
  }
}

void HttpServer::State::OnEnd(Session* session) {
  sessions.erase(session);
  connections = sessions.size();
  EndIfDone();
}

HttpServer::HttpServer(HttpSettings settings, Handler& handler,
                       std::function<void(int)> on_signal)
    : state_(std::make_unique<State>(settings, handler, std::move(on_signal))) {
}

HttpServer::~HttpServer() = default;

absl::Status HttpServer::Run(std::vector<Listener> listeners) {
  if (absl::Status status = state_->WatchSignals(); !status.ok()) {
    return status;
  }
  for (Listener& listener : listeners) {
    state_->doors.push_back(
        std::make_unique<State::Door>(state_->io, std::move(listener)));
    State::Door& door = *state_->doors.back();
    error_code error;
    door.wait.assign(door.listener.fd(), error);
    if (error) {
      return absl::InternalError(absl::StrCat("listen ", door.listener.name(),
                                              ": epoll: ", error.message()));
    }
    state_->AwaitConnection(door);
  }
  state_->io.run();
  return absl::OkStatus();
}

void HttpServer::Stop() {
  if (state_->host.is_stopping) return;
  state_->host.is_stopping = true;
  state_->doors.clear();
  // Ending takes a session out of the map.
  const auto sessions = state_->sessions;
  for (const auto& [ignored, session] : sessions) session->Stop();
  state_->EndIfDone();
}

void HttpServer::StopNow() {
  Stop();
  const auto sessions = state_->sessions;
  for (const auto& [ignored, session] : sessions) session->StopNow();
}

HttpCounts HttpServer::Counts() const {
  return {.connections = state_->connections,
          .running = state_->pool.running(),
          .queued = state_->pool.queued(),
          .body_bytes = state_->host.body_bytes,
          .answer_bytes = state_->host.answer_bytes};
}

}  // namespace jail::eval
