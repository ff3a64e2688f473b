// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/did_you_mean.h"

#include "absl/strings/str_cat.h"
#include "config/closest_name.h"
#include "config/path_rules.h"

namespace jail {
namespace {

// Longer words are compared no further: the cost is quadratic.
constexpr size_t kMaxCompared = 256;

}  // namespace

std::string DidYouMean(const std::string& word,
                       const std::vector<std::string>& known) {
  if (word.size() > kMaxCompared) return "";
  const std::string closest = ClosestName(word, known);
  if (closest.empty()) return "";
  return absl::StrCat("; did you mean ", Quoted(closest), "?");
}

}  // namespace jail
