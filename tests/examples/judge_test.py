# Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
"""examples/judge.cfg: a static program that may only compute."""

import subprocess

from examples import example
from support import case, files

PROGRAM = rb"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
int main(int argc, char** argv) {
  const char* what = argc > 1 ? argv[1] : "";
  if (strcmp(what, "fork") == 0) return fork() < 0;
  if (strcmp(what, "socket") == 0) return socket(AF_INET, SOCK_STREAM, 0) < 0;
  if (strcmp(what, "file") == 0) return fopen("/etc/passwd", "r") == NULL;
  long sum = 0, number;
  while (scanf("%ld", &number) == 1) sum += number;
  printf("%ld\n", sum);
  free(malloc(1 << 26));
  return 0;
}
"""


class Judge(case.JailTestCase):

    @classmethod
    def setUpClass(cls):
        source = files.stage() / "solution.c"
        source.write_bytes(PROGRAM)
        cls.program = files.stage() / "solution"
        subprocess.run(["gcc", "-O1", "-static", "-o", cls.program, source],
                       check=True)

    def run_it(self, *words, who, stdin=b""):
        return example.run("judge", self.program, *words, stdin=stdin,
                           args=["--execute_fd"], identity=who)

    def test_computes(self):
        for who in self.for_each_identity():
            result = self.run_it(who=who, stdin=b"1 2\n39\n")
            self.assert_exit(result, 0)
            self.assertEqual(result.out, "42\n")

    def test_no_process_and_no_network(self):
        for who in self.for_each_identity():
            for what in ("fork", "socket"):
                result = self.run_it(what, who=who)
                self.assert_exit(result, 159)
                self.assertEqual(result.report["outcome"], "SECCOMP", result)

    def test_a_file_is_refused(self):
        for who in self.for_each_identity():
            self.assert_exit(self.run_it("file", who=who), 1)


if __name__ == "__main__":
    case.main()
