// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/paths.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace jail::eval {

absl::Status CheckPath(absl::string_view path) {
  const auto bad = [](auto... what) {
    return absl::InvalidArgumentError(absl::StrCat(what...));
  };
  if (path.empty()) return bad("is empty");
  if (path.size() > kMaxPathBytes) {
    return bad("is ", path.size(), " bytes long; the most is ", kMaxPathBytes);
  }
  if (path.find('\0') != absl::string_view::npos) return bad("holds a NUL");
  if (path.front() == '/') {
    return bad("is absolute: it counts from the workspace");
  }
  const std::vector<absl::string_view> names = absl::StrSplit(path, '/');
  if (names.size() > kMaxPathDepth) {
    return bad("has ", names.size(), " components; the most is ",
               kMaxPathDepth);
  }
  for (absl::string_view name : names) {
    if (name.empty()) return bad("has an empty component");
    if (name == "." || name == "..") return bad("holds \"", name, "\"");
    if (name.size() > kMaxNameBytes) {
      return bad("has a component of ", name.size(), " bytes; the most is ",
                 kMaxNameBytes);
    }
  }
  return absl::OkStatus();
}

}  // namespace jail::eval
