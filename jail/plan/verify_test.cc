// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Good plans are made bad in every way that matters: the verifier must notice.
#include "jail/plan/verify.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/close_range.h>
#include <linux/mount.h>
#include <linux/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstring>
#include <functional>

#include "jail/plan/describe.h"
#include "jail/plan/plan_test_helper.h"

namespace jail {
namespace {

using testing::HasSubstr;

// Keeps the plan's numbers right when step `at` goes away.
void Delete(Plan& plan, int at) {
  plan.child.erase(plan.child.begin() + at);
  plan.notes.erase(plan.notes.begin() + at);
  const auto shift = [&](int& number) { number -= number > at; };
  for (int* number : {&plan.sync_step, &plan.exec_step, &plan.exec_last,
                      &plan.fork_step, &plan.reaper_step, &plan.start_step}) {
    shift(*number);
  }
  for (CgroupEntry& entry : plan.cgroup_entries) shift(entry.step);
  for (PlannedMount& mount : plan.mounts) {
    shift(mount.first_step);
    if (mount.last_step >= at) --mount.last_step;
  }
  for (int i = 0; i < static_cast<int>(plan.child.size()); ++i) {
    Step& step = plan.child[i];
    if (step.check.kind == Check::kFork) --step.check.value;
    if (i < at && i + 1 + step.skip > at && step.skip > 0) --step.skip;
  }
}

// Moves step `from` to before step `to`.
void Move(Plan& plan, int from, int to) {
  const Step step = plan.child[from];
  const StepNote note = plan.notes[from];
  Delete(plan, from);
  if (to > from) --to;
  plan.child.insert(plan.child.begin() + to, step);
  plan.notes.insert(plan.notes.begin() + to, note);
  const auto shift = [&](int& number) {
    if (number >= to) ++number;
  };
  for (int* number : {&plan.sync_step, &plan.exec_step, &plan.exec_last,
                      &plan.fork_step, &plan.reaper_step, &plan.start_step}) {
    shift(*number);
  }
  for (PlannedMount& mount : plan.mounts) {
    shift(mount.first_step);
    shift(mount.last_step);
  }
  for (Step& other : plan.child) {
    if (other.check.kind == Check::kFork) ++other.check.value;
  }
}

bool IsPrctl(const Step& step, int option) {
  return step.nr == SYS_prctl &&
         step.args[0].value == static_cast<uint64_t>(option);
}

// Does the step take something from the target, or check that it was taken?
bool IsProtective(const Plan& plan, const Spec& spec, int i) {
  const Step& step = plan.child[i];
  switch (step.nr) {
    case SYS_umount2:
    case SYS_pivot_root:
    case SYS_chroot:
    case SYS_fchdir:
    case SYS_getcwd:
    case SYS_setgroups:
    case SYS_getgroups:
    case SYS_setresgid:
    case SYS_setresuid:
    case SYS_capset:
    case SYS_capget:
    case SYS_close_range:
    case SYS_keyctl:
    case SYS_setsid:
    case SYS_recvfrom:
    case SYS_futex:
    case SYS_prlimit64:
    case SYS_rt_sigprocmask:
    case SYS_dup3:
    case SYS_fstatfs:
    case SYS_seccomp:
    case SYS_setpriority:
    case SYS_personality:
    case SYS_unshare:
    case SYS_clone:
    case SYS_execve:
    case SYS_execveat:
      // One of PATH's directories less is no danger.
      return step.tolerated_count == 0 &&
             // The stage is entered to make an overlay.
             !(step.nr == SYS_fchdir && plan.notes[i].object == "stage");
    case SYS_chdir:
      // Twice "/": one is as good as two.
      return spec.process.cwd != "/" || plan.notes[i].object != "/";
    case SYS_prctl:
      // Without this one the target has less than was asked for.
      if (IsPrctl(step, PR_CAP_AMBIENT)) {
        return step.args[1].value != PR_CAP_AMBIENT_RAISE;
      }
      // Without a user namespace a lost capability fails the set-up.
      return !(IsPrctl(step, PR_SET_SECUREBITS) && plan.parent.empty());
    case SYS_mount_setattr:
      return step.tolerated_count == 0;
    case SYS_write:
      return plan.notes[i].object == "/proc/sys/user/max_user_namespaces";
    case SYS_close:
      return step.args[0].value == kSlotSyncPeer;
    case SYS_fsconfig:
      return plan.notes[i].object.rfind("nr_inodes", 0) == 0;
  }
  return false;
}

class VerifyTest : public testing::TestWithParam<std::string> {
 protected:
  VerifyTest() : case_(CaseNamed(GetParam())) {}
  Plan Make() { return PlanOf(case_.spec, case_.facts); }

