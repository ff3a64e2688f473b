// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What the parts of Validate share.  Each part looks after some fields: it
// reads them from `proto`, reports what is wrong, and fills its place in
// `spec`.  A part goes on after an error, so that all are told.
#ifndef CONFIG_VALIDATE_CONTEXT_H_
#define CONFIG_VALIDATE_CONTEXT_H_

#include <optional>
#include <string>

#include "config/validate.h"

namespace jail {

struct ValidateContext {
  const config::JailConfig& proto;
  const SourceMap& sources;
  const Caller& caller;
  Diagnostics& diagnostics;
  Spec& spec;

  Origin At(const std::string& path) const {
    Origin origin = sources.Find(path);
    origin.path = path;
    return origin;
  }
  void Error(const std::string& path, std::string message) {
    diagnostics.Error(At(path), std::move(message));
  }
  void Warning(const std::string& path, std::string message) {
    diagnostics.Warning(At(path), std::move(message));
  }
  bool caller_is_root() const { return caller.uid == 0; }
  // The caller's variable `name`.
  std::optional<std::string> CallersVariable(const std::string& name) const;
};

// In the order in which Validate calls them.
void ValidateNamespaces(ValidateContext& context);
void ValidateIds(ValidateContext& context);
void ValidateRoot(ValidateContext& context);
void ValidateMounts(ValidateContext& context);
void ValidateProcess(ValidateContext& context);
void ValidateRlimits(ValidateContext& context);
void ValidateCommand(ValidateContext& context);
void ValidateNetwork(ValidateContext& context);
void ValidateLimits(ValidateContext& context);
void ValidateLog(ValidateContext& context);
void ValidateCgroup(ValidateContext& context);
void ValidateSeccomp(ValidateContext& context);
void RefuseUnimplemented(ValidateContext& context);

}  // namespace jail

#endif  // CONFIG_VALIDATE_CONTEXT_H_
