// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/log.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace jail {
namespace {

using ::testing::MatchesRegex;

class LogFile : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(mkdtemp(directory_), nullptr); }
  void TearDown() override {
    unlink(path().c_str());
    rmdir(directory_);
  }
  std::string path() const { return absl::StrCat(directory_, "/log"); }
  Log Settings(Log::Level level = Log::Level::kInfo) const {
    Log settings;
    settings.file = path();
    settings.is_set = true;
    settings.level = level;
    settings.origin = {"log_file", "a.cfg", 3, 1};
    return settings;
  }
  std::string Content() const { return ReadFile(path(), 1 << 20).value(); }

  char directory_[32] = "/tmp/jail-test-log.XXXXXX";
};

TEST_F(LogFile, LinesHaveLevelTimeAndOffset) {
  absl::StatusOr<Logger> log = Logger::Open(Settings());
  ASSERT_TRUE(log.ok()) << log.status();
  log->Info("pid=1 done");
  EXPECT_THAT(Content(),
              MatchesRegex("\\[I\\]\\[[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}"
                           "[+-][0-9]{4}\\] pid=1 done\n"));
}

TEST_F(LogFile, LeavesOutWhatIsBelowTheLevelButNeverFatal) {
  absl::StatusOr<Logger> log = Logger::Open(Settings(Log::Level::kFatal));
  ASSERT_TRUE(log.ok()) << log.status();
  log->Debug("d");
  log->Info("i");
  log->Warning("w");
  log->Error("e");
  log->Fatal("f");
  EXPECT_THAT(Content(), MatchesRegex("\\[F\\][^\n]* f\n"));
}

TEST_F(LogFile, ALineStaysOneBoundedLine) {
  absl::StatusOr<Logger> log = Logger::Open(Settings());
  ASSERT_TRUE(log.ok()) << log.status();
  log->Warning(absl::StrCat("a\nb\x1b", std::string(100'000, 'x')));
  std::string content = Content();
  EXPECT_EQ(content.find('\n'), content.size() - 1);
  EXPECT_NE(content.find("a\\nb\\x1bxxx"), std::string::npos);
  EXPECT_LT(content.size(), kMaxLogText + 100);
}

TEST_F(LogFile, IsAppendedToAndIsOnlyForTheOwner) {
  Logger::Open(Settings())->Info("one");
  Logger::Open(Settings())->Info("two");
  EXPECT_THAT(Content(), MatchesRegex("[^\n]*one\n[^\n]*two\n"));
  struct stat st;
  ASSERT_EQ(stat(path().c_str(), &st), 0);
  EXPECT_EQ(st.st_mode & 0777, 0600u);
}

TEST_F(LogFile, SymbolicLinkIsRefused) {
  ASSERT_EQ(symlink("/dev/null", path().c_str()), 0);
  EXPECT_EQ(Logger::Open(Settings()).status().message(),
            absl::StrCat("open ", path(),
                         ": ELOOP (Too many levels of symbolic links)"));
}

TEST_F(LogFile, FifoIsRefusedAndNotWaitedFor) {
  ASSERT_EQ(mkfifo(path().c_str(), 0600), 0);
  EXPECT_EQ(
      Logger::Open(Settings()).status().message(),
      absl::StrCat("open ", path(), ": ENXIO (No such device or address)"));
}

TEST_F(LogFile, DeviceIsRefused) {
  Log settings = Settings();
  settings.file = "/dev/zero";
  EXPECT_EQ(Logger::Open(settings).status().message(),
            "open /dev/zero: is not a regular file");
}

TEST_F(LogFile, DevNullIsTaken) {
  Log settings = Settings();
  settings.file = "/dev/null";
  absl::StatusOr<Logger> log = Logger::Open(settings);
  ASSERT_TRUE(log.ok()) << log.status();
  EXPECT_TRUE(log->is_set());
}

TEST(LogFd, MustBeOpenForWriting) {
  Log settings;
  settings.is_set = true;
  settings.origin = {"log_fd", "command line", 0, 0};
  settings.fd = 987;
  EXPECT_EQ(Logger::Open(settings).status().message(),
            "descriptor 987: EBADF (Bad file "
            "descriptor)");
  Fd null = Open("/dev/null", O_RDONLY).value();
  settings.fd = null.get();
  EXPECT_EQ(
      Logger::Open(settings).status().message(),
      absl::StrCat("descriptor ", null.get(), ": is not open for writing"));
}

TEST(Stderr, ErrorsLookLikeAnyProgramsErrors) {
  int saved = dup(2);
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  dup2(ends[1], 2);
  Logger log;
  log.Error("mount[3] (a.cfg:4): move_mount /dev: EPERM");
  dup2(saved, 2);
  close(saved);
  close(ends[1]);
  EXPECT_EQ(ReadFd(ends[0], "pipe", 1000).value(),
            "jail: mount[3] (a.cfg:4): move_mount /dev: EPERM\n");
  close(ends[0]);
}

// stderr as the journal's stream, or as something else than it says.
std::string OnStderr(const std::string& stream) {
  char name[] = "/tmp/jail-test-log.XXXXXX";
  const Fd file(mkostemp(name, O_CLOEXEC));
  const Fd kept(fcntl(2, F_DUPFD_CLOEXEC, 3));
  struct stat st;
  fstat(file.get(), &st);
  dup2(file.get(), 2);
  setenv("JOURNAL_STREAM",
         stream.empty() ? absl::StrCat(st.st_dev, ":", st.st_ino).c_str()
                        : stream.c_str(),
         1);
  Logger log;
  log.Info("i");
  log.Warning("w");
  log.Error("e");
  log.Fatal("f");
  unsetenv("JOURNAL_STREAM");
  dup2(kept.get(), 2);
  std::string text = ReadFile(name, 4096).value();
  unlink(name);
  return text;
}

TEST(Journal, LinesBeginWithTheirLevel) {
  EXPECT_EQ(OnStderr(""), "<6>i\n<4>w\n<3>e\n<2>f\n");
}

TEST(Journal, OnlyWhereStderrStillIsItsStream) {
  EXPECT_THAT(OnStderr("1:2"),
              MatchesRegex("\\[I\\][^\n]* i\n\\[W\\][^\n]* w\njail: e\n"
                           "jail: f\n"));
}

}  // namespace
}  // namespace jail
