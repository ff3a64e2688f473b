// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/http_server.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <future>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace jail::eval {
namespace {

constexpr uint64_t kMaxBody = 100'000;

// "/echo" answers the body; "/hold" waits for Open() or for cancel_fd.
class FakeHandler : public Handler {
 public:
  std::optional<HttpReply> AnswerHead(const HttpRequest& request) override {
    if (request.path == "/now") return Text(200, "now " + request.query);
    if (request.method == "GET") return Text(200, request.path);
    if (request.path == "/no") return Text(404, "none");
    return std::nullopt;
  }

  HttpReply Answer(HttpRequest request, int cancel_fd, uint64_t) override {
    if (request.path == "/throw") throw std::bad_alloc();
    if (request.path != "/hold") return Text(200, request.body);
    held++;
    pollfd waits[2] = {{.fd = gate_[0], .events = POLLIN},
                       {.fd = cancel_fd, .events = POLLIN}};
    poll(waits, 2, -1);
    if (waits[1].revents != 0) {
      cancelled++;
      return Text(503, "cancelled");
    }
    char byte;
    EXPECT_EQ(read(gate_[0], &byte, 1), 1);
    return Text(200, "held");
  }

  HttpReply Refuse(int status, absl::string_view kind,
                   absl::string_view message) override {
    return Text(status, absl::StrCat(kind, ": ", message));
  }

  void Sent(const HttpRequest&, absl::string_view, int status, uint64_t,
            uint64_t) override {
    last_status = status;
  }

  // Lets one held request go on.
  void Open() { ASSERT_EQ(write(gate_[1], "x", 1), 1); }
  FakeHandler() { EXPECT_EQ(pipe(gate_), 0); }
  ~FakeHandler() override {
    close(gate_[0]);
    close(gate_[1]);
  }

  std::atomic<int> held = 0;
  std::atomic<int> cancelled = 0;
  std::atomic<int> last_status = 0;

 private:
  static HttpReply Text(int status, std::string body) {
    HttpReply reply;
    reply.status = status;
    reply.content_type = "text/plain";
    reply.body = std::move(body);
    return reply;
  }

  int gate_[2];
};

class Client {
 public:
  explicit Client(const std::string& path) {
    fd_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    is_connected_ = connect(fd_, reinterpret_cast<sockaddr*>(&address),
                            sizeof address) == 0;
  }
  ~Client() { Close(); }

  bool is_connected() const { return is_connected_; }
  void Close() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }
  void Send(const std::string& text) const {
    size_t sent = 0;
    while (sent < text.size()) {
      const ssize_t now =
          send(fd_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (now <= 0) return;  // the server answered early; the test sees that
      sent += now;
    }
  }
  // One answer: head and body; what there is when the server closes.
  std::string Receive() {
    for (;;) {
      const size_t end = got_.find("\r\n\r\n");
      if (end != std::string::npos) {
        const size_t field = got_.find("Content-Length: ");
        const size_t size =
            field < end ? std::stoul(got_.substr(field + 16)) : 0;
        if (got_.size() >= end + 4 + size) {
          const std::string answer = got_.substr(0, end + 4 + size);
          got_.erase(0, answer.size());
          return answer;
        }
      }
      if (!ReceiveSome()) return std::exchange(got_, "");
    }
  }
  bool IsClosed() {
    while (ReceiveSome()) {
    }
    return true;
  }

 private:
  bool ReceiveSome() {
    char buffer[65536];
    const ssize_t now = recv(fd_, buffer, sizeof buffer, 0);
    if (now <= 0) return false;
    got_.append(buffer, now);
    return true;
  }

  int fd_;
  bool is_connected_;
  std::string got_;
};

std::string Post(const std::string& path, const std::string& body) {
  return absl::StrCat("POST ", path,
                      " HTTP/1.1\r\nHost: x\r\nContent-Length: ", body.size(),
                      "\r\n\r\n", body);
}

class HttpServerTest : public ::testing::Test {
 protected:
  HttpServerTest() {
    char name[] = "/tmp/jail-test-http-XXXXXX";
    EXPECT_NE(mkdtemp(name), nullptr);
    folder_ = name;
    path_ = folder_ + "/socket";
  }
  ~HttpServerTest() override {
    if (thread_.joinable()) {
      // Stop() belongs into the server's thread: by a signal, as in production.
      Signal();
      thread_.join();
    }
    EXPECT_NE(access(path_.c_str(), F_OK), 0) << "the socket's file is left";
    rmdir(folder_.c_str());
  }

