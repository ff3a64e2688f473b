// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/report/report_sink.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"

namespace jail {
namespace {

report::Report Named(const std::string& name) {
  report::Report report;
  report.set_name(name);
  return report;
}

class ReportSinkTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_NE(mkdtemp(directory_), nullptr); }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string path() const { return absl::StrCat(directory_, "/report.json"); }
  std::string Content() const { return ReadFile(path(), 1 << 20).value(); }
  int FileCount() const {
    return static_cast<int>(
        std::distance(std::filesystem::directory_iterator(directory_), {}));
  }

  char directory_[32] = "/tmp/jail-test-report.XXXXXX";
};

TEST_F(ReportSinkTest, OneReportAppearsOnlyWhenWritten) {
  auto sink = ReportSink::ForOneReport(path());
  ASSERT_TRUE(sink.ok()) << sink.status();
  EXPECT_EQ(FileCount(), 0);
  ASSERT_TRUE((*sink)->Write(Named("a")).ok());
  EXPECT_EQ(FileCount(), 1);
  EXPECT_NE(Content().find("\"name\": \"a\""), std::string::npos);
}

TEST_F(ReportSinkTest, OneReportReplacesAnOlderOne) {
  for (const char* name : {"old", "new"}) {
    auto sink = ReportSink::ForOneReport(path());
    ASSERT_TRUE(sink.ok()) << sink.status();
    ASSERT_TRUE((*sink)->Write(Named(name)).ok());
  }
  EXPECT_EQ(FileCount(), 1);
  EXPECT_EQ(Content().find("\"name\": \"old\""), std::string::npos);
  EXPECT_NE(Content().find("\"name\": \"new\""), std::string::npos);
}

TEST_F(ReportSinkTest, NothingIsLeftWithoutAReport) {
  { ASSERT_TRUE(ReportSink::ForOneReport(path()).ok()); }
  EXPECT_EQ(FileCount(), 0);
}

TEST_F(ReportSinkTest, DevicesAndLinksAreRefused) {
  EXPECT_EQ(ReportSink::ForOneReport("/dev/null").status().message(),
            "report: open /dev/null: is not a regular file: hint: --report_fd "
            "writes to a descriptor");
  ASSERT_EQ(symlink("/tmp/elsewhere", path().c_str()), 0);
  EXPECT_FALSE(ReportSink::ForOneReport(path()).ok());
  EXPECT_EQ(ReportSink::ForManyReports(path()).status().message(),
            absl::StrCat("report: open ", path(),
                         ": ELOOP (Too many levels of symbolic links)"));
}

TEST_F(ReportSinkTest, MissingDirectoryIsNamed) {
  EXPECT_EQ(ReportSink::ForOneReport("/nonexistent/r.json").status().message(),
            "report: open /nonexistent: ENOENT (No such file or directory)");
}

TEST_F(ReportSinkTest, ManyReportsAreOneALine) {
  for (int i = 0; i < 2; ++i) {
    auto sink = ReportSink::ForManyReports(path());
    ASSERT_TRUE(sink.ok()) << sink.status();
    ASSERT_TRUE((*sink)->Write(Named("a")).ok());
    ASSERT_TRUE((*sink)->Write(Named("b")).ok());
  }
  std::string content = Content();
  EXPECT_EQ(std::count(content.begin(), content.end(), '\n'), 4);
}

TEST_F(ReportSinkTest, DescriptorMustBeOpenForWriting) {
  EXPECT_EQ(ReportSink::ForFd(987).status().message(),
            "report_fd: descriptor 987: EBADF (Bad file descriptor)");
  Fd null = Open("/dev/null", O_RDONLY).value();
  EXPECT_EQ(ReportSink::ForFd(null.get()).status().message(),
            absl::StrCat("report_fd: descriptor ", null.get(),
                         ": is not open for writing"));
}

TEST_F(ReportSinkTest, AWriteThatFailsIsAnError) {
  Fd full = Open("/dev/full", O_WRONLY).value();
  auto sink = ReportSink::ForFd(full.get());
  ASSERT_TRUE(sink.ok()) << sink.status();
  EXPECT_EQ((*sink)->Write(Named("a")).message(),
            absl::StrCat("report: write descriptor ", full.get(),
                         ": ENOSPC (No space left on device)"));
}

}  // namespace
}  // namespace jail
