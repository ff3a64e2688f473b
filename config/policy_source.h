// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_POLICY_SOURCE_H_
#define CONFIG_POLICY_SOURCE_H_

#include <string>
#include <vector>

#include "config/validate_context.h"
#include "jail/seccomp/lexer.h"
#include "jail/seccomp/policy_error.h"

namespace jail {

// The text of a seccomp policy, and the way back from its lines to those of
// the configuration.
class PolicySource {
 public:
  // The strings of seccomp_string as one text.
  static PolicySource FromStrings(const ValidateContext& context);
  // The file that seccomp_policy_file names; what is wrong with it is told.
  static bool FromFile(ValidateContext& context, PolicySource& source);

  const std::string& name() const { return name_; }  // for errors
  const std::string& text() const { return text_; }
  const seccomp::LoadInclude& load() const { return load_; }

  // "snek.cfg:12:3: text", "words.kafel:1:9: text": `text` of line and column
  // of `file`, as people find them.
  std::string WithPlace(const ValidateContext& context, const std::string& file,
                        int line, int column, const std::string& text) const;

  // Tells what is wrong at line and column of `file`, as a PolicyError has
  // them.
  void Error(ValidateContext& context, const std::string& file, int line,
             int column, const std::string& message) const;
  // The same of what deserves a remark.
  void Warning(ValidateContext& context, const std::string& file, int line,
               int column, const std::string& message) const;

 private:
  struct Part {
    size_t offset;  // in text_
    std::string path;
  };
  // Where in the configuration; `within` is a place that only the policy's own
  // text has, "policy:1:9: ".
  Origin Locate(const ValidateContext& context, const std::string& file,
                int line, int column, std::string& within) const;
  size_t OffsetOf(int line, int column) const;
  const Part& PartAt(size_t offset) const;

  std::string name_;
  std::string text_;
  seccomp::LoadInclude load_;
  std::vector<Part> parts_;  // empty: a file's
};

}  // namespace jail

#endif  // CONFIG_POLICY_SOURCE_H_
