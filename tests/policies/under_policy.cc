// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Runs a command under a policy, and without a jail: what the policy alone does
// to a program.
//
//   under_policy POLICY_TEXT COMMAND [ARG...]
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "jail/seccomp/compile.h"

int main(int argc, char** argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: under_policy POLICY_TEXT COMMAND [ARG...]\n");
    return 125;
  }
  using jail::seccomp::NativeArch;
  jail::seccomp::PolicyErrors errors;
  const auto policy = jail::seccomp::ReadPolicy(
      argv[1], "policy", {NativeArch()}, nullptr, errors);
  std::optional<jail::seccomp::Program> program;
  if (policy) program = jail::seccomp::Compile(*policy, errors);
  if (!program) {
    fputs(errors.ToString().c_str(), stderr);
    return 125;
  }
  sock_fprog filter{static_cast<unsigned short>(program->size()),
                    program->data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter) != 0) {
    perror("under_policy: seccomp");
    return 125;
  }
  execvp(argv[2], argv + 2);
  perror(argv[2]);
  return 127;
}
