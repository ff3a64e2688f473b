// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Which paths a pattern means.
#ifndef TOOLS_EVALCTL_GLOB_H_
#define TOOLS_EVALCTL_GLOB_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace jail::eval {

inline constexpr size_t kMaxPatterns = 100;
inline constexpr size_t kMaxPatternBytes = 1024;
inline constexpr size_t kMaxDoubleStars = 4;  // of one pattern

// As glob(7): `*`, `?`, `[a-z]`, `[!a-z]`, `\` before a character that is meant
// as it is; and `**`, a component of its own, for any number of folders, none
// included.  A name that begins with "." is meant only by a component that
// does.  Bytes, no encoding.
class Glob {
 public:
  static absl::StatusOr<Glob> Parse(absl::string_view pattern);

  // `path`: relative and clean.
  bool Matches(absl::string_view path) const;

  // May it mean something whose name begins with "."?
  bool WantsHidden() const { return wants_hidden_; }

 private:
  std::vector<std::string> components_;
  bool wants_hidden_ = false;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_GLOB_H_
