// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/path_rules.h"

#include <limits.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "jail/sys/printable.h"

namespace jail {
namespace {

constexpr size_t kMaxShownBytes = 256;

// The parts of `text` between slashes, without "" and ".".
absl::StatusOr<std::vector<absl::string_view>> Parts(const std::string& text) {
  if (text.empty()) return absl::InvalidArgumentError("is empty");
  if (text.find('\0') != std::string::npos) {
    return absl::InvalidArgumentError(
        absl::StrCat("holds a NUL byte: ", Quoted(text)));
  }
  std::vector<absl::string_view> parts;
  for (absl::string_view part : absl::StrSplit(text, '/')) {
    if (part.empty() || part == ".") continue;
    if (part.size() > NAME_MAX) {
      return absl::InvalidArgumentError(
          absl::StrCat("has a name of ", part.size(),
                       " bytes in it; the most is ", NAME_MAX));
    }
    parts.push_back(part);
  }
  return parts;
}

absl::StatusOr<std::string> Joined(
    const std::vector<absl::string_view>& parts) {
  std::string path = absl::StrCat("/", absl::StrJoin(parts, "/"));
  if (path.size() >= PATH_MAX) {
    return absl::InvalidArgumentError(absl::StrCat(
        "is ", path.size(), " bytes long; the most is ", PATH_MAX - 1));
  }
  return path;
}

}  // namespace

absl::StatusOr<std::string> CleanInsidePath(const std::string& text) {
  absl::StatusOr<std::vector<absl::string_view>> parts = Parts(text);
  if (!parts.ok()) return parts.status();
  for (absl::string_view part : *parts) {
    if (part == "..") {
      return absl::InvalidArgumentError(
          absl::StrCat("holds \"..\": ", Quoted(text)));
    }
  }
  return Joined(*parts);
}

absl::StatusOr<std::string> CleanOutsidePath(const std::string& text,
                                             const std::string& base) {
  if (text.empty()) return absl::InvalidArgumentError("is empty");
  const std::string whole =
      text[0] == '/' ? text : absl::StrCat(base, "/", text);
  absl::StatusOr<std::vector<absl::string_view>> parts = Parts(whole);
  if (!parts.ok()) return parts.status();
  return Joined(*parts);
}

bool IsBeneath(const std::string& path, const std::string& directory) {
  if (directory == "/") return path != "/";
  return path.size() > directory.size() && path[directory.size()] == '/' &&
         path.compare(0, directory.size(), directory) == 0;
}

std::string Quoted(const std::string& text) {
  return absl::StrCat("\"", Printable(text, kMaxShownBytes), "\"");
}

}  // namespace jail
