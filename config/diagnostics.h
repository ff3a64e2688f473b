// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_DIAGNOSTICS_H_
#define CONFIG_DIAGNOSTICS_H_

#include <string>
#include <vector>

#include "jail/spec/origin.h"

namespace jail {

// What is wrong, or odd, with one place of the configuration.
struct Diagnostic {
  enum class Severity { kWarning, kError };
  Severity severity = Severity::kError;
  Origin origin;
  std::string message;

  // "snek.cfg:41:3: mount[3].dst: is not absolute: \"dev\"", and for what came
  // by the command line "command line: -t 30000: time_limit: is ...": the field
  // is left out where the option has its name.
  std::string ToString() const;
};

// Collects every fault of a configuration, so that all are told in one go.
class Diagnostics {
 public:
  void Error(Origin origin, std::string message);
  void Warning(Origin origin, std::string message);

  bool ok() const { return errors_ == 0; }
  int error_count() const { return errors_; }
  // Is something wrong with the field at `path` itself?
  bool HasError(const std::string& path) const;
  // In order of file, line and column; those without a line last.
  std::vector<Diagnostic> Sorted() const;

 private:
  std::vector<Diagnostic> all_;
  int errors_ = 0;
};

}  // namespace jail

#endif  // CONFIG_DIAGNOSTICS_H_
