// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef JAIL_SECCOMP_POLICY_ERROR_H_
#define JAIL_SECCOMP_POLICY_ERROR_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace jail::seccomp {

// A place in the text of a policy.
struct Place {
  int file = 0;    // index into SourceNames
  int line = 0;    // from 1; 0: no place, a default
  int column = 0;  // from 1, in bytes
};

// What a policy's file and the files that it includes are called.
using SourceNames = std::vector<std::string>;

struct PolicyError {
  std::string file;
  int line = 0;    // 0: the policy as a whole
  int column = 0;  // 0: the line, or the policy, as a whole
  std::string message;

  // "python.kafel:3:12: message"
  std::string ToString() const;
};

// Collects all that is wrong with a policy, up to kMaxErrors.
class PolicyErrors {
 public:
  static constexpr size_t kMaxErrors = 100;

  void Add(const SourceNames& names, Place place, std::string message);
  void Add(PolicyError error);

  bool empty() const { return errors_.empty(); }
  size_t size() const { return errors_.size(); }
  bool full() const { return errors_.size() >= kMaxErrors; }
  const std::vector<PolicyError>& list() const { return errors_; }
  // One error a line.
  std::string ToString() const;

 private:
  std::vector<PolicyError> errors_;
};

// The candidate that `name` is a likely misspelling of, or empty.
std::string Nearest(absl::string_view name,
                    const std::vector<std::string>& candidates);

// "; did you mean x?", or empty.
std::string DidYouMean(absl::string_view name,
                       const std::vector<std::string>& candidates);

}  // namespace jail::seccomp

#endif  // JAIL_SECCOMP_POLICY_ERROR_H_
