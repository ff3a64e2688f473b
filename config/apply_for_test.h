// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_APPLY_FOR_TEST_H_
#define CONFIG_APPLY_FOR_TEST_H_

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "config/command_line.h"

namespace jail {

// What `args` make of the config that `file` is.  A command line without -C
// has no file; tests that mean "with a file" pass -C.
struct Applied {
  CommandLine line;
  ParsedConfig config;
  std::vector<std::string> errors;
};

Applied Apply(const std::vector<std::string>& args,
              const std::string& file = "");

// Are they the same, set fields that have their default included?
::testing::AssertionResult IsConfig(const config::JailConfig& proto,
                                    const std::string& text);

}  // namespace jail

#endif  // CONFIG_APPLY_FOR_TEST_H_
