// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <linux/keyctl.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "jail/plan/parts.h"

namespace jail {
namespace {

// Above this many bind sources, open at once, the caller's soft limit of open
// files (often 1024) may not do.
constexpr size_t kManyDescriptors = 200;

// What rt_sigaction(2) takes, which is not libc's struct.
struct KernelSigaction {
  uint64_t handler = 0;  // SIG_DFL
  uint64_t flags = 0;
  uint64_t restorer = 0;
  uint64_t mask = 0;
};
constexpr uint64_t kSignalSetBytes = 8;

// include/linux/pid.h: a core-scheduling cookie for the whole process.
constexpr uint64_t kPidtypeTgid = 1;

constexpr int kLowestPriority = 19;

constexpr uint32_t kSetupUmask = 022;  // while targets of mounts are made

void PutLimit(int resource, uint64_t soft, uint64_t hard, std::string object,
              PlanBuilder& b) {
  const rlimit64 limit{soft, hard};
  b.Call(SYS_prlimit64,
         {Value(0), Value(static_cast<uint64_t>(resource)),
          Pointer(b.PutStruct(limit)), Value(0)},
         std::move(object));
}

void PutPriority(const Located<int>& nice, PlanBuilder& b) {
  b.Because(nice.origin);
  b.Call(SYS_setpriority,
         {Value(PRIO_PROCESS), Value(0),
          Value(static_cast<uint64_t>(int64_t{nice.value}))},
         absl::StrCat(nice.value));
}

bool LimitsOpenFiles(const Spec& spec) {
  for (const Rlimit& limit : spec.process.rlimits) {
    if (limit.resource == RLIMIT_NOFILE) return true;
  }
  return false;
}

}  // namespace

void LeaveParentsEnd(PlanBuilder& b) {
  if (b.plan().in_place && b.plan().parent.empty()) return;  // no helper
  b.Because({});
  b.Close(kSlotSyncPeer).Why("so that the parent's death shows");
}

void DieWithParent(const Spec& spec, PlanBuilder& b) {
  if (b.plan().in_place) return;
  b.Because({});
  b.Prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, "").Why("end with the launcher");
  if (!spec.namespaces.Has(CLONE_NEWPID)) {
    b.plan().warnings.push_back(
        "clone_newpid is false: processes that the target leaves behind "
        "outlive the jail");
  }
}

void DieWithParentForSure(PlanBuilder& b) {
  if (b.plan().in_place) return;
  b.Because({});
  b.Prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, "")
      .Why("the change of ids has cleared it");
  // Wakes nobody and moves nobody: it compares, and fails with EAGAIN.
  b.Call(SYS_futex,
         {Arg{Arg::kLifeline}, Value(FUTEX_CMP_REQUEUE_PRIVATE), Value(0),
          Value(0), Arg{Arg::kLifeline}, Arg{Arg::kLauncher}},
         "lifeline")
      .Why("is the launcher still there?");
}

void AdjustOomScore(const Spec& spec, const HostFacts& facts, PlanBuilder& b) {
  if (!spec.process.oom_score_adj) return;
  const Located<int>& score = *spec.process.oom_score_adj;
  b.Because(score.origin);
  const std::string text = absl::StrCat(score.value);
  if (!b.plan().in_place && HasCapability(facts, CAP_SYS_RESOURCE)) {
    // Lowering takes the capability in the first user namespace, which the
    // child has left.
    ParentOp op{};
    op.kind = ParentOp::Kind::kWriteOomScoreAdj;
    op.text = text;
    op.object = "/proc/PID/oom_score_adj";
    op.origin = score.origin;
    b.plan().parent.push_back(std::move(op));
    return;
  }
  const std::string path = "/proc/self/oom_score_adj";
  const Slot file = b.NewSlot("oom_score_adj");
  b.OpenAt(AtFdcwd(), path, O_WRONLY, 0, file);
  b.Write(file, text, path).Why(text);
  b.Close(file);
}

void LeaveSession(const Spec& spec, const HostFacts& facts, PlanBuilder& b) {
  b.Because({});
  if (!spec.process.new_session) {
    // kill(0, SIGSTOP) reaches the whole group, whatever its pid namespaces.
    // A shell that controls jobs needs to be where its terminal is, though.
    if (b.plan().in_place || facts.shares_terminal) return;
    b.Call(SYS_setpgid, {Value(0), Value(0)}, "")
        .Why("its signals do not reach the caller's process group");
    return;
  }
  if (b.plan().in_place && facts.leads_process_group) {
    // setsid(2) refuses a leader; without its terminal it can't be typed into.
    const Slot tty = b.NewSlot("terminal");
    b.OpenAt(AtFdcwd(), "/dev/tty", O_RDWR | O_NOCTTY, 0, tty)
        .Tolerate({ENXIO, ENOENT}, 2)
        .Why("none to leave");
    b.Call(SYS_ioctl, {InSlot(tty), Value(TIOCNOTTY), Value(0)}, "/dev/tty")
        .Why("leave the caller's terminal");
    b.Close(tty);
    b.plan().warnings.push_back(
        "the launcher leads a process group: it leaves its terminal, but stays "
        "in its session");
    return;
  }
  b.Call(SYS_setsid, {}, "").Why("leave the caller's session and terminal");
}

