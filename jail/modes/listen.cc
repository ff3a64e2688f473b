// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/modes/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <list>
#include <memory>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "jail/modes/connection.h"
#include "jail/modes/service.h"
#include "jail/parent/launch.h"
#include "jail/sys/errno_name.h"

namespace jail {
namespace {

using Clock = std::chrono::steady_clock;

// How long accept(2) rests when the machine is out of descriptors or memory
// and no jail of ours is there to give some back.
constexpr std::chrono::milliseconds kAcceptRest{1000};

// One client and the thread that launches and supervises its jail: it must
// live as long as the jail, whose parent-death signal hangs on it.
struct Client {
  Connection connection;
  Fd cancel;      // eventfd; written: the client is gone
  Fd signals_in;  // pipe of struct signalfd_siginfo, as a signalfd has them
  Fd signals_out;
  bool gone = false;
  bool half_closed = false;
  Clock::time_point silence_ends;  // with half_closed
  uint64_t bytes_sent = 0;         // when silence_ends was set
  std::atomic<pid_t> pid{0};       // once `executed` is set
  Clock::time_point executed;
  std::atomic<bool> done{false};
  std::thread thread;
};

class Server {
 public:
  Server(const Session& session, Fd listener)
      : session_(session),
        listen_(*session.spec.listen),
        listener_(std::move(listener)),
        done_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

  int Run() {
    if (!done_.valid()) {
      session_.log.Fatal(ErrnoStatus(errno, "eventfd").message());
      return kExitSetupFailed;
    }
    session_.log.Debug(
        absl::StrCat("listening on [", listen_.address, "]:", listen_.port));
    session_.notifier.Ready("listening");
    while (stop_signal_ == 0 || !clients_.empty()) Turn();
    return report_failed_ ? kExitSetupFailed : 128 + stop_signal_;
  }

 private:
  // One round: wait until something happens, and see to it.
  void Turn() {
    std::vector<struct pollfd> fds = {
        {accept_rests_ ? -1 : listener_.get(), POLLIN, 0},
        {session_.signal_fd, POLLIN, 0},
        {done_.get(), POLLIN, 0},
        {session_.status_fd, POLLIN, 0}};
    for (const Client& client : clients_) {
      // Without POLLRDHUP asked for, POLLHUP and POLLERR are still told.
      short events = client.half_closed ? 0 : POLLRDHUP;
      fds.push_back({client.gone ? -1 : client.connection.fd(), events, 0});
    }
    if (poll(fds.data(), fds.size(), Timeout()) < 0) return;  // EINTR
    size_t i = 4;
    for (Client& client : clients_) WatchClient(client, fds[i++].revents);
    if (fds[1].revents != 0) TakeSignal();
    if (fds[2].revents != 0) ReapThreads();
    if (fds[3].revents != 0) TellWhatRuns();
    if (clients_.empty()) accept_rests_ = false;
    if (fds[0].revents != 0 && stop_signal_ == 0) AcceptOne();
  }

  int Timeout() const {
    bool any = accept_rests_ && clients_.empty();
    Clock::time_point next = Clock::now() + kAcceptRest;
    for (const Client& client : clients_) {
      if (!client.half_closed || client.gone) continue;
      next = any ? std::min(next, client.silence_ends) : client.silence_ends;
      any = true;
    }
    if (!any) return -1;
    auto left =
        std::chrono::ceil<std::chrono::milliseconds>(next - Clock::now());
    return static_cast<int>(std::max<int64_t>(0, left.count()));
  }

  void WatchClient(Client& client, short events) {
    if (client.gone) return;
    if ((events & (POLLHUP | POLLERR)) != 0) return Cancel(client);
    Clock::time_point now = Clock::now();
    if ((events & POLLRDHUP) != 0) {
      client.half_closed = true;
      client.bytes_sent = client.connection.BytesSent();
      client.silence_ends = now + listen_.half_close;
    }
    if (!client.half_closed || now < client.silence_ends) return;
    uint64_t sent = client.connection.BytesSent();
    if (sent == client.bytes_sent) return Cancel(client);
    client.bytes_sent = sent;
    client.silence_ends = now + listen_.half_close;
  }

  void Cancel(Client& client) {
    client.gone = true;
    eventfd_write(client.cancel.get(), 1);
    session_.log.Info(absl::StrCat("connection from ",
                                   client.connection.remote(), " is gone"));
  }

  void TakeSignal() {
    struct signalfd_siginfo info;
    if (read(session_.signal_fd, &info, sizeof info) != sizeof info) return;
    if (stop_signal_ == 0) {
      stop_signal_ = static_cast<int>(info.ssi_signo);
      listener_.Reset();
      session_.notifier.Stopping(
          absl::StrCat("ending ", clients_.size(), " connections"));
    }
    for (Client& client : clients_) {
      // A pipe that is full has told its jail to end already.
      ssize_t ignored = write(client.signals_out.get(), &info, sizeof info);
      static_cast<void>(ignored);
    }
  }

