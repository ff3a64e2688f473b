// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/report/access_report.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "jail/report/json.h"

namespace jail {
namespace {

using testing::ElementsAre;

AccessRecord Typical() {
  AccessRecord record;
  record.files = {{"/etc/passwd", "openat", O_RDONLY | O_CLOEXEC, false, 12},
                  {"/tmp/\n\xff", "openat", O_RDWR | O_CREAT | O_SYNC, true, 1},
                  {"/usr", "newfstatat", std::nullopt, false, 3}};
  record.sockets = {{"192.0.2.1:80", "connect", 2},
                    {"AF_INET SOCK_STREAM", "socket", 1}};
  return record;
}

TEST(AccessReport, IsJson) {
  report::AccessReport report = MakeAccessReport(Typical());
  report.set_name("snek");
  report.set_pid(7);
  EXPECT_EQ(
      MessageToJson(report),
      R"({"files": [{"path": "/etc/passwd", "syscall": "openat", "flags": )"
      R"(["O_RDONLY", "O_CLOEXEC"], "count": 12, "cut": false}, )"
      "{\"path\": \"/tmp/\\n\xef\xbf\xbd\", "
      R"("syscall": "openat", "flags": ["O_RDWR", "O_SYNC", "O_CREAT"], )"
      R"("count": 1, "cut": true}, )"
      R"({"path": "/usr", "syscall": "newfstatat", "flags": [], "count": 3, )"
      R"("cut": false}], )"
      R"("sockets": [{"address": "192.0.2.1:80", "syscall": "connect", )"
      R"("count": 2}, {"address": "AF_INET SOCK_STREAM", "syscall": "socket", )"
      R"("count": 1}], "not_recorded": 0, "unreadable": 0, "name": "snek", )"
      R"("pid": 7, "remote": ""})");
}

TEST(AccessReport, NamesFlags) {
  const auto flags = [](uint64_t bits) {
    AccessRecord record;
    record.files = {{"/x", "openat", bits, false, 1}};
    const report::AccessReport report = MakeAccessReport(record);
    return std::vector<std::string>(report.files(0).flags().begin(),
                                    report.files(0).flags().end());
  };
  EXPECT_THAT(flags(0), ElementsAre("O_RDONLY"));
  EXPECT_THAT(flags(O_TMPFILE | O_WRONLY),
              ElementsAre("O_WRONLY", "O_TMPFILE"));
  EXPECT_THAT(flags(O_DIRECTORY), ElementsAre("O_RDONLY", "O_DIRECTORY"));
  EXPECT_THAT(flags(O_DSYNC), ElementsAre("O_RDONLY", "O_DSYNC"));
  EXPECT_THAT(flags(O_ACCMODE | (uint64_t{1} << 40)),
              ElementsAre("3", "0x10000000000"));
}

TEST(AccessTable, IsOneLineEach) {
  report::AccessReport report = MakeAccessReport(Typical());
  report.set_pid(7);
  EXPECT_THAT(
      AccessTable(report, 50),
      ElementsAre("pid=7 seccomp_unotify: 3 uses of files, 2 of sockets",
                  "pid=7      12  openat      O_RDONLY|O_CLOEXEC     "
                  "/etc/passwd",
                  "pid=7       1  openat      O_RDWR|O_SYNC|O_CREAT  "
                  "/tmp/\\n\xef\xbf\xbd...",
                  "pid=7       3  newfstatat                         /usr",
                  "pid=7       2  connect  192.0.2.1:80",
                  "pid=7       1  socket   AF_INET SOCK_STREAM"));
}

TEST(AccessTable, SaysWhatIsLeftOut) {
  AccessRecord record = Typical();
  record.not_recorded = 4;
  record.unreadable = 1;
  report::AccessReport report = MakeAccessReport(record);
  report.set_pid(7);
  EXPECT_THAT(
      AccessTable(report, 1),
      ElementsAre("pid=7 seccomp_unotify: 3 uses of files, 2 of sockets, and 4 "
                  "calls beyond the record's limit, and 1 call that could not "
                  "be read",
                  "pid=7      12  openat  O_RDONLY|O_CLOEXEC  /etc/passwd",
                  "pid=7     and 2 more",
                  "pid=7       2  connect  192.0.2.1:80",
                  "pid=7     and 1 more"));
  EXPECT_THAT(AccessTable(MakeAccessReport({}), 50),
              ElementsAre("pid=0 seccomp_unotify: 0 uses of files, 0 of "
                          "sockets"));
}

}  // namespace
}  // namespace jail