  const Case case_;
};

TEST_P(VerifyTest, AcceptsWhatThePlannerMakes) {
  EXPECT_TRUE(Verify(Make(), case_.spec).ok()) << Verify(Make(), case_.spec);
}

TEST_P(VerifyTest, NoticesThatAProtectiveStepIsMissing) {
  const Plan good = Make();
  int protective = 0;
  for (int i = 0; i < static_cast<int>(good.child.size()); ++i) {
    if (!IsProtective(good, case_.spec, i)) continue;
    ++protective;
    Plan bad = Make();
    Delete(bad, i);
    EXPECT_FALSE(Verify(bad, case_.spec).ok())
        << "without " << i << " " << DescribeStep(good, i);
  }
  EXPECT_GT(protective, 15);
}

TEST_P(VerifyTest, NoticesThatAProtectiveStepMayFail) {
  const Plan good = Make();
  for (int i = 0; i < static_cast<int>(good.child.size()); ++i) {
    if (!IsProtective(good, case_.spec, i)) continue;
    Plan bad = Make();
    Step& step = bad.child[i];
    step.tolerated[step.tolerated_count++] = EPERM;
    EXPECT_FALSE(Verify(bad, case_.spec).ok())
        << "tolerant " << i << " " << DescribeStep(good, i);
  }
}

TEST_P(VerifyTest, NoticesThatAProtectiveStepIsSkipped) {
  const Plan good = Make();
  for (int i = 1; i < static_cast<int>(good.child.size()); ++i) {
    if (!IsProtective(good, case_.spec, i)) continue;
    Plan bad = Make();
    // A call of a kind that may be skipped from, put before it.
    Step& before = bad.child[i - 1];
    if (before.nr != SYS_mkdirat && before.nr != SYS_close) continue;
    before.nr = SYS_fcntl;
    before.tolerated_count = 1;
    before.tolerated[0] = EBADF;
    before.skip = 1;
    EXPECT_FALSE(Verify(bad, case_.spec).ok())
        << "skipped " << i << " " << DescribeStep(good, i);
  }
}

TEST_P(VerifyTest, NoticesThatAProtectiveStepComesAfterTheExec) {
  const Plan good = Make();
  for (int i = 0; i < good.exec_step; ++i) {
    if (!IsProtective(good, case_.spec, i)) continue;
    Plan bad = Make();
    Move(bad, i, good.exec_last + 1);
    EXPECT_FALSE(Verify(bad, case_.spec).ok())
        << "late " << i << " " << DescribeStep(good, i);
  }
}

TEST_P(VerifyTest, NoticesDropOfPrivilegeBeforeTheSetup) {
  const Plan good = Make();
  for (int i = 0; i < good.exec_step; ++i) {
    if (good.child[i].nr != SYS_capset) continue;
    Plan bad = Make();
    Move(bad, i, 1);
    EXPECT_FALSE(Verify(bad, case_.spec).ok());
  }
}

std::vector<std::string> Names() {
  std::vector<std::string> names;
  for (const Case& c : Cases()) names.push_back(c.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Plans, VerifyTest, testing::ValuesIn(Names()),
                         [](const auto& one) { return one.param; });

// ------------------------------------------------------- single mutations

struct Mutation {
  const char* name;
  const char* of;    // the case
  const char* rule;  // that notices it
  std::function<void(Plan&)> mutate;
};

int Find(const Plan& plan, int nr, const std::string& object = "",
         int from = 0) {
  for (int i = from; i < static_cast<int>(plan.child.size()); ++i) {
    if (plan.child[i].nr == nr &&
        (object.empty() || plan.notes[i].object == object)) {
      return i;
    }
  }
  ADD_FAILURE() << "no step " << SyscallName(nr) << " " << object;
  return 0;
}

int FindPrctl(const Plan& plan, int option, int from = 0) {
  for (int i = from; i < static_cast<int>(plan.child.size()); ++i) {
    if (IsPrctl(plan.child[i], option)) return i;
  }
  ADD_FAILURE() << "no prctl " << option;
  return 0;
}

void EditMountAttr(Plan& plan, int step,
                   const std::function<void(mount_attr&)>& edit) {
  mount_attr attr;
  char* at = plan.arena.data() + plan.child[step].args[3].value;
  std::memcpy(&attr, at, sizeof attr);
  edit(attr);
  std::memcpy(at, &attr, sizeof attr);
}

const Mutation kMutations[] = {
    {"a namespace is missing", "root", "namespaces",
     [](Plan& p) { p.clone_flags &= ~uint64_t{0x20000}; }},
    {"a bind is not read-only", "root", "with its flags",
     [](Plan& p) {
       EditMountAttr(p, Find(p, SYS_mount_setattr, "/usr"),
                     [](mount_attr& a) { a.attr_set = MOUNT_ATTR_NOSUID; });
     }},
    {"a bind has set-user-id programs", "root", "with its flags",
     [](Plan& p) {
       EditMountAttr(p, Find(p, SYS_mount_setattr, "/usr"),
                     [](mount_attr& a) { a.attr_set = MOUNT_ATTR_RDONLY; });
     }},
    {"a bind is protected, but not what is beneath it", "root",
     "with its flags",
     [](Plan& p) {
       p.child[Find(p, SYS_mount_setattr, "/usr")].args[2].value &=
           ~uint64_t{AT_RECURSIVE};
     }},
    {"a mount is left out", "root", "with its flags",
     [](Plan& p) { p.mounts[1].skipped = true; }},
    {"a mount of the Spec is forgotten", "root", "with its flags",
     [](Plan& p) { p.mounts.pop_back(); }},
    {"propagation is shared", "root", "propagate",
     [](Plan& p) {
       EditMountAttr(p, Find(p, SYS_mount_setattr, "/"),
                     [](mount_attr& a) { a.propagation = MS_SHARED; });
     }},
    {"propagation stops after the first tree is opened", "root", "propagate",
     [](Plan& p) {
       const int stop = Find(p, SYS_mount_setattr, "/");
       Move(p, stop, stop + 2);
     }},
    {"ids change before they are mapped", "root", "mapped before",
     [](Plan& p) { Move(p, Find(p, SYS_setresgid), p.sync_step); }},
    {"the uid changes before the gid", "root", "own ids",
     [](Plan& p) { Move(p, Find(p, SYS_setresuid), Find(p, SYS_setresgid)); }},
    {"the target is another user", "root", "own ids",
     [](Plan& p) { p.child[Find(p, SYS_setresuid)].args[1].value = 0; }},
    {"groups are looked at before they are left", "root", "groups",
     [](Plan& p) { Move(p, Find(p, SYS_getgroups), Find(p, SYS_setgroups)); }},
    {"groups stay, and gain by it", "minimal", "groups",
     [](Plan& p) { p.parent.erase(p.parent.begin()); }},
    {"the death signal is set before the ids change", "root", "dies with",
     [](Plan& p) {
       const int second =
           FindPrctl(p, PR_SET_PDEATHSIG, FindPrctl(p, PR_SET_PDEATHSIG) + 1);
       Move(p, second, Find(p, SYS_setresuid));
     }},
    {"the parent is looked for before the signal is set", "root", "dies with",
     [](Plan& p) {
       const int second =
           FindPrctl(p, PR_SET_PDEATHSIG, FindPrctl(p, PR_SET_PDEATHSIG) + 1);
       Move(p, second + 1, second);
     }},
    {"capabilities are kept that nobody asked for", "root", "capabilities",
     [](Plan& p) {
       p.arena.data()[p.child[Find(p, SYS_capset)].args[1].value] = 1;
     }},
    {"a capability stays in the bounding set", "root", "bounding",
     [](Plan& p) { Delete(p, FindPrctl(p, PR_CAPBSET_DROP) + 40); }},
    {"a mount comes after the capabilities are gone", "root", "",
     [](Plan& p) { Move(p, Find(p, SYS_capset), Find(p, SYS_fchdir)); }},
    {"a descriptor is passed that nobody asked for", "root", "descriptors",
     [](Plan& p) {
       const int close = Find(p, SYS_close_range);
       p.child[close + 1].args[0].value = 9;
     }},
    {"a descriptor is opened after all were closed", "root", "descriptors",
     [](Plan& p) { Move(p, Find(p, SYS_close_range), 4); }},
    {"only some descriptors are closed", "root", "descriptors",
     [](Plan& p) { p.child[Find(p, SYS_close_range)].args[1].value = 1023; }},
    {"a waiting jail keeps what its launcher has open", "created",
     "holds nothing",
     [](Plan& p) {
       const int first = Find(p, SYS_close_range);
       p.child[first + 3].args[2].value = CLOSE_RANGE_CLOEXEC;
     }},
    {"a waiting jail keeps a descriptor more", "created", "holds nothing",
     [](Plan& p) {
       const int first = Find(p, SYS_close_range);
       p.child[first + 3].args[0].value++;
     }},
    {"a kept descriptor outlives the exec", "created", "holds nothing",
     [](Plan& p) { p.child[Find(p, SYS_dup3)].args[2].value = 0; }},
    {"a jail says that it is made before it is", "created", "waits",
     [](Plan& p) { Move(p, Find(p, SYS_sendto), Find(p, SYS_setresuid)); }},
    {"a jail starts though nobody told it to", "created", "waits",
     [](Plan& p) { p.child[p.start_step].check.kind = Check::kNone; }},
    {"a waiting jail has its arguments already", "created", "arguments late",
     [](Plan& p) { p.child[p.exec_step].args[1] = p.child[0].args[0]; }},
    {"a jail waits that nobody will start", "reaper", "waits",
     [](Plan& p) { p.start_step = 3; }},
    {"the reaper is last in turn, too", "reaper", "restricts",
     [](Plan& p) { Move(p, Find(p, SYS_setpriority), p.fork_step - 1); }},
    {"another priority than asked for", "reaper", "restricts",
     [](Plan& p) { p.child[Find(p, SYS_setpriority)].args[2].value = 0; }},
    {"the filter comes early", "reaper", "filter",
     [](Plan& p) { Move(p, Find(p, SYS_seccomp), p.fork_step + 1); }},
    {"no_new_privs comes after the fork", "reaper", "no_new_privs",
     [](Plan& p) {
       Move(p, FindPrctl(p, PR_SET_NO_NEW_PRIVS), p.fork_step + 1);
     }},
    {"the reaper keeps the target's descriptors", "reaper", "reaper",
     [](Plan& p) {
       const int close = Find(p, SYS_close_range, "", p.reaper_step);
       p.child[close].args[2].value = 0;
     }},
    {"the old root stays", "overlay", "old root",
     [](Plan& p) {
       // The stage lies upon it: one umount2 is not enough.
       Delete(p, Find(p, SYS_umount2, "old root"));
     }},
    {"another directory is pivoted to", "root", "old root",
     [](Plan& p) {
       p.child[Find(p, SYS_fchdir, "new root")].args[0].value =
           static_cast<uint64_t>(p.child[Find(p, SYS_open_tree)].result);
     }},
    {"a target is followed out of the root", "chroot", "leads out",
     [](Plan& p) {
       // openat2's resolve flags: the third word of struct open_how.
       uint64_t none = 0;
       std::memcpy(
           p.arena.data() + p.child[Find(p, SYS_openat2)].args[2].value + 16,
           &none, sizeof none);
     }},
    {"a target is reached by path through a bind", "chroot", "leads out",
     [](Plan& p) {
       const int move = Find(p, SYS_move_mount, "/usr/local/bin");
       p.child[move].args[2] = p.child[Find(p, SYS_openat2)].args[0];
       p.child[move].args[3] =
           p.child[Find(p, SYS_openat2, "usr/local/bin")].args[1];
     }},
    {"a chroot directory's submounts are writable", "chroot", "root has",
     [](Plan& p) {
       const int set =
           Find(p, SYS_mount_setattr, "/", Find(p, SYS_mount_setattr, "/") + 1);
       p.child[set].args[2].value &= ~uint64_t{AT_RECURSIVE};
     }},
    {"the working directory is not looked at last", "root", "working",
     [](Plan& p) { Move(p, Find(p, SYS_getcwd), Find(p, SYS_fchdir)); }},
    {"the limit is higher than asked for", "root", "limited",
     [](Plan& p) {
       const uint64_t at = p.child[Find(p, SYS_prlimit64)].args[2].value;
       std::memset(p.arena.data() + at, 0xff, 16);
     }},
    {"a device can be changed", "dev_preset", "devices",
     [](Plan& p) {
       EditMountAttr(p, Find(p, SYS_mount_setattr, "/dev/tty"),
                     [](mount_attr& a) { a.attr_set = MOUNT_ATTR_NOEXEC; });
     }},
    {"user namespaces can be made", "root", "user namespaces",
     [](Plan& p) {
       const int write =
           Find(p, SYS_write, "/proc/sys/user/max_user_namespaces");
       p.arena.data()[p.child[write].args[1].value] = '9';
     }},
    {"a slot is used that nothing was put into", "root", "slot",
     [](Plan& p) { p.child[Find(p, SYS_fsopen)].result = kNoSlot; }},
    {"a pointer leads out of the arena", "root", "pointer",
     [](Plan& p) {
       p.child[Find(p, SYS_fsopen)].args[0].value = p.arena.size();
     }},
    {"setup can be traced while ids change", "minimal", "traced",
     [](Plan& p) {
       Move(p, FindPrctl(p, PR_SET_DUMPABLE), Find(p, SYS_setresuid) + 1);
     }},
    {"a cgroup is not entered", "cgroup_v1", "every slot",
     [](Plan& p) { p.cgroup_entries.pop_back(); }},
    {"another process enters it", "cgroup_v1", "is in its cgroup",
     [](Plan& p) {
       const int step = p.cgroup_entries[1].step;
       p.arena.data()[p.child[step].args[1].value] = '1';
     }},
    {"a cgroup is entered when it is the root of what is seen", "cgroup_v1",
     "namespaces",
     [](Plan& p) {
       Move(p, Find(p, SYS_unshare), p.cgroup_entries.front().step);
       for (CgroupEntry& entry : p.cgroup_entries) ++entry.step;
     }},
    {"a required cgroup may refuse", "cgroup_v1", "tolerated",
     [](Plan& p) {
       for (const CgroupEntry& entry : p.cgroup_entries) {
         p.child[entry.step].tolerated[0] = EACCES;
         p.child[entry.step].tolerated_count = 1;
       }
     }},
    {"the parent is not waited for", "network", "waited",
     [](Plan& p) { p.sync_step = -1; }},
};

TEST(VerifyMutationTest, EachIsNoticedByItsRule) {
  for (const Mutation& mutation : kMutations) {
    SCOPED_TRACE(mutation.name);
    const Case c = CaseNamed(mutation.of);
    Plan plan = PlanOf(c.spec, c.facts);
    mutation.mutate(plan);
    const absl::Status status = Verify(plan, c.spec);
    EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
    EXPECT_THAT(std::string(status.message()), HasSubstr(mutation.rule));
  }
}

}  // namespace
}  // namespace jail
