// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What every plan must do to the process that becomes the target.
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/keyctl.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstring>
#include <set>
#include <string>

#include "jail/plan/plan_view.h"

namespace jail {
namespace {

int FindUnshare(const PlanView& view, uint64_t flags) {
  for (int i = 0; i < view.size(); ++i) {
    if (view.Is(i, SYS_unshare) && view.IsCertain(i) &&
        view.ArgIs(i, 0, flags)) {
      return i;
    }
  }
  return -1;
}

bool EntersItsCgroup(const PlanView& view) {
  const bool asked = view.spec.cgroup.Any();
  if (asked != view.plan.cgroup.has_value()) return false;
  if (!asked) return true;
  const CgroupPlan& cgroup = *view.plan.cgroup;
  // Each limit is in force, or was allowed not to be.
  std::set<std::string> held;
  for (const CgroupDirectory& directory : cgroup.directories) {
    for (const CgroupSetting& setting : directory.settings) {
      held.insert(setting.origin.path);
    }
  }
  for (const CgroupLimit& limit : cgroup.limits) {
    const std::string& path = limit.origin.path;
    const bool best_effort = view.spec.cgroup.all_best_effort ||
                             view.spec.cgroup.best_effort.contains(limit.field);
    if (!held.contains(path) && !best_effort) return false;
  }
  const std::vector<CgroupEntry>& entries = view.plan.cgroup_entries;
  if (cgroup.v2) return entries.empty();  // clone3 enters it
  if (entries.size() != cgroup.directories.size()) return false;
  const int hides = FindUnshare(view, CLONE_NEWCGROUP);
  const int end =
      view.plan.fork_step >= 0 ? view.plan.fork_step : view.exec_step();
  for (size_t n = 0; n < entries.size(); ++n) {
    const int i = entries[n].step;
    if (i < 0 || i >= (hides >= 0 ? hides : end)) return false;
    if (!view.Is(i, SYS_write) || !view.SlotIs(i, 0, entries[n].tasks) ||
        view.Struct<char>(i, 1) != '0' || !view.ArgIs(i, 2, 1)) {
      return false;
    }
    if (view.IsCertain(i)) continue;
    // Only where it was not made, and need not be.
    if (!cgroup.directories[n].IsBestEffort()) return false;
    for (const int skipper : view.SkippersOf(i)) {
      if (!view.Is(skipper, SYS_fcntl) ||
          !view.SlotIs(skipper, 0, entries[n].tasks)) {
        return false;
      }
    }
  }
  return true;
}

bool MakesTheNamespaces(const PlanView& view) {
  uint64_t wanted = view.spec.namespaces.flags;
  if (!view.plan.in_place) {
    // With a cgroup of its own the jail's cgroup namespace comes once the
    // child is in it.
    if (view.plan.cgroup && (wanted & CLONE_NEWCGROUP) != 0) {
      const int at = FindUnshare(view, CLONE_NEWCGROUP);
      if (at < 0 || at < view.plan.sync_step) return false;
      wanted &= ~uint64_t{CLONE_NEWCGROUP};
    }
    return view.plan.clone_flags ==
           (wanted | CLONE_PIDFD | CLONE_CLEAR_SIGHAND);
  }
  if (view.plan.clone_flags != 0) return false;
  return wanted == 0 || (view.size() > 0 && view.Is(0, SYS_unshare) &&
                         view.IsCertain(0) && view.ArgIs(0, 0, wanted));
}

// ---------------------------------------------------------------------- exec

bool ExecsOnceAndLast(const PlanView& view) {
  const Plan& plan = view.plan;
  const int end = plan.reaper_step >= 0 ? plan.reaper_step : view.size();
  if (plan.exec_step < 0 || plan.exec_last != end - 1) return false;
  for (int i = 0; i < view.size(); ++i) {
    const bool is_targets = i >= plan.exec_step && i <= plan.exec_last;
    const bool is_reapers = plan.reaper_step >= 0 && i == view.size() - 1;
    const bool by_path = is_targets && !view.spec.process.command.by_fd;
    const bool by_fd = is_reapers || (is_targets && !by_path);
    if (view.Is(i, SYS_execve) != by_path) return false;
    if (view.Is(i, SYS_execveat) != by_fd) return false;
  }
  return view.IsCertain(plan.exec_last) && view.IsCertain(view.size() - 1);
}

bool ExecsWhatIsAskedFor(const PlanView& view) {
  const bool by_fd = view.spec.process.command.by_fd;
  return !by_fd || (view.SlotIs(view.exec_step(), 0, kSlotTarget) &&
                    view.ArgIs(view.exec_step(), 4, AT_EMPTY_PATH));
}

// Is the filter at `step` this one, with these flags?
bool Installs(const PlanView& view, int step, const std::string& filter,
              uint64_t listener_flag) {
  if (!view.Is(step, SYS_seccomp) || !view.IsCertain(step) ||
      !view.ArgIs(step, 0, SECCOMP_SET_MODE_FILTER) ||
      (view.Number(step, 1) & SECCOMP_FILTER_FLAG_NEW_LISTENER) !=
          listener_flag) {
    return false;
  }
  const auto program = view.Struct<sock_fprog>(step, 2);
  const char* const at = reinterpret_cast<const char*>(program.filter);
  const char* const arena = view.plan.arena.data();
  return filter.size() == program.len * sizeof(sock_filter) && at >= arena &&
         at + filter.size() <= arena + view.plan.arena.size() &&
         std::memcmp(at, filter.data(), filter.size()) == 0;
}

bool FiltersDirectlyBeforeExec(const PlanView& view) {
  const int exec = view.exec_step();
  const auto& watch = view.spec.watch;
  const bool wanted =
      !watch && view.spec.seccomp && !view.spec.seccomp->program.empty();
  if (wanted && !Installs(view, exec - 1, view.spec.seccomp->program, 0)) {
    return false;
  }
  for (int i = 0; i < view.size(); ++i) {
    const bool is_place = (wanted && i == exec - 1) ||
                          (watch && (i == exec - 3 || i == exec - 1));
    if (view.Is(i, SYS_seccomp) != is_place) return false;
  }
  return true;
}

// The listener goes to the parent alone, and by a way that is closed before the
// exec.
bool HandsOutTheListener(const PlanView& view) {
  const Plan& plan = view.plan;
  const auto& watch = view.spec.watch;
  if (!watch) return plan.listener_step < 0 && plan.listener_fd < 0;
  const int listen = view.exec_step() - 3, send = listen + 1, seal = send + 1;
  if (plan.listener_step != listen || plan.listener_fd < 3) return false;
  const auto fd = static_cast<uint64_t>(plan.listener_fd);
  const auto has_key = [&](int i) {
    return view.ArgIs(i, 4, watch->key[0]) && view.ArgIs(i, 5, watch->key[1]);
  };
  return view.Is(listen - 1, SYS_close_range) && view.IsCertain(listen - 1) &&
         view.ArgIs(listen - 1, 0, fd) && view.ArgIs(listen - 1, 1, fd) &&
         view.ArgIs(listen - 1, 2, 0) &&
         Installs(view, listen, watch->filter,
                  SECCOMP_FILTER_FLAG_NEW_LISTENER) &&
         view.at(listen).check.kind == Check::kEquals &&
         view.at(listen).check.value == fd && view.Is(send, SYS_sendmmsg) &&
         view.IsCertain(send) && view.SlotIs(send, 0, kSlotSync) &&
         has_key(send) && Installs(view, seal, watch->seal, 0) && has_key(seal);
}

bool GainsNoPrivileges(const PlanView& view) {
  if (!view.spec.process.no_new_privs.value) return true;
  const int set = view.FindFirst([&](int i) {
    return view.IsPrctl(i, PR_SET_NO_NEW_PRIVS) && view.ArgIs(i, 1, 1);
  });
  return set >= 0 && set < view.exec_step() &&
         (view.plan.fork_step < 0 || set < view.plan.fork_step);
}

bool ReapsAsProcess1(const PlanView& view) {
  const Plan& plan = view.plan;
  if (view.spec.pid1 != Pid1::kReaper) {
    return plan.fork_step < 0 && plan.reaper_step < 0;
  }
  const int fork = plan.fork_step, reaper = plan.reaper_step;
  if (fork < 0 || reaper <= fork || !view.Is(fork, SYS_clone)) return false;
  const Check& check = view.at(fork).check;
  if (check.kind != Check::kFork ||
      check.value != static_cast<uint64_t>(reaper)) {
    return false;
  }
  // The target ends with the reaper, which holds nothing of the target's.
  const auto dies = [&](int i) {
    return view.IsPrctl(i, PR_SET_PDEATHSIG) && view.ArgIs(i, 1, SIGKILL);
  };
  const auto reports = [&](int i) {
    return view.Is(i, SYS_dup3) && view.ArgIs(i, 1, kReaperReportFd);
  };
  const auto closes = [&](int i) {
    return view.Is(i, SYS_close_range) &&
           view.ArgIs(i, 0, kReaperReportFd + 1) &&
           view.ArgIs(i, 1, ~uint32_t{0}) &&
           view.ArgIs(i, 2, CLOSE_RANGE_CLOEXEC);
  };
  const auto closes_stdio = [&](int i) {
    return view.Is(i, SYS_close_range) && view.ArgIs(i, 0, 0) &&
           view.ArgIs(i, 1, 2) && view.ArgIs(i, 2, 0);
  };
  const int last = view.size();
  return view.FindFirst(dies, fork, view.exec_step()) >= 0 &&
         view.FindFirst(reports, reaper, last) >= 0 &&
         view.FindFirst(closes, reaper, last) >= 0 &&
         view.FindFirst(closes_stdio, reaper, last) >= 0;
}

// --------------------------------------------------------------- descriptors

bool ClosesTheParentsEnd(const PlanView& view) {
  if (view.plan.in_place && view.plan.parent.empty()) return true;
  const int close = view.FindFirst([&](int i) {
    return view.Is(i, SYS_close) && view.SlotIs(i, 0, kSlotSyncPeer);
  });
  return close >= 0 && close <= 1;
}

bool ConnectsStdio(const PlanView& view) {
  for (uint64_t fd = 0; fd < 3; ++fd) {
    const int dup = view.FindFirst([&](int i) {
      return view.Is(i, SYS_dup3) && view.ArgIs(i, 1, fd) &&
             view.ArgIs(i, 2, 0);
    });
    if (dup < 0) return false;
  }
  return true;
}

// All are closed by the exec, but for those that were asked for; nothing is
// opened afterwards.
bool ClosesOtherDescriptors(const PlanView& view) {
  const int close = view.FindFirst([&](int i) {
    return view.Is(i, SYS_close_range) && view.ArgIs(i, 0, 3) &&
           view.ArgIs(i, 1, ~uint32_t{0}) &&
           view.ArgIs(i, 2, CLOSE_RANGE_CLOEXEC);
  });
  if (close < 0) return false;
  if (view.plan.fork_step >= 0 && close > view.plan.fork_step) return false;
  std::set<uint64_t> asked;
  for (const Located<int>& fd : view.spec.process.stdio.pass_fd) {
    asked.insert(static_cast<uint64_t>(fd.value));
  }
  for (int i = 0; i < view.exec_step(); ++i) {
    if (i > close && view.at(i).result != kNoSlot) return false;
    if (view.Is(i, SYS_fcntl) && view.ArgIs(i, 1, F_SETFD) &&
        (i < close || !asked.contains(view.Number(i, 0)))) {
      return false;
    }
  }
  return true;
}

// The channel is the last descriptor that comes to be, and the only one.
bool ConnectsTheChannel(const PlanView& view) {
  const bool asked = view.spec.process.stdio.channel;
  if (asked != (view.plan.channel_slot != kNoSlot)) return false;
  const int close = view.FindFirst([&](int i) {
    return view.Is(i, SYS_close_range) && view.ArgIs(i, 0, 3);
  });
  const int end =
      view.plan.fork_step >= 0 ? view.plan.fork_step : view.exec_step();
  int connected = 0;
  for (int i = close + 1; i < end; ++i) {
    if (!view.Is(i, SYS_dup3)) continue;
    if (!asked || !view.IsCertain(i) || !view.ArgIs(i, 1, kChannelFd) ||
        !view.SlotIs(i, 0, view.plan.channel_slot)) {
      return false;
    }
    ++connected;
  }
  return connected == (asked ? 1 : 0);
}

// ------------------------------------------------------------ what it leaves

bool DiesWithTheParent(const PlanView& view) {
  if (view.plan.in_place) return true;
  const auto dies = [&](int i) {
    return view.IsPrctl(i, PR_SET_PDEATHSIG) && view.ArgIs(i, 1, SIGKILL);
  };
  const int credentials = view.FindLast([&](int i) {
    return view.Is(i, SYS_setresuid) || view.Is(i, SYS_setresgid) ||
           view.Is(i, SYS_capset);
  });
  const int early = view.FindFirst(dies);
  const int set = view.FindFirst(dies, credentials + 1, view.exec_step());
  const int check = view.FindFirst([&](int i) {
    const Step& step = view.at(i);
    return view.Is(i, SYS_futex) && view.IsCertain(i) &&
           step.args[0].kind == Arg::kLifeline &&
           view.ArgIs(i, 1, FUTEX_CMP_REQUEUE_PRIVATE) && view.ArgIs(i, 2, 0) &&
           view.ArgIs(i, 3, 0) && step.args[4].kind == Arg::kLifeline &&
           step.args[5].kind == Arg::kLauncher;
  });
  const int fork = view.plan.fork_step;
  return early >= 0 && early < credentials && set >= 0 && check > set &&
         check < view.exec_step() && (fork < 0 || check < fork);
}

bool LeavesTheSession(const PlanView& view) {
  if (!view.spec.process.new_session) return true;
  if (view.FindFirst([&](int i) { return view.Is(i, SYS_setsid); }) >= 0) {
    return true;
  }
  if (!view.plan.in_place) return false;
  for (int i = 0; i < view.size(); ++i) {  // skipped without a terminal
    if (view.Is(i, SYS_ioctl) && view.ArgIs(i, 1, TIOCNOTTY) &&
        view.at(i).tolerated_count == 0) {
      return true;
    }
  }
  return false;
}

bool LeavesTheKeyring(const PlanView& view) {
  return view.FindFirst([&](int i) {
    return view.Is(i, SYS_keyctl) &&
           view.ArgIs(i, 0, KEYCTL_JOIN_SESSION_KEYRING);
  }) >= 0;
}

bool UnblocksSignals(const PlanView& view) {
  return view.FindFirst([&](int i) {
    return view.Is(i, SYS_rt_sigprocmask) && view.ArgIs(i, 0, SIG_SETMASK) &&
           view.Struct<uint64_t>(i, 1) == 0;
  }) >= 0;
}

bool BlocksTheReapersSignals(const PlanView& view) {
  const int first = view.plan.reaper_step;
  return first < 0 ||
         (first < view.size() && view.Is(first, SYS_rt_sigprocmask) &&
          view.IsCertain(first) && view.ArgIs(first, 0, SIG_SETMASK) &&
          view.Struct<uint64_t>(first, 1) == ~uint64_t{0});
}

bool StartsInsideTheJail(const PlanView& view) {
  const int cwd = view.FindLast([&](int i) {
    return view.Is(i, SYS_chdir) && view.TextIs(i, 0, view.spec.process.cwd);
  });
  const int check = view.FindFirst([&](int i) {
    const Check& wanted = view.at(i).check;
    return view.Is(i, SYS_getcwd) && wanted.kind == Check::kBytes &&
           wanted.value == view.Number(i, 0) &&
           view.plan.arena.data()[wanted.other] == '/';
  });
  if (cwd < 0 || check < cwd || cwd < view.enter_step()) return false;
  // Nothing moves it afterwards.
  for (int i = check; i < view.size(); ++i) {
    if (view.Is(i, SYS_chdir) || view.Is(i, SYS_fchdir)) return false;
  }
  return true;
}

// --------------------------------------------------------- what was asked for

bool LimitsWhatIsAskedFor(const PlanView& view) {
  for (const Rlimit& limit : view.spec.process.rlimits) {
    const int set = view.FindLast([&](int i) {
      return view.Is(i, SYS_prlimit64) &&
             view.ArgIs(i, 1, static_cast<uint64_t>(limit.resource));
    });
    if (set < 0) return false;
    if (limit.from != Rlimit::From::kValue) continue;
    const auto value = view.Struct<rlimit64>(set, 2);
    if (value.rlim_cur > limit.value || value.rlim_max > limit.value) {
      return false;
    }
  }
  return true;
}

bool RestrictsWhatIsAskedFor(const PlanView& view) {
  const Process& process = view.spec.process;
  const auto has = [&](const auto& matches) {
    return view.FindFirst(matches, 0, view.exec_step()) >= 0;
  };
  const auto has_call = [&](int nr) {
    return has([&](int i) { return view.Is(i, nr); });
  };
  const int mask = view.FindLast([&](int i) { return view.Is(i, SYS_umask); });
  if (mask < 0 || !view.ArgIs(mask, 0, process.umask)) return false;
  // In the target itself: process 1 keeps the caller's.
  const int priority = view.FindLast([&](int i) {
    return view.Is(i, SYS_setpriority) && view.IsCertain(i) &&
           view.ArgIs(i, 0, PRIO_PROCESS) && view.ArgIs(i, 1, 0) &&
           view.ArgIs(
               i, 2,
               static_cast<uint64_t>(int64_t{view.spec.process.nice.value}));
  });
  if (priority < 0 || priority < view.plan.fork_step) return false;
  if (!has_call(SYS_personality)) return false;
  if (process.disable_tsc.value &&
      !has([&](int i) { return view.IsPrctl(i, PR_SET_TSC); })) {
    return false;
  }
  return !process.core_scheduling.value ||
         has([&](int i) { return view.IsPrctl(i, PR_SCHED_CORE); });
}

}  // namespace

std::vector<PlanRule> ProcessRules() {
  return {
      {"the namespaces are those that were asked for", MakesTheNamespaces},
      {"a jail with cgroup limits is in its cgroup", EntersItsCgroup},
      {"exactly one program is executed, last", ExecsOnceAndLast},
      {"the program is the one that was asked for", ExecsWhatIsAskedFor},
      {"the filter comes directly before the exec", FiltersDirectlyBeforeExec},
      {"a listener goes to the parent alone", HandsOutTheListener},
      {"no_new_privs is set", GainsNoPrivileges},
      {"a reaper is process 1 where it was asked for", ReapsAsProcess1},
      {"the parent's end is closed first", ClosesTheParentsEnd},
      {"stdio is connected", ConnectsStdio},
      {"inherited descriptors are closed", ClosesOtherDescriptors},
      {"the channel is connected where there is one", ConnectsTheChannel},
      {"the jail dies with its parent", DiesWithTheParent},
      {"the caller's session is left", LeavesTheSession},
      {"the caller's keyring is left", LeavesTheKeyring},
      {"no signal is blocked", UnblocksSignals},
      {"the reaper starts with its signals blocked", BlocksTheReapersSignals},
      {"the working directory is inside", StartsInsideTheJail},
      {"resources are limited", LimitsWhatIsAskedFor},
      {"what restricts the process is done", RestrictsWhatIsAskedFor},
  };
}

}  // namespace jail
