// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Compiled filters in the kernel: it takes them, and decides as the evaluator
// does.
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <random>

#include "jail/seccomp/compile.h"
#include "jail/seccomp/evaluate.h"
#include "jail/seccomp/random_policy.h"

namespace jail::seccomp {
namespace {

constexpr size_t kMaxProbes = 400;

// What the child leaves to the parent: it may be unable to make any call.
struct Results {
  std::atomic<int> installed;  // 1, or minus an errno
  std::atomic<int> done;
  std::atomic<int> probed;
  int errors[kMaxProbes];  // errno of each probe; 0: it did not fail
};

class SharedResults {
 public:
  SharedResults()
      : page_(mmap(nullptr, sizeof(Results), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {}
  ~SharedResults() { munmap(page_, sizeof(Results)); }
  SharedResults(const SharedResults&) = delete;
  SharedResults& operator=(const SharedResults&) = delete;
  Results* operator->() { return static_cast<Results*>(page_); }

 private:
  void* page_;
};

// Nothing from here on may need a system call of its own.
void InstallAndProbe(const Program& program,
                     const std::vector<seccomp_data>& probes, Results& out) {
  sock_fprog argument{};
  argument.len = static_cast<unsigned short>(program.size());
  argument.filter = const_cast<sock_filter*>(program.data());
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &argument) != 0) {
    out.installed = -errno;
    return;
  }
  out.installed = 1;
  for (size_t i = 0; i < probes.size(); ++i) {
    const auto& a = probes[i].args;
    errno = 0;
    const long result =
        syscall(probes[i].nr, a[0], a[1], a[2], a[3], a[4], a[5]);
    out.errors[i] = result == -1 ? errno : 0;
    ++out.probed;
  }
  out.done = 1;
}

// The wait status of a child that installs the filter and makes the calls.  A
// child that is done waits to be killed, as exit(2) may be denied it.
int RunChild(const Program& program, const std::vector<seccomp_data>& probes,
             SharedResults& results) {
  const pid_t child = fork();
  if (child == 0) {
    InstallAndProbe(program, probes, *results.operator->());
    results->done = 1;
    while (true) {
    }
  }
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (results->done != 0) kill(child, SIGKILL);
    sched_yield();
  }
  return status;
}

std::optional<Policy> Read(const std::string& text) {
  PolicyErrors errors;
  auto policy = ReadPolicy(text, "p", {NativeArch()}, nullptr, errors);
  EXPECT_EQ(errors.ToString(), "");
  return policy;
}

// The signal that ends a child which makes `number` under the policy, or 0.
int SignalOf(const std::string& text, long number) {
  const auto policy = Read(text);
  PolicyErrors errors;
  const auto program = Compile(*policy, errors);
  seccomp_data call{};
  call.nr = static_cast<int>(number);
  SharedResults results;
  const int status = RunChild(*program, {call}, results);
  EXPECT_EQ(results->installed, 1);
  if (results->done != 0) return 0;
  return WIFSIGNALED(status) ? WTERMSIG(status) : -1;
}

TEST(SeccompInKernel, Kills) {
  EXPECT_EQ(SignalOf("KILL { getppid } DEFAULT ALLOW", SYS_getppid), SIGSYS);
  EXPECT_EQ(SignalOf("KILL_PROCESS { getppid } DEFAULT ALLOW", SYS_getppid),
            SIGSYS);
  EXPECT_EQ(SignalOf("TRAP(1) { getppid } DEFAULT ALLOW", SYS_getppid), SIGSYS);
  EXPECT_EQ(SignalOf("KILL { getppid } DEFAULT ALLOW", SYS_getpid), 0);
  EXPECT_EQ(SignalOf("ALLOW { getpid } DEFAULT KILL", SYS_getpid), 0);
  EXPECT_EQ(SignalOf("ALLOW { getpid } DEFAULT KILL", SYS_getppid), SIGSYS);
  if (NativeArch() == Arch::kX86_64) {
    EXPECT_EQ(SignalOf("DEFAULT ALLOW", 0x40000000L | SYS_getppid), SIGSYS);
  }
}

// Only calls that must fail with an errno of the policy's are made: none runs.
TEST(SeccompInKernel, DecidesAsTheEvaluatorDoes) {
  const char* fixed = getenv("JAIL_TEST_SEED");
  const uint64_t seed =
      fixed != nullptr ? strtoull(fixed, nullptr, 10) : std::random_device()();
  printf("JAIL_TEST_SEED=%llu\n", static_cast<unsigned long long>(seed));
  RandomPolicy random(seed);
  size_t probed = 0;
  for (int i = 0; i < 40; ++i) {
    const std::string text = random.Text();
    SCOPED_TRACE(text);
    const auto policy = Read(text);
    ASSERT_TRUE(policy);
    PolicyErrors errors;
    const auto program = Compile(*policy, errors);
    if (!program) continue;
    std::vector<seccomp_data> probes;
    std::vector<int> wanted;
    for (int j = 0; j < 2000 && probes.size() < kMaxProbes; ++j) {
      const seccomp_data call = random.Call({NativeArch()});
      const Decision decision = Evaluate(*policy, call);
      // -1 is a skipped call, which fails with ENOSYS by itself.  The kernel
      // lets uretprobe and uprobe (335, 336) pass every filter.
      if (call.arch != AuditArch(NativeArch()) || call.nr < 0 ||
          call.nr == 335 || call.nr == 336 ||
          decision.action.verdict != Verdict::kErrno ||
          decision.action.data == 0) {
        continue;
      }
      probes.push_back(call);
      wanted.push_back(decision.action.data);
    }
    SharedResults results;
    const int status = RunChild(*program, probes, results);
    ASSERT_EQ(results->installed, 1) << Disassemble(*program);
    ASSERT_EQ(results->done, 1)
        << "wait status " << status << " after call "
        << probes[static_cast<size_t>(results->probed)].nr << ", number "
        << results->probed << " of " << probes.size();
    for (size_t j = 0; j < probes.size(); ++j, ++probed) {
      ASSERT_EQ(results->errors[j], wanted[j])
          << "seed " << seed << ", call " << probes[j].nr;
    }
  }
  EXPECT_GT(probed, 100u);
}

}  // namespace
}  // namespace jail::seccomp
