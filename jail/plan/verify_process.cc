// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What every plan must do to the process that becomes the target.
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/keyctl.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/securebits.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cerrno>

#include "jail/plan/plan_view.h"

namespace jail {
namespace {

// CAP_CHECKPOINT_RESTORE: every supported kernel has at least these.
constexpr int kLastKnownCapability = 40;

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
  if (!asked || view.plan.cgroup->v2) return true;  // clone3 enters it
  for (const ParentOp& op : view.plan.parent) {
    if (op.kind == ParentOp::Kind::kJoinCgroup) return view.plan.sync_step >= 0;
  }
  return false;
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
    if (view.Is(i, SYS_execveat) != (is_targets || is_reapers)) return false;
    if (view.Is(i, SYS_execve)) return false;
  }
  return view.IsCertain(plan.exec_last) && view.IsCertain(view.size() - 1);
}

bool ExecsWhatIsAskedFor(const PlanView& view) {
  const bool by_fd = view.spec.process.command.by_fd;
  return !by_fd || (view.SlotIs(view.exec_step(), 0, kSlotTarget) &&
                    view.ArgIs(view.exec_step(), 4, AT_EMPTY_PATH));
}

bool FiltersDirectlyBeforeExec(const PlanView& view) {
  const bool wanted = view.spec.seccomp && !view.spec.seccomp->program.empty();
  for (int i = 0; i < view.size(); ++i) {
    const bool is_place = wanted && i == view.exec_step() - 1;
    if (view.Is(i, SYS_seccomp) != is_place) return false;
  }
  return true;
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

// ---------------------------------------------------------- ids, capabilities

bool MapsIdsBeforeUse(const PlanView& view) {
  if (!view.spec.namespaces.Has(CLONE_NEWUSER)) return true;
  int uid_maps = 0, gid_maps = 0;
  for (const ParentOp& op : view.plan.parent) {
    uid_maps += op.object == "/proc/PID/uid_map";
    gid_maps += op.object == "/proc/PID/gid_map";
  }
  const int sync = view.plan.sync_step;
  const int change =
      view.FindFirst([&](int i) { return view.Is(i, SYS_setresgid); });
  return uid_maps == 1 && gid_maps == 1 && sync >= 0 && sync < change &&
         view.Is(sync, SYS_recvfrom) && view.IsCertain(sync) &&
         view.at(sync).check.kind == Check::kEquals;
}

bool WaitsForTheParent(const PlanView& view) {
  return view.plan.parent.empty() ||
         (view.plan.sync_step >= 0 &&
          view.Is(view.plan.sync_step, SYS_recvfrom));
}

bool IsPrivileged(const PlanView& view) {
  return view.FindFirst([&](int i) {
    return view.IsPrctl(i, PR_CAPBSET_DROP) ||
           view.IsPrctl(i, PR_SET_SECUREBITS);
  }) >= 0;
}

bool LeavesGroups(const PlanView& view) {
  const int leave = view.FindFirst(
      [&](int i) { return view.Is(i, SYS_setgroups) && view.ArgIs(i, 0, 0); });
  const int check = view.FindFirst([&](int i) {
    return view.Is(i, SYS_getgroups) && view.ArgIs(i, 0, 0) &&
           view.at(i).check.kind == Check::kEquals &&
           view.at(i).check.value == 0;
  });
  if (leave >= 0 || check >= 0) return leave >= 0 && check > leave;
  if (!view.spec.namespaces.Has(CLONE_NEWUSER)) return !IsPrivileged(view);
  for (const ParentOp& op : view.plan.parent) {
    if (op.kind == ParentOp::Kind::kDenySetgroups) return true;
    // newgidmap(1) decides.
    if (op.kind == ParentOp::Kind::kRunIdMapHelper &&
        op.object == "/proc/PID/gid_map") {
      return true;
    }
  }
  return false;
}

bool BecomesTheTargetsIds(const PlanView& view) {
  const auto all_are = [&](int i, uint64_t id) {
    return view.ArgIs(i, 0, id) && view.ArgIs(i, 1, id) && view.ArgIs(i, 2, id);
  };
  const int gid =
      view.FindFirst([&](int i) { return view.Is(i, SYS_setresgid); });
  const int uid =
      view.FindFirst([&](int i) { return view.Is(i, SYS_setresuid); });
  if (gid < 0 || uid < gid) return false;
  const Spec& spec = view.spec;
  return (spec.gid_map.empty() || all_are(gid, spec.gid_map.front().inside)) &&
         (spec.uid_map.empty() || all_are(uid, spec.uid_map.front().inside));
}

bool CannotBeTraced(const PlanView& view) {
  const int set = view.FindFirst([&](int i) {
    return view.IsPrctl(i, PR_SET_DUMPABLE) && view.ArgIs(i, 1, 0);
  });
  const int ids =
      view.FindFirst([&](int i) { return view.Is(i, SYS_setresuid); });
  return set >= 0 && set < ids;
}

uint64_t KeptCapabilities(const PlanView& view) {
  const Capabilities& wanted = view.spec.process.capabilities;
  return wanted.keep_all ? ~uint64_t{0} : wanted.keep;
}

bool DropsTheBoundingSet(const PlanView& view) {
  uint64_t dropped = 0;
  for (int i = 0; i < view.exec_step(); ++i) {
    if (view.IsPrctl(i, PR_CAPBSET_DROP) && view.IsCertain(i)) {
      dropped |= uint64_t{1} << view.Number(i, 1);
    }
  }
  // Without a user namespace a caller without CAP_SETPCAP can't, and has none.
  if (!view.spec.namespaces.Has(CLONE_NEWUSER) && !IsPrivileged(view)) {
    return true;
  }
  const uint64_t known = (uint64_t{1} << (kLastKnownCapability + 1)) - 1;
  return ((dropped | KeptCapabilities(view)) & known) == known;
}

// Set, and read back.
bool DropsCapabilities(const PlanView& view) {
  const int set = view.FindFirst([&](int i) { return view.Is(i, SYS_capset); });
  const int read =
      view.FindFirst([&](int i) { return view.Is(i, SYS_capget); });
  const int clear = view.FindFirst([&](int i) {
    return view.IsPrctl(i, PR_CAP_AMBIENT) &&
           view.ArgIs(i, 1, PR_CAP_AMBIENT_CLEAR_ALL);
  });
  if (clear < 0 || set < clear || read < set || read > view.exec_step()) {
    return false;
  }
  struct Sets {
    __user_cap_data_struct words[2];
  };
  const auto sets = view.Struct<Sets>(set, 1);
  const uint64_t keep = KeptCapabilities(view);
  for (int i = 0; i < 2; ++i) {
    const auto allowed = static_cast<uint32_t>(keep >> (32 * i));
    const __user_cap_data_struct& word = sets.words[i];
    if ((word.permitted | word.effective | word.inheritable) & ~allowed) {
      return false;
    }
  }
  const Check& check = view.at(read).check;
  return check.kind == Check::kBytes && check.length == sizeof(Sets) &&
         check.value == view.Number(read, 1) &&
         check.other == view.Number(set, 1);
}

// Those of the set-up must not stay: with them a change of ids inside would
// keep capabilities.
bool SetsSecurebits(const PlanView& view) {
  if (!IsPrivileged(view)) return true;
  const int set =
      view.FindLast([&](int i) { return view.IsPrctl(i, PR_SET_SECUREBITS); });
  const int capset =
      view.FindFirst([&](int i) { return view.Is(i, SYS_capset); });
  if (set < 0 || set > capset) return false;
  const uint64_t bits = view.Number(set, 1);
  if (KeptCapabilities(view) != 0) return bits == 0;
  constexpr uint64_t kWanted =
      SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_CAP_AMBIENT_RAISE |
      SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED | SECBIT_KEEP_CAPS_LOCKED;
  return (bits & (kWanted | SECBIT_KEEP_CAPS)) == kWanted;
}

// Steps between the first and the second change of ids need them.
bool KeepsCapabilitiesForTheSetup(const PlanView& view) {
  if (!view.spec.namespaces.Has(CLONE_NEWUSER)) return true;
  const int keep = view.FindFirst([&](int i) {
    return view.IsPrctl(i, PR_SET_SECUREBITS) &&
           (view.Number(i, 1) & SECBIT_NO_SETUID_FIXUP);
  });
  const int ids =
      view.FindFirst([&](int i) { return view.Is(i, SYS_setresuid); });
  return keep >= 0 && keep < ids;
}

bool DropsPrivilegeAfterTheSetup(const PlanView& view) {
  const int drop =
      view.FindFirst([&](int i) { return view.Is(i, SYS_capset); });
  for (int i = drop; i < view.size(); ++i) {
    switch (view.at(i).nr) {
      case SYS_open_tree:
      case SYS_fsopen:
      case SYS_fsconfig:
      case SYS_fsmount:
      case SYS_mount_setattr:
      case SYS_move_mount:
      case SYS_pivot_root:
      case SYS_chroot:
      case SYS_umount2:
      case SYS_sethostname:
      case SYS_ioctl:
      case SYS_setgroups:
      case SYS_setresgid:
      case SYS_setresuid:
      case SYS_unshare:
        return false;
    }
  }
  return drop >= 0;
}

bool MakesNoUserNamespaces(const PlanView& view) {
  if (!view.spec.namespaces.Has(CLONE_NEWUSER) ||
      view.spec.allow_nested_userns) {
    return true;
  }
  const int open = view.FindFirst([&](int i) {
    return view.Is(i, SYS_openat) &&
           view.TextIs(i, 1, "/proc/sys/user/max_user_namespaces");
  });
  if (open < 0) return false;
  const Slot file = view.at(open).result;
  const int check = view.FindFirst([&](int i) {
    return view.Is(i, SYS_fstatfs) && view.SlotIs(i, 0, file) &&
           view.at(i).check.kind == Check::kBytes;
  });
  const int write = view.FindFirst([&](int i) {
    return view.Is(i, SYS_write) && view.SlotIs(i, 0, file) &&
           view.ArgIs(i, 2, 1) && view.Text(i, 1).substr(0, 1) == "0" &&
           view.at(i).check.kind == Check::kEquals;
  });
  return check > open && write > check;
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
    return view.Is(i, SYS_recvfrom) && view.SlotIs(i, 0, kSlotSync) &&
           view.ArgIs(i, 3, MSG_DONTWAIT | MSG_PEEK) &&
           view.at(i).check.kind == Check::kErrno &&
           view.at(i).check.value == EAGAIN;
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
  const auto has = [&](const PlanView::Predicate& matches) {
    return view.FindFirst(matches, 0, view.exec_step()) >= 0;
  };
  const auto has_call = [&](int nr) {
    return has([&](int i) { return view.Is(i, nr); });
  };
  const int mask = view.FindLast([&](int i) { return view.Is(i, SYS_umask); });
  if (mask < 0 || !view.ArgIs(mask, 0, process.umask)) return false;
  if (!has_call(SYS_setpriority)) return false;
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
      {"no_new_privs is set", GainsNoPrivileges},
      {"a reaper is process 1 where it was asked for", ReapsAsProcess1},
      {"the parent's end is closed first", ClosesTheParentsEnd},
      {"stdio is connected", ConnectsStdio},
      {"inherited descriptors are closed", ClosesOtherDescriptors},
      {"the parent is waited for", WaitsForTheParent},
      {"ids are mapped before they are used", MapsIdsBeforeUse},
      {"supplementary groups are left", LeavesGroups},
      {"the target has its own ids", BecomesTheTargetsIds},
      {"the set-up cannot be traced", CannotBeTraced},
      {"the change of ids keeps capabilities", KeepsCapabilitiesForTheSetup},
      {"the bounding set is dropped", DropsTheBoundingSet},
      {"capabilities are dropped and read back", DropsCapabilities},
      {"securebits are reset or locked", SetsSecurebits},
      {"privilege is dropped after all that needs it",
       DropsPrivilegeAfterTheSetup},
      {"no user namespaces can be made inside", MakesNoUserNamespaces},
      {"the jail dies with its parent", DiesWithTheParent},
      {"the caller's session is left", LeavesTheSession},
      {"the caller's keyring is left", LeavesTheKeyring},
      {"no signal is blocked", UnblocksSignals},
      {"the working directory is inside", StartsInsideTheJail},
      {"resources are limited", LimitsWhatIsAskedFor},
      {"what restricts the process is done", RestrictsWhatIsAskedFor},
  };
}

}  // namespace jail
