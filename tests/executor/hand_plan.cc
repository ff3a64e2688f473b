// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tests/executor/hand_plan.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"

namespace jail {

HandPlan::HandPlan(uint64_t clone_flags, uint32_t inside) {
  plan_.clone_flags = clone_flags;
  spec.namespaces.flags = clone_flags;
  spec.namespaces.origin_of_user = {"clone_newuser", "hand.cfg", 1, 1};
  if ((clone_flags & CLONE_NEWUSER) == 0) return;
  using Kind = ParentOp::Kind;
  const auto add = [this](Kind kind, std::string text, int line) {
    ParentOp op;
    op.kind = kind;
    op.text = std::move(text);
    op.origin = {"uidmap[0]", "hand.cfg", line, 1};
    plan_.parent.push_back(op);
  };
  add(Kind::kDenySetgroups, "deny", 1);
  add(Kind::kWriteUidMap, absl::StrCat(inside, " ", geteuid(), " 1\n"), 2);
  add(Kind::kWriteGidMap, absl::StrCat(inside, " ", getegid(), " 1\n"), 3);
}

Arg HandPlan::Text(const std::string& text) {
  const size_t at = bytes_.size();
  bytes_.append(text.c_str(), text.size() + 1);
  return {Arg::kPointer, at};
}

Arg HandPlan::Buffer(size_t size) {
  while (bytes_.size() % 8 != 0) bytes_.push_back('\0');
  const size_t at = bytes_.size();
  bytes_.append(size, '\0');
  return {Arg::kPointer, at};
}

Arg HandPlan::Words(const std::vector<std::string>& words) {
  Words_ vector;
  for (const std::string& word : words) {
    vector.words.push_back(Text(word).value);
  }
  const Arg arg = Buffer((words.size() + 1) * sizeof(char*));
  vector.at = arg.value;
  vectors_.push_back(vector);
  return arg;
}

Step& HandPlan::Call(int nr, std::initializer_list<Value> args,
                     const std::string& object) {
  Step step;
  step.nr = nr;
  for (const Value& value : args) step.args[step.arg_count++] = value.arg;
  plan_.child.push_back(step);
  const int line = static_cast<int>(plan_.child.size()) - 1;
  plan_.notes.push_back(
      {object, "", {absl::StrCat("step[", line, "]"), "hand.cfg", line, 1}});
  return plan_.child.back();
}

void HandPlan::Begin() {
  Call(SYS_close, {InSlot(kSlotSyncPeer)}, "parent's end");
  Call(SYS_prctl, {PR_SET_PDEATHSIG, SIGKILL}, "PR_SET_PDEATHSIG");
  for (int fd = 0; fd < 3; ++fd) {
    Call(SYS_dup3, {InSlot(static_cast<Slot>(kSlotStdin + fd)), fd, 0},
         "stdio");
  }
}

void HandPlan::AwaitRelease() {
  plan_.sync_step = static_cast<int>(plan_.child.size());
  Step& wait = Call(SYS_recvfrom, {InSlot(kSlotSync), Buffer(8), 1, 0, 0, 0},
                    "release by the parent");
  wait.check = {Check::kEquals, 0, 1, 0};
}

void HandPlan::CleanUp() {
  // A struct sigaction of the kernel's: SIG_DFL, no flags, empty mask.
  Call(SYS_rt_sigaction, {SIGCHLD, Buffer(32), 0, 8});
  Call(SYS_rt_sigprocmask, {SIG_SETMASK, Buffer(8), 0, 8});
  Call(SYS_close_range, {3, -1, CLOSE_RANGE_CLOEXEC});
}

void HandPlan::Exec(const std::vector<std::string>& argv) {
  plan_.exec_step = plan_.exec_last = static_cast<int>(plan_.child.size());
  Call(SYS_execve, {Text(argv[0]), Words(argv), Words({})}, argv[0]);
}

void HandPlan::ForkAndExec(const std::vector<std::string>& argv) {
  plan_.fork_step = static_cast<int>(plan_.child.size());
  Call(SYS_clone, {SIGCHLD, 0, 0, 0, 0}, "target");
  Call(SYS_prctl, {PR_SET_PDEATHSIG, SIGKILL}, "PR_SET_PDEATHSIG");
  Exec(argv);
  plan_.reaper_step = static_cast<int>(plan_.child.size());
  plan_.child[static_cast<size_t>(plan_.fork_step)].check = {
      Check::kFork, 0, static_cast<uint64_t>(plan_.reaper_step), 0};
  Call(SYS_rt_sigprocmask, {SIG_SETMASK, Text(std::string(8, '\xff')), 0, 8});
  // By way of numbers that no slot has: dup3(2) refuses equal ones.
  constexpr int kProgram = 900, kReport = 901;
  Call(SYS_dup3, {InSlot(kSlotReaper), kProgram, O_CLOEXEC}, "reaper");
  Call(SYS_dup3, {InSlot(kSlotReport), kReport, O_CLOEXEC}, "report");
  Call(SYS_dup3, {kReport, kReaperReportFd, 0}, "report");
  Call(SYS_execveat,
       {kProgram, Text(""), Words({"jail-reaper", "3"}), Words({}),
        AT_EMPTY_PATH},
       "reaper");
}

Plan& HandPlan::plan() {
  if (sealed_) return plan_;
  sealed_ = true;
  plan_.arena = Arena(bytes_);
  for (const Words_& vector : vectors_) {
    char* at = plan_.arena.data() + vector.at;
    for (size_t word : vector.words) {
      const char* address = plan_.arena.data() + word;
      memcpy(at, &address, sizeof address);
      at += sizeof address;
    }
  }
  return plan_;
}

}  // namespace jail
