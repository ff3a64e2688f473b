// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tests/policies/filtered_child.h"

#include <linux/audit.h>
#include <linux/filter.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace jail::seccomp {
namespace {

// What the child leaves to the parent: it may be unable to make any call.
struct Results {
  std::atomic<int> installed;
  std::atomic<int> done;
  std::atomic<int> probed;
  int errors[kMaxProbes];
};

// Nothing from here on may need a system call of its own.
void InstallAndProbe(const Program& program,
                     const std::vector<seccomp_data>& calls, Results& out) {
  sock_fprog argument{};
  argument.len = static_cast<unsigned short>(program.size());
  argument.filter = const_cast<sock_filter*>(program.data());
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &argument) != 0) {
    out.installed = -errno;
    return;
  }
  out.installed = 1;
  for (size_t i = 0; i < calls.size(); ++i) {
    const auto& a = calls[i].args;
    errno = 0;
    long result = -1;
#ifdef __x86_64__
    if (calls[i].arch == AUDIT_ARCH_I386) {
      asm volatile("int $0x80"
                   : "=a"(result)
                   : "a"(calls[i].nr)
                   : "memory", "r8", "r9", "r10", "r11");
      continue;
    }
#endif
    result = syscall(calls[i].nr, a[0], a[1], a[2], a[3], a[4], a[5]);
    out.errors[i] = result == -1 ? errno : 0;
    ++out.probed;
  }
}

}  // namespace

Probed Probe(const Program& program, const std::vector<seccomp_data>& calls) {
  void* const page = mmap(nullptr, sizeof(Results), PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return {};
  auto& results = *static_cast<Results*>(page);
  const pid_t child = fork();
  if (child == 0) {
    InstallAndProbe(program, calls, results);
    results.done = 1;
    // It waits to be killed, as exit(2) may be denied it.
    while (true) {
    }
  }
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (results.done != 0) kill(child, SIGKILL);
    sched_yield();
  }
  Probed probed;
  probed.installed = results.installed;
  probed.done = results.done != 0;
  if (!probed.done && WIFSIGNALED(status)) probed.signal = WTERMSIG(status);
  probed.errors.assign(results.errors, results.errors + results.probed);
  munmap(page, sizeof(Results));
  return probed;
}

}  // namespace jail::seccomp
