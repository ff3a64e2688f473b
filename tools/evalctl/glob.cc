// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/glob.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tools/evalctl/paths.h"

namespace jail::eval {
namespace {

// Where the set that begins behind the "[" at `at` ends: the index of its "]";
// npos: it does not end, and the "[" means itself.
size_t EndOfSet(absl::string_view pattern, size_t at) {
  size_t i = at + 1;
  if (i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^')) ++i;
  if (i < pattern.size() && pattern[i] == ']') ++i;  // the first is a member
  return pattern.find(']', i);
}

// Does the set of `[...]`, without its brackets, hold `c`?
bool SetHolds(absl::string_view set, char c) {
  const bool negated = set.front() == '!' || set.front() == '^';
  if (negated) set.remove_prefix(1);
  const auto byte = [](char x) { return static_cast<unsigned char>(x); };
  bool found = false;
  for (size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == '-') {
      found |= byte(set[i]) <= byte(c) && byte(c) <= byte(set[i + 2]);
      i += 2;
    } else {
      found |= set[i] == c;
    }
  }
  return found != negated;
}

// Does the pattern's item at `at` mean `c`?  `next`: where the next item is.
bool ItemMatches(absl::string_view pattern, size_t at, char c, size_t& next) {
  next = at + 1;
  switch (pattern[at]) {
    case '?':
      return true;
    case '\\':
      if (next == pattern.size()) return c == '\\';
      ++next;
      return c == pattern[at + 1];
    case '[': {
      const size_t end = EndOfSet(pattern, at);
      if (end == absl::string_view::npos) return c == '[';
      next = end + 1;
      return SetHolds(pattern.substr(at + 1, end - at - 1), c);
    }
    default:
      return c == pattern[at];
  }
}

// One component.  Only the last "*" is ever tried again, so that no pattern
// takes more than the product of both lengths.
bool NameMatches(absl::string_view pattern, absl::string_view name) {
  if (absl::StartsWith(name, ".") && !absl::StartsWith(pattern, ".") &&
      !absl::StartsWith(pattern, "\\.")) {
    return false;
  }
  size_t p = 0, n = 0;
  size_t star = absl::string_view::npos, star_n = 0;
  while (n < name.size()) {
    size_t next = 0;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_n = n;
    } else if (p < pattern.size() && ItemMatches(pattern, p, name[n], next)) {
      p = next;
      ++n;
    } else if (star != absl::string_view::npos) {
      p = star + 1;
      n = ++star_n;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace

absl::StatusOr<Glob> Glob::Parse(absl::string_view pattern) {
  if (pattern.size() > kMaxPatternBytes) {
    return absl::InvalidArgumentError(absl::StrCat(
        "is ", pattern.size(), " bytes long; the most is ", kMaxPatternBytes));
  }
  absl::Status status = CheckPath(pattern);
  if (!status.ok()) return status;
  Glob glob;
  size_t double_stars = 0;
  for (absl::string_view component : absl::StrSplit(pattern, '/')) {
    if (component == "**" && !glob.components_.empty() &&
        glob.components_.back() == "**") {
      continue;
    }
    double_stars += component == "**" ? 1 : 0;
    glob.wants_hidden_ |=
        absl::StartsWith(component, ".") || absl::StartsWith(component, "\\.");
    glob.components_.emplace_back(component);
  }
  if (double_stars > kMaxDoubleStars) {
    return absl::InvalidArgumentError(absl::StrCat(
        "has ", double_stars, " times \"**\"; the most is ", kMaxDoubleStars));
  }
  if (glob.components_.back() == "**") glob.components_.emplace_back("*");
  return glob;
}

bool Glob::Matches(absl::string_view path) const {
  const std::vector<absl::string_view> names = absl::StrSplit(path, '/');
  // reached[i]: the first i components may stand for the names so far.
  std::vector<char> reached(components_.size() + 1, 0);
  const auto skip_double_stars = [&](std::vector<char>& at) {
    for (size_t i = 0; i < components_.size(); ++i) {
      if (at[i] != 0 && components_[i] == "**") at[i + 1] = 1;
    }
  };
  reached[0] = 1;
  skip_double_stars(reached);
  for (absl::string_view name : names) {
    std::vector<char> next(components_.size() + 1, 0);
    for (size_t i = 0; i < components_.size(); ++i) {
      if (reached[i] == 0) continue;
      if (components_[i] == "**") {
        next[i] |= absl::StartsWith(name, ".") ? 0 : 1;
      } else if (NameMatches(components_[i], name)) {
        next[i + 1] = 1;
      }
    }
    skip_double_stars(next);
    reached = std::move(next);
  }
  return reached.back() != 0;
}

}  // namespace jail::eval
