// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Writes the instructions of default_filter.cc; runs in the build.
//
//   default_filter_generator FILE
#include <cstdio>
#include <fstream>

#include "jail/seccomp/compile.h"
#include "jail/seccomp/shipped.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: default_filter_generator FILE\n");
    return 1;
  }
  using namespace jail::seccomp;  // NOLINT: one short main
  PolicyErrors errors;
  const auto policy = ReadPolicy(kDefaultPolicyText, "default", {NativeArch()},
                                 nullptr, errors);
  std::optional<Program> program;
  if (policy) program = Compile(*policy, errors);
  if (!program) {
    fputs(errors.ToString().c_str(), stderr);
    return 1;
  }
  std::ofstream out(argv[1]);
  for (const sock_filter& it : *program) {
    out << "{" << it.code << ", " << int{it.jt} << ", " << int{it.jf} << ", "
        << it.k << "u},\n";
  }
  out.close();
  if (!out) {
    fprintf(stderr, "%s: can't be written\n", argv[1]);
    return 1;
  }
  return 0;
}
