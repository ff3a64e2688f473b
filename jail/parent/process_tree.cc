// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/process_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "jail/sys/fd.h"

namespace jail {
namespace {

constexpr int kMaxKillRounds = 100;
constexpr size_t kMaxChildrenBytes = 4 << 20;

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

// One pass over /proc.
std::vector<ProcessStat> ReadAll() {
  std::vector<ProcessStat> all;
  const std::unique_ptr<DIR, CloseDirectory> proc(opendir("/proc"));
  if (proc == nullptr) return all;
  while (const dirent* entry = readdir(proc.get())) {
    char* end = nullptr;
    const long pid = strtol(entry->d_name, &end, 10);
    ProcessStat stat;
    if (pid > 0 && *end == '\0' &&
        ReadProcessStat(static_cast<pid_t>(pid), stat)) {
      all.push_back(stat);
    }
  }
  return all;
}

// Adds the pids of its children, by any of its threads, that were not `seen`.
// False: the kernel has no such list (CONFIG_PROC_CHILDREN).
bool ReadChildren(pid_t pid, std::vector<pid_t>& children,
                  std::set<pid_t>& seen) {
  const std::string tasks = absl::StrCat("/proc/", pid, "/task");
  const std::unique_ptr<DIR, CloseDirectory> dir(opendir(tasks.c_str()));
  if (dir == nullptr) return true;  // it has ended
  while (const dirent* entry = readdir(dir.get())) {
    if (entry->d_name[0] == '.') continue;
    const std::string task = absl::StrCat(tasks, "/", entry->d_name);
    const absl::StatusOr<std::string> text =
        ReadFile(task + "/children", kMaxChildrenBytes);
    if (!text.ok()) {
      if (access(task.c_str(), F_OK) != 0) continue;
      return false;
    }
    for (absl::string_view word :
         absl::StrSplit(*text, ' ', absl::SkipEmpty())) {
      pid_t child;
      // An orphan may come twice: with its old parent, and its new one.
      if (absl::SimpleAtoi(word, &child) && seen.insert(child).second) {
        children.push_back(child);
      }
    }
  }
  return true;
}

// Those of `all` that are `root` or descend from it, parents first.
std::vector<ProcessStat> Descendants(const std::vector<ProcessStat>& all,
                                     pid_t root) {
  std::vector<ProcessStat> tree;
  for (const ProcessStat& stat : all) {
    if (stat.pid == root) tree.push_back(stat);
  }
  for (size_t i = 0; i < tree.size(); ++i) {
    for (const ProcessStat& stat : all) {
      if (stat.parent == tree[i].pid) tree.push_back(stat);
    }
  }
  return tree;
}

// Kills the process that still is what `seen` says, and no other one that got
// its number since.
bool KillSeen(const ProcessStat& seen) {
  const Fd pidfd(static_cast<int>(syscall(SYS_pidfd_open, seen.pid, 0)));
  ProcessStat now;
  return pidfd.valid() && ReadProcessStat(seen.pid, now) &&
         now.parent == seen.parent && now.session == seen.session &&
         syscall(SYS_pidfd_send_signal, pidfd.get(), SIGKILL, nullptr, 0) == 0;
}

std::chrono::microseconds FromTicks(uint64_t ticks) {
  const auto a_second = static_cast<uint64_t>(sysconf(_SC_CLK_TCK));
  return std::chrono::microseconds(ticks * 1000000 / a_second);
}

// By the process's own clock; `stat` in whole ticks where it has none any more.
std::chrono::microseconds ExactCpu(const ProcessStat& stat) {
  clockid_t clock;
  struct timespec used;
  if (clock_getcpuclockid(stat.pid, &clock) != 0 ||
      clock_gettime(clock, &used) != 0) {
    return stat.cpu;
  }
  const auto own = std::chrono::seconds(used.tv_sec) +
                   std::chrono::nanoseconds(used.tv_nsec);
  return std::max(stat.cpu,
                  std::chrono::duration_cast<std::chrono::microseconds>(own) +
                      stat.children_cpu);
}

}  // namespace

bool ParseProcessStat(const char* line, ProcessStat& stat) {
  // The command's name may hold anything, `) R 1` too: its end is the last ')'.
  const char* rest = strrchr(line, ')');
  if (rest == nullptr) return false;
  unsigned long utime, stime;
  long cutime, cstime;
  unsigned long long start_time;
  int parent, group, session;
  if (sscanf(rest + 1,
             " %c %d %d %d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld "
             "%*d %*d %*d %*d %llu",
             &stat.state, &parent, &group, &session, &utime, &stime, &cutime,
             &cstime, &start_time) != 9) {
    return false;
  }
  stat.pid = static_cast<pid_t>(strtol(line, nullptr, 10));
  stat.parent = parent;
  stat.session = session;
  stat.start_time = start_time;
  stat.children_cpu = FromTicks(static_cast<unsigned long>(cutime) +
                                static_cast<unsigned long>(cstime));
  stat.cpu = FromTicks(utime + stime) + stat.children_cpu;
  return true;
}

bool ReadProcessStat(pid_t pid, ProcessStat& stat) {
  const Fd fd(
      open(absl::StrCat("/proc/", pid, "/stat").c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return false;
  char line[1024];
  const ssize_t n = read(fd.get(), line, sizeof line - 1);
  if (n <= 0) return false;
  line[n] = '\0';
  return ParseProcessStat(line, stat);
}

std::vector<ProcessStat> ReadProcessTree(pid_t root) {
  std::vector<ProcessStat> tree;
  std::vector<pid_t> pids = {root};
  std::set<pid_t> seen = {root};
  for (size_t i = 0; i < pids.size(); ++i) {
    ProcessStat stat;
    if (ReadProcessStat(pids[i], stat)) tree.push_back(stat);
    if (!ReadChildren(pids[i], pids, seen)) return Descendants(ReadAll(), root);
  }
  return tree;
}

std::chrono::microseconds TreeCpuTime(pid_t root) {
  std::chrono::microseconds sum{0};
  for (const ProcessStat& stat : ReadProcessTree(root)) sum += ExactCpu(stat);
  return sum;
}

Activity TreeActivity(pid_t root) {
  Activity activity;
  for (const ProcessStat& stat : ReadProcessTree(root)) {
    activity.cpu += ExactCpu(stat);
    activity.runs |= stat.state == 'R';
    ProcessIo io;
    if (ReadProcessIo(OpenProcessIo(stat.pid), io))
      activity.written += io.written;
  }
  return activity;
}

Fd OpenProcessIo(pid_t pid) {
  return Fd(
      open(absl::StrCat("/proc/", pid, "/io").c_str(), O_RDONLY | O_CLOEXEC));
}

bool ReadProcessIo(const Fd& file, ProcessIo& io) {
  if (!file.valid()) return false;
  char text[512];
  const ssize_t n = pread(file.get(), text, sizeof text - 1, 0);
  if (n <= 0) return false;
  text[n] = '\0';
  return sscanf(text, "rchar: %" SCNu64 " wchar: %" SCNu64, &io.read,
                &io.written) == 2;
}

void KillTree(pid_t root, bool leads_session) {
  // Again until nothing new turns up: a process may fork while we read.  The
  // root is stopped first, and killed last, for its orphans would be lost.
  kill(root, SIGSTOP);
  for (int round = 0; round < kMaxKillRounds; ++round) {
    const std::vector<ProcessStat> all = ReadAll();
    std::vector<ProcessStat> found = Descendants(all, root);
    if (leads_session) {
      for (const ProcessStat& stat : all) {
        if (stat.session == root) found.push_back(stat);
      }
    }
    bool any = false;
    for (const ProcessStat& stat : found) {
      if (stat.pid != root && stat.state != 'Z') any |= KillSeen(stat);
    }
    if (!any) break;
  }
  kill(root, SIGKILL);
}

}  // namespace jail