void ConnectStdio(const Spec& spec, PlanBuilder& b) {
  const Stdio& stdio = spec.process.stdio;
  b.Because(stdio.origin);
  Slot null = kNoSlot;
  if (stdio.silent || stdio.stderr_to_null) {
    null = b.NewSlot("/dev/null");
    b.OpenAt(AtFdcwd(), "/dev/null", O_RDWR | O_NOCTTY, 0, null);
  }
  Slot from[3] = {kSlotStdin, kSlotStdout, kSlotStderr};
  for (int fd = 0; fd < 3; ++fd) {
    if (stdio.silent || (fd == 2 && stdio.stderr_to_null)) from[fd] = null;
  }
  // Out of the way first: a slot may hold 0, 1 or 2, in any order.
  Slot above[3];
  for (int fd = 0; fd < 3; ++fd) {
    above[fd] = b.NewSlot(b.NameOf(from[fd]));
    b.DupFdAbove(from[fd], 3, above[fd]);
  }
  for (int fd = 0; fd < 3; ++fd) b.Dup3(above[fd], fd);
  if (stdio.channel) b.plan().channel_slot = b.NewSlot("channel");
  b.Because({});
  b.Call(SYS_umask, {Value(kSetupUmask)}, "022").Why("while the jail is made");
}

void SetHostname(const Spec& spec, PlanBuilder& b) {
  // An empty name, too: a new namespace has the host's.
  if (!spec.namespaces.Has(CLONE_NEWUTS)) return;
  b.Because(spec.hostname_origin);
  b.Call(SYS_sethostname,
         {Pointer(b.PutString(spec.hostname)), Value(spec.hostname.size())},
         spec.hostname);
}

void EnterWorkingDirectory(const Spec& spec, PlanBuilder& b) {
  b.Because(spec.process.cwd_origin);
  b.Chdir(spec.process.cwd);
  // "(unreachable)/..." would be a directory outside of the jail.
  constexpr uint64_t kMaxPath = 4096;
  const uint64_t buffer = b.PutBuffer(kMaxPath, 1);
  const uint64_t slash = b.PutString("/");
  b.Call(SYS_getcwd, {Pointer(buffer), Value(kMaxPath)}, spec.process.cwd)
      .MustFill(buffer, slash, 1)
      .Why("is it inside the jail?");
}

void SetUmask(const Spec& spec, PlanBuilder& b) {
  if (spec.process.umask == kSetupUmask) return;
  b.Because({});
  b.Call(SYS_umask, {Value(spec.process.umask)},
         absl::StrFormat("%03o", spec.process.umask));
}

void SetScheduling(const Spec& spec, const HostFacts& facts, PlanBuilder& b) {
  const Process& process = spec.process;
  if (facts.is_realtime) {
    b.Because({});
    const uint64_t priority = b.PutStruct(int32_t{0});
    b.Call(SYS_sched_setscheduler,
           {Value(0), Value(SCHED_NORMAL), Pointer(priority)}, "SCHED_OTHER")
        .Why("a busy jail would starve its supervisor, and outlive its limits");
  }
  if (process.nice.value != kLowestPriority &&
      !spec.namespaces.Has(CLONE_NEWUSER)) {
    PutPriority(process.nice, b);
    b.Why("while it may raise it");
  }
  const size_t limit = process.max_cpus.value;
  if (limit > 0 && limit < facts.cpus.size()) {
    b.Because(process.max_cpus.origin);
    const int highest =
        *std::max_element(facts.cpus.begin(), facts.cpus.begin() + limit);
    std::vector<uint64_t> mask(highest / 64 + 1);
    std::string names;
    for (size_t i = 0; i < limit; ++i) {
      mask[facts.cpus[i] / 64] |= uint64_t{1} << (facts.cpus[i] % 64);
      absl::StrAppend(&names, i == 0 ? "cpu " : ",", facts.cpus[i]);
    }
    const size_t size = mask.size() * sizeof(uint64_t);
    b.Call(SYS_sched_setaffinity,
           {Value(0), Value(size),
            Pointer(b.PutBytes(mask.data(), size, alignof(uint64_t)))},
           names);
  }
  if (process.core_scheduling.value) {
    b.Because(process.core_scheduling.origin);
    b.Prctl(PR_SCHED_CORE, PR_SCHED_CORE_CREATE, 0, kPidtypeTgid, "")
        .Why("no other jail on a sibling thread");
  }
}

