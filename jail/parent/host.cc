// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// This is on the path of each launch: system calls rather than files of /proc,
// and only what the Spec makes necessary.
#include "jail/parent/host.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/magic.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <string>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "jail/child/run_steps.h"
#include "jail/parent/cgroup_facts.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/fd.h"
#include "jail/sys/user_namespace.h"

namespace jail {
namespace {

constexpr int kLastKnownCap = 40;  // CAP_CHECKPOINT_RESTORE
constexpr int kMaxCap = 63;
constexpr int kLastSignal = 64;
constexpr size_t kMaxProcFile = 4 << 20;
constexpr const char* kHelperDirs[] = {"/usr/bin/", "/bin/", "/usr/local/bin/",
                                       "/usr/sbin/", "/run/wrappers/bin/"};

// struct sigaction as the kernel has it: libc's would hide two signals.
struct KernelSigaction {
  uint64_t handler;
  unsigned long flags;
  uint64_t restorer;
  uint64_t mask;
};

absl::Status ReadCredentials(HostFacts& facts) {
  facts.uid = getuid();
  facts.euid = geteuid();
  facts.gid = getgid();
  facts.egid = getegid();
  const int count = getgroups(0, nullptr);
  if (count < 0) return ErrnoStatus(errno, "getgroups");
  facts.groups.resize(static_cast<size_t>(count));
  if (count > 0 && getgroups(count, facts.groups.data()) != count) {
    return ErrnoStatus(errno, "getgroups");
  }
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  if (syscall(SYS_capget, &header, data) != 0) {
    return ErrnoStatus(errno, "capget");
  }
  facts.effective_caps =
      data[0].effective | static_cast<uint64_t>(data[1].effective) << 32;
  facts.last_cap = kLastKnownCap;
  while (facts.last_cap > 0 && prctl(PR_CAPBSET_READ, facts.last_cap) < 0) {
    --facts.last_cap;
  }
  while (facts.last_cap < kMaxCap &&
         prctl(PR_CAPBSET_READ, facts.last_cap + 1) >= 0) {
    ++facts.last_cap;
  }
  return absl::OkStatus();
}

// Denied in the user namespace of an unprivileged user, as container engines
// make them.
bool SetgroupsAllowed() {
  if (InInitialUserNamespace()) return true;
  const absl::StatusOr<std::string> text =
      ReadFile("/proc/self/setgroups", kMaxProcFile);
  return !text.ok() || !absl::StartsWith(*text, "deny");
}

void ReadSignals(HostFacts& facts) {
  for (int signal = 1; signal <= kLastSignal; ++signal) {
    KernelSigaction action = {};
    const uint64_t args[6] = {static_cast<uint64_t>(signal), 0,
                              reinterpret_cast<uint64_t>(&action),
                              sizeof action.mask};
    if (RawSyscall(SYS_rt_sigaction, args) == 0 &&
        action.handler == reinterpret_cast<uint64_t>(SIG_IGN)) {
      facts.ignored_signals.push_back(signal);
    }
  }
}

absl::Status ReadLimits(HostFacts& facts) {
  for (size_t i = 0; i < facts.rlimits.size(); ++i) {
    struct rlimit limit {};
    if (getrlimit(static_cast<__rlimit_resource_t>(i), &limit) != 0) {
      return ErrnoStatus(errno, absl::StrCat("getrlimit ", i));
    }
    facts.rlimits[i] = {limit.rlim_cur, limit.rlim_max};
  }
  return absl::OkStatus();
}

absl::Status ReadCpus(HostFacts& facts) {
  const int policy = sched_getscheduler(0);
  if (policy < 0) return ErrnoStatus(errno, "sched_getscheduler");
  switch (policy & ~SCHED_RESET_ON_FORK) {
    case SCHED_FIFO:
    case SCHED_RR:
    case SCHED_DEADLINE:
      facts.is_realtime = true;
  }
  // Large enough for CONFIG_NR_CPUS of every distribution.
  cpu_set_t sets[8] = {};
  if (sched_getaffinity(0, sizeof sets, sets) != 0) {
    return ErrnoStatus(errno, "sched_getaffinity");
  }
  const int count = CPU_COUNT_S(sizeof sets, sets);
  for (size_t cpu = 0; facts.cpus.size() < static_cast<size_t>(count); ++cpu) {
    if (CPU_ISSET_S(cpu, sizeof sets, sets)) {
      facts.cpus.push_back(static_cast<int>(cpu));
    }
  }
  return absl::OkStatus();
}

// The initramfs can't be pivoted away from.  It is a ramfs or tmpfs; whether
// such a "/" is the initramfs, only mountinfo says.
bool RootIsRootfs() {
  struct statfs root {};
  if (statfs("/", &root) != 0 ||
      (root.f_type != RAMFS_MAGIC && root.f_type != TMPFS_MAGIC)) {
    return false;
  }
  const absl::StatusOr<std::string> mounts =
      ReadFile("/proc/self/mountinfo", kMaxProcFile);
  if (!mounts.ok()) return false;
  for (absl::string_view line : absl::StrSplit(*mounts, '\n')) {
    if (absl::StrContains(line, " / / ") &&
        absl::StrContains(line, " - rootfs ")) {
      return true;
    }
  }
  return false;
}

void StatPath(const std::string& path, HostFacts& facts) {
  if (path.empty() || facts.paths.contains(path)) return;
  struct stat status {};
  PathFact fact;
  if (stat(path.c_str(), &status) != 0) fact.error = errno;
  fact.mode = status.st_mode;
  facts.paths.emplace(path, fact);
}

void StatPaths(const Spec& spec, HostFacts& facts) {
  StatPath(spec.root.directory, facts);
  for (const Mount& mount : spec.mounts) {
    if (const auto* bind = std::get_if<BindMount>(&mount.what)) {
      StatPath(bind->source, facts);
    } else if (const auto* overlay = std::get_if<OverlayMount>(&mount.what)) {
      for (const std::string& lower : overlay->lower) StatPath(lower, facts);
    }
  }
  if (spec.process.command.by_fd) StatPath(spec.process.command.file, facts);
}

bool NeedsHelper(const std::vector<IdMapping>& map) {
  for (const IdMapping& mapping : map) {
    if (mapping.by_helper) return true;
  }
  return false;
}

std::string FindHelper(const char* name) {
  for (const char* dir : kHelperDirs) {
    std::string path = absl::StrCat(dir, name);
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return "";
}

}  // namespace

absl::StatusOr<HostFacts> CollectHostFacts(const Spec& spec) {
  HostFacts facts;
  const absl::StatusOr<KernelVersion> kernel = RunningKernel();
  if (!kernel.ok()) return kernel.status();
  facts.kernel = *kernel;
  absl::Status status = ReadCredentials(facts);
  if (status.ok()) status = ReadLimits(facts);
  if (status.ok()) status = ReadCpus(facts);
  if (!status.ok()) return status;
  const bool may_set_groups = (facts.effective_caps >> CAP_SETGID & 1) != 0;
  facts.setgroups_allowed = !may_set_groups || SetgroupsAllowed();
  ReadSignals(facts);
  facts.leads_process_group = getpgrp() == getpid();
  for (int fd = 0; fd <= 2 && !spec.process.new_session; ++fd) {
    if (tcgetpgrp(fd) >= 0) facts.shares_terminal = true;
  }
  facts.root_is_rootfs = spec.root.pivot && RootIsRootfs();
  StatPaths(spec, facts);
  facts.cgroup = CollectCgroupFacts(spec);
  if (NeedsHelper(spec.uid_map)) facts.newuidmap = FindHelper("newuidmap");
  if (NeedsHelper(spec.gid_map)) facts.newgidmap = FindHelper("newgidmap");
  return facts;
}

}  // namespace jail
