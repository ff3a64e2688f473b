// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/policy_error.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace jail::seccomp {
namespace {

// Longer words are no misspellings: comparing costs the product of lengths.
constexpr size_t kMaxWord = 48;
// One edit for each three letters; more is guessing.
constexpr size_t kLettersPerEdit = 3;

// Insertions, deletions, replacements and swaps of neighbours.
size_t Edits(absl::string_view a, absl::string_view b) {
  std::vector<size_t> before_last, last(b.size() + 1), row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) last[j] = j;
  const auto same = [](char x, char y) {
    return absl::ascii_tolower(x) == absl::ascii_tolower(y);
  };
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replace = last[j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replace});
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
          same(a[i - 2], b[j - 1])) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    before_last = last;
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::string PolicyError::ToString() const {
  std::string place = file;
  if (line > 0) absl::StrAppend(&place, ":", line);
  if (line > 0 && column > 0) absl::StrAppend(&place, ":", column);
  return absl::StrCat(place, ": ", message);
}

void PolicyErrors::Add(const SourceNames& names, Place place,
                       std::string message) {
  Add({names[static_cast<size_t>(place.file)], place.line, place.column,
       std::move(message)});
}

void PolicyErrors::Add(PolicyError error) {
  if (full()) return;
  // A policy for several architectures is read once for each.
  for (const PolicyError& known : errors_) {
    if (known.ToString() == error.ToString()) return;
  }
  errors_.push_back(std::move(error));
}

std::string PolicyErrors::ToString() const {
  std::string text;
  for (const PolicyError& error : errors_) {
    absl::StrAppend(&text, error.ToString(), "\n");
  }
  return text;
}

std::string Nearest(absl::string_view name,
                    const std::vector<std::string>& candidates) {
  std::string nearest;
  if (name.size() > kMaxWord) return nearest;
  size_t fewest = std::max<size_t>(1, name.size() / kLettersPerEdit) + 1;
  for (const std::string& candidate : candidates) {
    if (candidate.size() > kMaxWord) continue;
    const size_t edits = Edits(name, candidate);
    // "fd" is no misspelling of "op": most of the word must stay.
    if (edits * 2 >= candidate.size() || edits >= fewest) continue;
    fewest = edits;
    nearest = candidate;
  }
  return nearest;
}

std::string DidYouMean(absl::string_view name,
                       const std::vector<std::string>& candidates) {
  const std::string nearest = Nearest(name, candidates);
  return nearest.empty() ? "" : absl::StrCat("; did you mean ", nearest, "?");
}

}  // namespace jail::seccomp
