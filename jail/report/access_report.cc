// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/report/access_report.h"

#include <fcntl.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "jail/sys/printable.h"

namespace jail {
namespace {

constexpr size_t kMaxShownBytes = 200;  // of a path

constexpr uint64_t kLargeFile = 0100000;  // O_LARGEFILE is 0 for 64 bits

// Those of several bits come first.
constexpr std::pair<uint64_t, const char*> kFlags[] = {
    {O_TMPFILE, "O_TMPFILE"},   {O_SYNC, "O_SYNC"},
    {O_DSYNC, "O_DSYNC"},       {O_CREAT, "O_CREAT"},
    {O_EXCL, "O_EXCL"},         {O_NOCTTY, "O_NOCTTY"},
    {O_TRUNC, "O_TRUNC"},       {O_APPEND, "O_APPEND"},
    {O_NONBLOCK, "O_NONBLOCK"}, {O_ASYNC, "O_ASYNC"},
    {O_DIRECT, "O_DIRECT"},     {O_DIRECTORY, "O_DIRECTORY"},
    {O_NOFOLLOW, "O_NOFOLLOW"}, {O_NOATIME, "O_NOATIME"},
    {O_CLOEXEC, "O_CLOEXEC"},   {O_PATH, "O_PATH"},
    {kLargeFile, "O_LARGEFILE"}};

std::vector<std::string> FlagNames(uint64_t flags) {
  constexpr const char* kModes[] = {"O_RDONLY", "O_WRONLY", "O_RDWR", "3"};
  std::vector<std::string> names = {kModes[flags & O_ACCMODE]};
  flags &= ~uint64_t{O_ACCMODE};
  for (const auto& [bits, name] : kFlags) {
    if ((flags & bits) != bits) continue;
    names.emplace_back(name);
    flags &= ~bits;
  }
  if (flags != 0) names.push_back(absl::StrCat("0x", absl::Hex(flags)));
  return names;
}

struct Row {
  uint64_t count = 0;
  std::string call, flags, what;
};

// "word" and so many spaces that columns stand beneath each other; nothing for
// a column that is empty.
std::string Cell(const std::string& word, size_t width) {
  if (width == 0) return "";
  return absl::StrFormat("%-*s  ", static_cast<int>(width), word);
}

void AddTable(const std::vector<Row>& rows, size_t most,
              std::vector<std::string>& lines) {
  const size_t shown = std::min(rows.size(), most);
  size_t calls = 0, flags = 0;
  for (size_t i = 0; i < shown; ++i) {
    calls = std::max(calls, rows[i].call.size());
    flags = std::max(flags, rows[i].flags.size());
  }
  for (size_t i = 0; i < shown; ++i) {
    const Row& row = rows[i];
    lines.push_back(absl::StrFormat("%7d  ", row.count) +
                    Cell(row.call, calls) + Cell(row.flags, flags) +
                    Printable(row.what, kMaxShownBytes));
  }
  if (shown < rows.size()) {
    lines.push_back(absl::StrCat("    and ", rows.size() - shown, " more"));
  }
}

std::string Counted(size_t count, const char* what) {
  return absl::StrCat(count, " ", what, count == 1 ? "" : "s");
}

}  // namespace

report::AccessReport MakeAccessReport(const AccessRecord& record) {
  report::AccessReport report;
  for (const AccessRecord::File& file : record.files) {
    report::FileAccess& to = *report.add_files();
    to.set_path(ToUtf8(file.path));
    to.set_cut(file.cut);
    to.set_syscall(file.syscall);
    if (file.flags) {
      for (std::string& name : FlagNames(*file.flags)) {
        to.add_flags(std::move(name));
      }
    }
    to.set_count(file.count);
  }
  for (const AccessRecord::Socket& socket : record.sockets) {
    report::SocketAccess& to = *report.add_sockets();
    to.set_address(ToUtf8(socket.address));
    to.set_syscall(socket.syscall);
    to.set_count(socket.count);
  }
  report.set_not_recorded(record.not_recorded);
  report.set_unreadable(record.unreadable);
  return report;
}

std::vector<std::string> AccessTable(const report::AccessReport& report,
                                     size_t most) {
  std::vector<Row> files, sockets;
  for (const report::FileAccess& file : report.files()) {
    files.push_back({file.count(), file.syscall(),
                     absl::StrJoin(file.flags(), "|"),
                     absl::StrCat(file.path(), file.cut() ? "..." : "")});
  }
  for (const report::SocketAccess& socket : report.sockets()) {
    sockets.push_back({socket.count(), socket.syscall(), "", socket.address()});
  }
  std::string heading =
      absl::StrCat("seccomp_unotify: ", Counted(files.size(), "use"),
                   " of files, ", sockets.size(), " of sockets");
  if (report.not_recorded() > 0) {
    absl::StrAppend(&heading, ", and ", Counted(report.not_recorded(), "call"),
                    " beyond the record's limit");
  }
  if (report.unreadable() > 0) {
    absl::StrAppend(&heading, ", and ", Counted(report.unreadable(), "call"),
                    " that could not be read");
  }
  std::vector<std::string> lines = {std::move(heading)};
  AddTable(files, most, lines);
  AddTable(sockets, most, lines);
  // Jails may share a log.
  for (std::string& line : lines) {
    line = absl::StrCat("pid=", report.pid(), " ", line);
  }
  return lines;
}

}  // namespace jail
