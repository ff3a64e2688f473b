// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// peak_rss PROGRAM [ARG...]: runs the program and prints the largest resident
// set, in KiB, of it and of what it waited for (wait4(2)).
//
// A program of its own, and a small one: exec counts the old image of the
// process as well, so a large caller would hide a small launcher.
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  pid_t pid = vfork();
  if (pid == 0) {
    execv(argv[1], argv + 1);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (pid < 0 || wait4(pid, &status, 0, &usage) != pid) return 1;
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return 1;
  dprintf(3, "%ld\n", usage.ru_maxrss);
  return 0;
}
