// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What every plan must do to ids and privileges.
#include <linux/capability.h>
#include <linux/mount.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/securebits.h>
#include <sys/syscall.h>

#include "jail/plan/plan_view.h"

namespace jail {
namespace {

// CAP_CHECKPOINT_RESTORE: every supported kernel has at least these.
constexpr int kLastKnownCapability = 40;

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

}  // namespace

std::vector<PlanRule> PrivilegeRules() {
  return {
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
  };
}

}  // namespace jail