// Of the target alone: set-up, and a reaper that has an end to tell, don't wait
// on a busy machine.  It needs no privilege any more.
void SetPriority(const Spec& spec, PlanBuilder& b) {
  PutPriority(spec.process.nice, b);
}

void SetPersonality(const Spec& spec, PlanBuilder& b) {
  const Process& process = spec.process;
  // 0 too: exec keeps the caller's.
  b.Because(process.personality.origin);
  b.Call(SYS_personality, {Value(process.personality.value)}, "");
  if (process.disable_tsc.value) {
    b.Because(process.disable_tsc.origin);
    b.Prctl(PR_SET_TSC, PR_TSC_SIGSEGV, 0, 0, "");
  }
}

void RaiseOpenFiles(const Spec& spec, const HostFacts& facts, PlanBuilder& b) {
  const HostFacts::Limit& limit = facts.rlimits[RLIMIT_NOFILE];
  if (spec.mounts.size() < kManyDescriptors || limit.soft >= limit.hard) return;
  b.Because({});
  PutLimit(RLIMIT_NOFILE, limit.hard, limit.hard, "RLIMIT_NOFILE", b);
  b.Why("all bind sources are open at once");
}

// Raising takes the capability in the first user namespace, which the child
// has left: the parent raises, and the child sets both limits later.
void RaiseHardLimits(const Spec& spec, const HostFacts& facts, PlanBuilder& b) {
  if (!spec.namespaces.Has(CLONE_NEWUSER) || spec.mode == Mode::kExecve ||
      !HasCapability(facts, CAP_SYS_RESOURCE)) {
    return;
  }
  for (const Rlimit& limit : spec.process.rlimits) {
    ParentOp op{};
    op.value = RlimitValue(limit, facts);
    if (op.value <= facts.rlimits[limit.resource].hard) continue;
    op.kind = ParentOp::Kind::kRaiseHardLimit;
    op.resource = limit.resource;
    op.object = limit.name;
    op.origin = limit.origin;
    b.plan().parent.push_back(std::move(op));
  }
}

// In a user namespace CAP_SYS_NICE says nothing of it.
void RaisePriority(const Spec& spec, const HostFacts& facts, PlanBuilder& b) {
  const Located<int>& nice = spec.process.nice;
  if (nice.value == kLowestPriority || !spec.namespaces.Has(CLONE_NEWUSER) ||
      spec.mode == Mode::kExecve || !HasCapability(facts, CAP_SYS_NICE)) {
    return;
  }
  ParentOp op{};
  op.kind = ParentOp::Kind::kRaisePriority;
  op.value = static_cast<uint64_t>(int64_t{nice.value});
  op.object = absl::StrCat(nice.value);
  op.origin = nice.origin;
  b.plan().parent.push_back(std::move(op));
}

void LimitResources(const Spec& spec, const HostFacts& facts, PlanBuilder& b) {
  const HostFacts::Limit& files = facts.rlimits[RLIMIT_NOFILE];
  if (spec.mounts.size() >= kManyDescriptors && files.soft < files.hard &&
      !LimitsOpenFiles(spec)) {
    b.Because({});
    PutLimit(RLIMIT_NOFILE, files.soft, files.hard, "RLIMIT_NOFILE", b);
  }
  for (const Rlimit& limit : spec.process.rlimits) {
    const uint64_t value = RlimitValue(limit, facts);
    b.Because(limit.origin);
    PutLimit(limit.resource, value, value, limit.name, b);
  }
}

void JoinNewKeyring(PlanBuilder& b) {
  b.Because({});
  b.Call(SYS_keyctl, {Value(KEYCTL_JOIN_SESSION_KEYRING), Value(0)}, "")
      .Why("a session keyring of its own");
}

void ResetSignals(const HostFacts& facts, PlanBuilder& b) {
  b.Because({});
  const uint64_t by_default = b.PutStruct(KernelSigaction{});
  for (int signal : facts.ignored_signals) {
    b.Call(SYS_rt_sigaction,
           {Value(static_cast<uint64_t>(signal)), Pointer(by_default), Value(0),
            Value(kSignalSetBytes)},
           absl::StrCat("signal ", signal))
        .Why("the caller ignores it");
  }
  const uint64_t none = b.PutStruct(uint64_t{0});
  b.Call(SYS_rt_sigprocmask,
         {Value(SIG_SETMASK), Pointer(none), Value(0), Value(kSignalSetBytes)},
         "")
      .Why("no signal stays blocked");
}

}  // namespace jail