  void Start(HttpSettings settings) {
    settings.max_request_bytes = kMaxBody;
    auto listeners = Listen("unix:" + path_);
    ASSERT_TRUE(listeners.ok()) << listeners.status();
    server_ = std::make_unique<HttpServer>(settings, handler_, [this](int) {
      if (signals_++ == 0) {
        server_->Stop();
      } else {
        server_->StopNow();
      }
    });
    thread_ = std::thread([this, given = *std::move(listeners)]() mutable {
      EXPECT_TRUE(server_->Run(std::move(given)).ok());
    });
  }
  static void Signal() { kill(getpid(), SIGTERM); }
  void AwaitHeld(int count) const {
    while (handler_.held < count) std::this_thread::yield();
  }

  FakeHandler handler_;
  std::string folder_, path_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
  std::atomic<int> signals_ = 0;
};

TEST_F(HttpServerTest, AnswersOneAfterTheOther) {
  Start({});
  Client client(path_);
  for (const std::string body : {"", "one", "two"}) {
    client.Send(Post("/echo", body));
    const std::string answer = client.Receive();
    EXPECT_TRUE(absl::StartsWith(answer, "HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_TRUE(absl::EndsWith(answer, "\r\n\r\n" + body)) << answer;
  }
}

TEST_F(HttpServerTest, AnswersWhatIsSentAhead) {
  Start({});
  Client client(path_);
  client.Send(Post("/echo", "one") + Post("/echo", "two") +
              "GET /now?a=b HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_TRUE(absl::EndsWith(client.Receive(), "one"));
  EXPECT_TRUE(absl::EndsWith(client.Receive(), "two"));
  EXPECT_TRUE(absl::EndsWith(client.Receive(), "now a=b"));
}

// As the path that it means, however it is written.
TEST_F(HttpServerTest, ATargetHasManyForms) {
  Start({});
  Client client(path_);
  for (const auto& [target, path] : {std::pair{"/%65cho%2fx", "/echo/x"},
                                     {"http://host:8060/echo?/x", "/echo"},
                                     {"HTTPS://host/echo", "/echo"},
                                     {"http://host", "/"},
                                     {"http://host?a=/b", "/"},
                                     {"/100%", "/100%"},
                                     {"//echo", "//echo"}}) {
    client.Send(absl::StrCat("GET ", target, " HTTP/1.1\r\nHost: x\r\n\r\n"));
    const std::string answer = client.Receive();
    EXPECT_TRUE(absl::EndsWith(answer, absl::StrCat("\r\n\r\n", path)))
        << target << ": " << answer;
  }
}

TEST_F(HttpServerTest, HeadHasNoBody) {
  Start({});
  Client client(path_);
  client.Send("HEAD /now HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answer = client.Receive();
  EXPECT_TRUE(absl::StrContains(answer, "Content-Length: 4\r\n")) << answer;
  EXPECT_TRUE(absl::EndsWith(answer, "\r\n\r\n")) << answer;
}

TEST_F(HttpServerTest, ABodyInChunksAndAContinue) {
  Start({});
  Client client(path_);
  client.Send(
      "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
      "Expect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.Receive(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.Send("3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  EXPECT_TRUE(absl::EndsWith(client.Receive(), "\r\n\r\nabcde"));
}

TEST_F(HttpServerTest, NoContinueForHttp10) {
  Start({});
  Client client(path_);
  client.Send(
      "POST /echo HTTP/1.0\r\nExpect: 100-continue\r\n"
      "Content-Length: 3\r\n\r\nabc");
  const std::string answer = client.Receive();
  EXPECT_TRUE(absl::StartsWith(answer, "HTTP/1.0 200 ")) << answer;
}

// A proxy might find the end of such a request elsewhere, or another host.
TEST_F(HttpServerTest, RefusesWhatHasTwoMeanings) {
  Start({});
  for (const auto& [fields, status] :
       {std::pair{"Transfer-Encoding: gzip\r\nContent-Length: 3\r\n", "501"},
        {"Transfer-Encoding: gzip, chunked\r\n", "501"},
        {"Transfer-Encoding: xchunked\r\n", "501"},
        {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "400"},
        {"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "400"},
        {"Content-Length: 3\r\nContent-Length: 4\r\n", "400"},
        {"Content-Length: +3\r\n", "400"},
        {"Host: y\r\n", "400"}}) {
    Client client(path_);
    client.Send(
        absl::StrCat("POST /echo HTTP/1.1\r\nHost: x\r\n", fields, "\r\nabc"));
    EXPECT_TRUE(absl::StartsWith(client.Receive(),
                                 absl::StrCat("HTTP/1.1 ", status, " ")))
        << fields;
    EXPECT_TRUE(client.IsClosed());
  }
}

TEST_F(HttpServerTest, RefusesWhatIsTooLargeBeforeItIsRead) {
  Start({});
  for (const std::string& head :
       {std::string("Content-Length: 100001\r\n\r\n"),
        std::string("Content-Length: 99999999999\r\n\r\n"),
        "Transfer-Encoding: chunked\r\n\r\n186a1\r\n" +
            std::string(100'001, 'x')}) {
    Client client(path_);
    client.Send("POST /echo HTTP/1.1\r\nHost: x\r\n" + head);
    EXPECT_TRUE(absl::StartsWith(client.Receive(), "HTTP/1.1 413 "));
    EXPECT_TRUE(client.IsClosed());
  }
  Client client(path_);
  client.Send("GET /now HTTP/1.1\r\nX: " + std::string(40'000, 'x'));
  EXPECT_TRUE(absl::StartsWith(client.Receive(), "HTTP/1.1 431 "));
}

TEST_F(HttpServerTest, RefusesWhatIsNotHttp) {
  Start({});
  for (const std::string& garbage :
       {std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),
        std::string("GET / HTTP/9.9\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nA b: c\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nContent-Length: 1\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n"),
        std::string("POST / HTTP/1.1\r\nContent-Length: 1\r\n"
                    "Content-Length: 2\r\n\r\n"),
        std::string("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                    "zz\r\n")}) {
    Client client(path_);
    client.Send(garbage);
    EXPECT_TRUE(absl::StartsWith(client.Receive(), "HTTP/1.1 400 ")) << garbage;
    EXPECT_TRUE(client.IsClosed());
  }
}

TEST_F(HttpServerTest, ASlowRequestIsEnded) {
  Start({.request_timeout = std::chrono::milliseconds(50)});
  for (const char* part :
       {"G", "POST /echo HTTP/1.1\r\nContent-Le",
        "POST /echo HTTP/1.1\r\nContent-Length: 5\r\n\r\nab"}) {
    Client client(path_);
    client.Send(part);
    EXPECT_TRUE(absl::StartsWith(client.Receive(), "HTTP/1.1 408 ")) << part;
    EXPECT_TRUE(client.IsClosed());
  }
}

TEST_F(HttpServerTest, ABodyThatWasNotReadEndsTheConnection) {
  Start({});
  Client client(path_);
  client.Send(Post("/no", "GET /now HTTP/1.1\r\n\r\n"));
  const std::string answer = client.Receive();
  EXPECT_TRUE(absl::StartsWith(answer, "HTTP/1.1 404 ")) << answer;
  EXPECT_TRUE(absl::StrContains(answer, "Connection: close")) << answer;
}

TEST_F(HttpServerTest, AFullQueueRefuses) {
  Start({.workers = 1, .queue = 1});
  Client first(path_), second(path_), third(path_);
  first.Send(Post("/hold", ""));
  AwaitHeld(1);
  second.Send(Post("/hold", ""));
  while (server_->Counts().queued != 1) std::this_thread::yield();
  third.Send(Post("/hold", ""));
  const std::string answer = third.Receive();
  EXPECT_TRUE(absl::StartsWith(answer, "HTTP/1.1 429 ")) << answer;
  EXPECT_TRUE(absl::StrContains(answer, "Retry-After: 1\r\n")) << answer;
  // It may try again on the same connection.
  third.Send("GET /now HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(absl::StartsWith(third.Receive(), "HTTP/1.1 200 "));
  handler_.Open();
  handler_.Open();
  EXPECT_TRUE(absl::EndsWith(first.Receive(), "held"));
  EXPECT_TRUE(absl::EndsWith(second.Receive(), "held"));
}

TEST_F(HttpServerTest, AHangUpCancels) {
  Start({});
  for (int round = 1; round <= 3; round++) {
    Client client(path_);
    client.Send(Post("/hold", ""));
    AwaitHeld(round);
    client.Close();
    while (handler_.cancelled < round) std::this_thread::yield();
  }
  // What was sent ahead does not hide it.
  Client client(path_);
  client.Send(Post("/hold", "") + Post("/echo", "x"));
  AwaitHeld(4);
  client.Close();
  while (handler_.cancelled < 4) std::this_thread::yield();
}

TEST_F(HttpServerTest, AStopFinishesWhatRuns) {
  Start({.workers = 1, .queue = 4});
  Client runs(path_), waits(path_), reads(path_), idle(path_);
  runs.Send(Post("/hold", ""));
  AwaitHeld(1);
  waits.Send(Post("/hold", ""));
  reads.Send("POST /echo HTTP/1.1\r\nContent-Length: 5\r\n\r\n");
  while (server_->Counts().queued != 1 || server_->Counts().connections != 4) {
    std::this_thread::yield();
  }
  Signal();
  EXPECT_TRUE(idle.IsClosed());
  EXPECT_FALSE(Client(path_).is_connected());
  reads.Send("later");
  handler_.Open();
  handler_.Open();
  const std::string answer = runs.Receive();
  EXPECT_TRUE(absl::EndsWith(answer, "held")) << answer;
  EXPECT_TRUE(absl::StrContains(answer, "Connection: close\r\n")) << answer;
  EXPECT_TRUE(absl::EndsWith(waits.Receive(), "held"));
  // Its head came in time or not: it is not left without an answer.
  const std::string late = reads.Receive();
  EXPECT_TRUE(absl::StartsWith(late, "HTTP/1.1 503 ") ||
              absl::EndsWith(late, "\r\n\r\nlater"))
      << late;
  thread_.join();
}

TEST_F(HttpServerTest, ASecondSignalCancels) {
  Start({});
  Client client(path_);
  client.Send(Post("/hold", ""));
  AwaitHeld(1);
  Signal();
  while (signals_ < 1) std::this_thread::yield();
  Signal();
  EXPECT_TRUE(absl::EndsWith(client.Receive(), "cancelled"));
  thread_.join();
}

TEST_F(HttpServerTest, AFaultOfTheHandlerIsAnAnswer) {
  Start({});
  Client client(path_);
  client.Send(Post("/throw", ""));
  EXPECT_TRUE(absl::StartsWith(client.Receive(), "HTTP/1.1 500 "));
}

TEST_F(HttpServerTest, TheOldestIdleConnectionMakesRoom) {
  // Both ends are in this process.
  rlimit files;
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &files), 0);
  ASSERT_GT(files.rlim_cur, 3 * kMaxConnections);
  Start({});
  std::vector<std::unique_ptr<Client>> clients;
  for (size_t i = 0; i < kMaxConnections; i++) {
    clients.push_back(std::make_unique<Client>(path_));
    // Answered, so that it is older than those behind it.
    clients.back()->Send("GET /now HTTP/1.1\r\n\r\n");
    EXPECT_NE(clients.back()->Receive(), "");
  }
  Client another(path_);
  another.Send("GET /now HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(absl::StartsWith(another.Receive(), "HTTP/1.1 200 "));
  EXPECT_TRUE(clients.front()->IsClosed());
  EXPECT_EQ(server_->Counts().connections, kMaxConnections);
}

// Signals are blocked in every thread, as evalctl has them, and connections to
// a server that closed give errors.
const bool kSignalsBlocked = [] {
  sigset_t set;
  sigemptyset(&set);
  for (int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  std::signal(SIGPIPE, SIG_IGN);
  return pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0;
}();

}  // namespace
}  // namespace jail::eval
