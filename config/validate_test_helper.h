// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What the tests of Validate share.
#ifndef CONFIG_VALIDATE_TEST_HELPER_H_
#define CONFIG_VALIDATE_TEST_HELPER_H_

#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "config/validate.h"

namespace jail {

struct Validated {
  std::optional<Spec> spec;
  Diagnostics diagnostics;

  // Every diagnostic as a line.
  std::string Lines() const;
};

// Where the files of the callers below stand, with a slash at the end.
std::string TestFiles();

// Root, and a user with uid and gid 1000 whose name
// is "ann", beside "bob" (1001).
Caller RootCaller();
Caller UserCaller();

// `text` is a text protobuf.
Validated ValidateText(const std::string& text,
                       const Caller& caller = RootCaller());

// The lines for `text`, where an exec_bin and (for root) maps to an id that is
// not root's are added when it has none: tests of other fields want no noise.
std::string LinesOf(const std::string& text,
                    const Caller& caller = RootCaller());

// A config and every line that Validate must say to it.
struct LinesCase {
  std::string text;
  std::vector<std::string> lines;
};
void ExpectLines(std::initializer_list<LinesCase> cases,
                 const Caller& caller = RootCaller());

}  // namespace jail

#endif  // CONFIG_VALIDATE_TEST_HELPER_H_