  void TellWhatRuns() {
    std::vector<RunningJail> jails;
    for (const Client& client : clients_) {
      if (client.done) continue;
      if (const pid_t pid = client.pid) {
        jails.push_back({pid, client.connection.remote(), client.executed});
      }
    }
    TellStatus(session_, jails);
  }

  void ReapThreads() {
    eventfd_t ignored;
    eventfd_read(done_.get(), &ignored);
    accept_rests_ = false;
    for (auto client = clients_.begin(); client != clients_.end();) {
      if (!client->done) {
        ++client;
        continue;
      }
      client->thread.join();
      client = clients_.erase(client);
    }
    TellCount();
  }

  void TellCount() const {
    if (!session_.notifier.is_set()) return;
    session_.notifier.Status(absl::StrCat(clients_.size(), " connections"));
  }

  void AcceptOne() {
    absl::StatusOr<Connection> accepted = Connection::Accept(listener_.get());
    if (!accepted.ok()) {
      // The client may have gone again; that is no fault.
      if (accepted.status().code() == absl::StatusCode::kUnavailable ||
          accepted.status().code() == absl::StatusCode::kAborted) {
        return;
      }
      session_.log.Error(accepted.status().message());
      accept_rests_ = true;
      return;
    }
    const std::string& remote = accepted->remote();
    if (std::string reason = WhyRefused(*accepted); !reason.empty()) {
      session_.log.Warning(
          absl::StrCat("connection from ", remote, " refused: ", reason));
      return;
    }
    session_.log.Info(absl::StrCat("connection from ", remote));
    Start(*std::move(accepted));
    TellCount();
  }

  std::string WhyRefused(const Connection& connection) const {
    if (listen_.max_conns != 0 && clients_.size() >= listen_.max_conns) {
      return absl::StrCat("max_conns: ", listen_.max_conns, " are open");
    }
    uint32_t same = static_cast<uint32_t>(std::count_if(
        clients_.begin(), clients_.end(),
        [&](const Client& c) { return c.connection.SameAddress(connection); }));
    if (listen_.max_conns_per_ip != 0 && same >= listen_.max_conns_per_ip) {
      return absl::StrCat("max_conns_per_ip: ", same,
                          " are open from this address");
    }
    return "";
  }

  void Start(Connection connection) {
    std::string remote = connection.remote();
    Client& client = clients_.emplace_back();
    client.connection = std::move(connection);
    client.cancel = Fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
    int ends[2];
    if (!client.cancel.valid() || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
      session_.log.Error(
          ErrnoStatus(errno, absl::StrCat("connection from ", remote))
              .message());
      clients_.pop_back();
      return;
    }
    client.signals_in = Fd(ends[0]);
    client.signals_out = Fd(ends[1]);
    running_++;
    try {
      client.thread = std::thread(&Server::Serve, this, std::ref(client));
    } catch (const std::system_error& error) {
      running_--;
      session_.log.Error(absl::StrCat("connection from ", remote,
                                      ": no thread for it: ", error.what()));
      clients_.pop_back();
    }
  }

  // In the client's own thread.
  void Serve(Client& client) {
    int fd = client.connection.fd();
    Ending ending;
    {
      LaunchIo io{fd, fd, fd};
      io.wants_usage = session_.wants_usage();
      if (!session_.spec.forward_signals)
        io.signal_fd = client.signals_in.get();
      io.cancel_fd = client.cancel.get();
      ListenForNotices(session_, io);
      ChildPtr child = Launch(session_.spec, session_.plan, io, ending);
      if (child != nullptr) {
        Supervision supervision{.signal_fd = client.signals_in.get(),
                                .cancel_fd = client.cancel.get()};
        client.executed = Clock::now();
        client.pid = ChildPid(*child);
        LogStarted(session_, client.connection.remote());
        ListenForNotices(session_, ChildPid(*child), client.connection.remote(),
                         supervision);
        Supervise(*child, session_.spec, supervision, ending);
      }
    }
    int left = --running_;
    if (!Tell(session_, ending, client.connection.remote(), left)) {
      report_failed_ = true;
    }
    client.connection.FinishSending();
    client.done = true;
    eventfd_write(done_.get(), 1);
  }

  const Session& session_;
  const Listen& listen_;
  Fd listener_;
  Fd done_;  // eventfd; written: some thread has ended
  std::list<Client> clients_;
  std::atomic<int> running_{0};
  std::atomic<bool> report_failed_{false};
  bool accept_rests_ = false;
  int stop_signal_ = 0;
};

}  // namespace

int RunListen(const Session& session, Fd listener) {
  return Server(session, std::move(listener)).Run();
}

}  // namespace jail
