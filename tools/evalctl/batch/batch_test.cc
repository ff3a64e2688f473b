// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/batch/batch.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

#include "absl/strings/str_cat.h"
#include "jail/sys/fd.h"

namespace jail::eval {
namespace {

using ::testing::ElementsAre;

// A request "hold..." waits for Open() or for cancel_fd.
class FakeEngine : public Engine {
 public:
  FakeEngine() { EXPECT_EQ(pipe2(gate_, O_CLOEXEC), 0); }
  ~FakeEngine() override {
    close(gate_[0]);
    close(gate_[1]);
  }
  const Config& config() const override { return config_; }
  std::vector<std::string> Missing(const std::string&) const override {
    return {};
  }
  std::vector<LimitNotInForce> NotInForce(const std::string&) const override {
    return {};
  }
  Response Run(const Request& request, int cancel_fd) override {
    Response response;
    response.set_id(request.id());
    ran++;
    if (request.id().rfind("hold", 0) == 0) {
      pollfd waits[2] = {{.fd = gate_[0], .events = POLLIN},
                         {.fd = cancel_fd, .events = POLLIN}};
      poll(waits, 2, -1);
      if (waits[1].revents != 0) {
        response.mutable_error()->set_kind(Error::CANCELLED);
        return response;
      }
      char byte;
      EXPECT_EQ(read(gate_[0], &byte, 1), 1);
    }
    response.add_commands()->set_outcome(report::EXITED);
    return response;
  }
  void Open() { ASSERT_EQ(write(gate_[1], "x", 1), 1); }

  std::atomic<int> ran = 0;

 private:
  Config config_;
  int gate_[2];
};

// A request is its id; "bad" is none.
EvalCodec Codec() {
  EvalCodec codec;
  codec.parse = [](absl::string_view text,
                   Request& request) -> std::optional<Error> {
    if (text == "bad") {
      Error error;
      error.set_kind(Error::BAD_REQUEST);
      error.set_message("no good");
      return error;
    }
    request.set_id(text == "-" ? "" : std::string(text));
    return std::nullopt;
  };
  codec.write = [](const Response& response) -> std::string {
    return response.has_error()
               ? absl::StrCat(response.id(), "!", response.error().message())
               : response.id();
  };
  return codec;
}

class BatchTest : public ::testing::Test {
 protected:
  BatchTest() {
    int in[2], out[2];
    EXPECT_EQ(pipe2(in, O_CLOEXEC), 0);
    EXPECT_EQ(pipe2(out, O_CLOEXEC), 0);
    in_ = Fd(in[0]);
    to_ = Fd(in[1]);
    from_ = Fd(out[0]);
    out_ = Fd(out[1]);
  }
  ~BatchTest() override {
    if (thread_.joinable()) thread_.join();
  }

  void Send(const std::string& text) const {
    ASSERT_EQ(write(to_.get(), text.data(), text.size()),
              static_cast<ssize_t>(text.size()));
  }
  std::string Receive() {
    for (;;) {
      if (const size_t end = got_.find('\n'); end != std::string::npos) {
        const std::string line = got_.substr(0, end);
        got_.erase(0, end + 1);
        return line;
      }
      char buffer[4096];
      const ssize_t bytes = read(from_.get(), buffer, sizeof buffer);
      if (bytes <= 0) return "END";
      got_.append(buffer, bytes);
    }
  }
  std::vector<std::string> ReceiveAll() {
    std::vector<std::string> lines;
    for (std::string line; (line = Receive()) != "END";) lines.push_back(line);
    return lines;
  }
  void Start() {
    thread_ = std::thread([this] {
      end_ = RunBatch(options_, engine_, codec_, in_.get(), out_.get());
      out_.Reset();
    });
  }

