// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/closest_name.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/ascii.h"

namespace jail {
namespace {

// One edit for each three letters, more is guessing.
constexpr size_t kLettersPerEdit = 3;

// "-" and "_" are the same, and so are "A" and "a".
char Folded(char c) { return c == '-' ? '_' : absl::ascii_tolower(c); }

// Inserted, removed and replaced letters.
size_t Edits(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i + 1);
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (Folded(a[i]) == Folded(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string ClosestName(absl::string_view name,
                        const std::vector<std::string>& candidates) {
  std::string closest;
  size_t fewest = name.size() / kLettersPerEdit + 1;
  for (const std::string& candidate : candidates) {
    const size_t edits = Edits(name, candidate);
    if (edits < fewest) {
      fewest = edits;
      closest = candidate;
    }
  }
  return closest;
}

}  // namespace jail
