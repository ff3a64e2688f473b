// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/closest_name.h"

#include <algorithm>

#include "config/suggest.h"

namespace jail {
namespace {

// One edit for each three letters; more is guessing.
constexpr int kLettersPerEdit = 3;
// Longer words are no misspellings: comparing costs the product of lengths.
constexpr size_t kMaxWord = 256;

}  // namespace

std::string ClosestName(absl::string_view name,
                        const std::vector<std::string>& candidates) {
  std::string closest;
  if (name.size() > kMaxWord) return closest;
  int fewest = std::max(1, static_cast<int>(name.size()) / kLettersPerEdit) + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kMaxWord) continue;
    const int edits = EditDistance(name, candidate);
    // "rw" is no misspelling of "id": most of the word must stay.
    if (edits * 2 >= static_cast<int>(candidate.size())) continue;
    if (edits < fewest) {
      fewest = edits;
      closest = candidate;
    }
  }
  return closest;
}

}  // namespace jail