  BatchOptions options_;
  FakeEngine engine_;
  EvalCodec codec_ = Codec();
  Fd in_, to_, from_, out_;
  std::string got_;
  std::thread thread_;
  absl::StatusOr<BatchEnd> end_ = absl::UnknownError("it did not end");
};

TEST_F(BatchTest, EachLineIsAnsweredAtOnce) {
  Start();
  for (const char* id : {"one", "two", "three"}) {
    Send(absl::StrCat(id, "\n"));
    EXPECT_EQ(Receive(), id);
  }
  Send("\n  \nwithout its end");
  to_.Reset();
  EXPECT_EQ(Receive(), "without its end");
  EXPECT_EQ(Receive(), "END");
  thread_.join();
  ASSERT_TRUE(end_.ok()) << end_.status();
  EXPECT_EQ(end_->summary.answered(), 4u);
  EXPECT_FALSE(end_->interrupted);
}

TEST_F(BatchTest, AnswersAreInOrder) {
  options_.jobs = 3;
  Start();
  Send("hold\nb\nc\nd\n");
  to_.Reset();
  while (engine_.ran < 4) std::this_thread::yield();
  engine_.Open();
  EXPECT_THAT(ReceiveAll(), ElementsAre("hold", "b", "c", "d"));
}

TEST_F(BatchTest, AnswersComeAsTheyAreReady) {
  options_.jobs = 2;
  options_.as_completed = true;
  Start();
  Send("hold\n-\n");
  EXPECT_EQ(Receive(), "2");  // the number of its line
  Send("c\n");
  EXPECT_EQ(Receive(), "c");
  engine_.Open();
  to_.Reset();
  EXPECT_THAT(ReceiveAll(), ElementsAre("hold"));
}

TEST_F(BatchTest, ABadLineIsAnsweredByItsNumber) {
  options_.max_line_bytes = 20;
  Start();
  Send("a\n\nbad\n" + std::string(21, 'x') + "\nb\n");
  to_.Reset();
  EXPECT_THAT(ReceiveAll(),
              ElementsAre("a", "!line 3: no good",
                          "!line 4: has more than 20 bytes", "b"));
  thread_.join();
  ASSERT_TRUE(end_.ok()) << end_.status();
  EXPECT_TRUE(end_->summary.has_bad_lines());
}

TEST_F(BatchTest, ReadsNoFurtherThanItAnswers) {
  Start();
  // With one job: one that runs and one that waits.
  Send("hold1\nhold2\n");
  while (engine_.ran < 1) std::this_thread::yield();
  ASSERT_EQ(fcntl(to_.get(), F_SETFL, O_NONBLOCK), 0);
  // What is beyond stays in the pipe, until that is full.
  const std::string line(999, 'x');
  int sent = 0;
  pollfd room = {.fd = to_.get(), .events = POLLOUT};
  while (poll(&room, 1, 200) == 1) {
    if (write(to_.get(), (line + "\n").c_str(), 1000) == 1000) sent++;
    ASSERT_LT(sent, 1000);
  }
  EXPECT_EQ(engine_.ran, 1);
  engine_.Open();
  engine_.Open();
  to_.Reset();
  EXPECT_EQ(ReceiveAll().size(), 2u + sent);
}

TEST_F(BatchTest, ResumesWhereItWas) {
  options_.is_resumed = true;
  options_.answered = {"a", "c"};
  Start();
  Send("a\nb\nc\nd\nb\n-\n");
  to_.Reset();
  EXPECT_THAT(ReceiveAll(),
              ElementsAre("b", "d", "b!line 5: its id was there before",
                          "!line 6: has no id: --resume needs one in each"));
}

TEST_F(BatchTest, ASignalFinishesWhatRuns) {
  Start();
  Send("hold1\nhold2\nc\n");
  while (engine_.ran < 1) std::this_thread::yield();
  kill(getpid(), SIGINT);
  // The batch has seen it when it takes no more lines.
  engine_.Open();
  EXPECT_EQ(Receive(), "hold1");
  engine_.Open();  // if hold2 began before the signal came
  const std::vector<std::string> rest = ReceiveAll();
  thread_.join();
  ASSERT_TRUE(end_.ok()) << end_.status();
  EXPECT_TRUE(end_->interrupted);
  EXPECT_LE(rest.size(), 1u);
}

TEST_F(BatchTest, ASecondSignalCancels) {
  Start();
  Send("hold1\n");
  while (engine_.ran < 1) std::this_thread::yield();
  // Two of a kind that are pending at once are one.
  kill(getpid(), SIGINT);
  kill(getpid(), SIGTERM);
  EXPECT_EQ(Receive(), "END");
  thread_.join();
  ASSERT_TRUE(end_.ok()) << end_.status();
  EXPECT_TRUE(end_->interrupted);
}

TEST_F(BatchTest, EndsWhenNobodyReads) {
  Start();
  Send("hold1\nb\n");
  while (engine_.ran < 1) std::this_thread::yield();
  from_.Reset();
  engine_.Open();
  thread_.join();
  ASSERT_FALSE(end_.ok());
  EXPECT_NE(end_.status().message().find("EPIPE"), std::string::npos)
      << end_.status();
}

TEST_F(BatchTest, ShowsProgress) {
  std::atomic<int> shown = 0;
  options_.show_progress = [&shown](const std::string&) { shown++; };
  Start();
  while (shown < 2) std::this_thread::yield();
  to_.Reset();
  EXPECT_EQ(Receive(), "END");
  thread_.join();
}

// As in evalctl: before any thread, so that none takes them.
const bool kSignalsBlocked = [] {
  sigset_t set;
  sigemptyset(&set);
  for (int number : {SIGTERM, SIGINT}) sigaddset(&set, number);
  std::signal(SIGPIPE, SIG_IGN);
  return pthread_sigmask(SIG_BLOCK, &set, nullptr) == 0;
}();

}  // namespace
}  // namespace jail::eval
