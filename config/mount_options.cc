// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/mount_options.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "config/path_rules.h"

namespace jail {
namespace {

// fsconfig(2) copies at most this much of a key or a value.
constexpr size_t kMaxOptionBytes = 255;

std::vector<std::string> SplitAtCommas(const std::string& text) {
  std::vector<std::string> parts(1);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == ',') {
      parts.back() += ',';
      ++i;
    } else if (text[i] == ',') {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  return parts;
}

struct Generic {
  std::string_view word;
  std::optional<bool> MountOptions::*field;
  bool value;
};
constexpr Generic kGeneric[] = {
    {"ro", &MountOptions::read_only, true},
    {"rw", &MountOptions::read_only, false},
    {"nosuid", &MountOptions::nosuid, true},
    {"suid", &MountOptions::nosuid, false},
    {"nodev", &MountOptions::nodev, true},
    {"dev", &MountOptions::nodev, false},
    {"noexec", &MountOptions::noexec, true},
    {"exec", &MountOptions::noexec, false},
    {"nosymfollow", &MountOptions::nosymfollow, true},
    {"symfollow", &MountOptions::nosymfollow, false},
};
// How every mount of a jail is anyway.
constexpr std::array<std::string_view, 8> kAlways = {
    "defaults", "relatime", "bind",       "rbind",
    "private",  "rprivate", "nolazytime", "async"};
// Harmless to leave out.
constexpr std::array<std::string_view, 4> kWithoutEffect = {
    "noatime", "nodiratime", "strictatime", "atime"};
// Not what a jail's mount can be.
constexpr std::array<std::string_view, 8> kRefused = {
    "shared",     "rshared",     "slave",   "rslave",
    "unbindable", "runbindable", "remount", "move"};

template <typename List>
bool Holds(const List& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

MountOptions ParseMountOptions(const std::string& text) {
  MountOptions found;
  if (text.find('\0') != std::string::npos) {
    found.errors.push_back(absl::StrCat("holds a NUL byte: ", Quoted(text)));
    return found;
  }
  for (const std::string& part : SplitAtCommas(text)) {
    if (part.empty()) continue;
    const auto* generic =
        std::find_if(std::begin(kGeneric), std::end(kGeneric),
                     [&](const Generic& known) { return known.word == part; });
    if (generic != std::end(kGeneric)) {
      std::optional<bool>& field = found.*generic->field;
      if (field.has_value() && *field != generic->value) {
        found.errors.push_back(
            absl::StrCat("contradicts itself at ", Quoted(part)));
      }
      field = generic->value;
      continue;
    }
    if (Holds(kAlways, part)) continue;
    if (Holds(kWithoutEffect, part)) {
      found.without_effect.push_back(part);
      continue;
    }
    if (Holds(kRefused, part)) {
      found.refused.push_back(part);
      continue;
    }
    const size_t equals = part.find('=');
    MountOption option{part.substr(0, equals), std::nullopt};
    if (equals != std::string::npos) option.value = part.substr(equals + 1);
    if (option.key.empty()) {
      found.errors.push_back(
          absl::StrCat("has an option without a name: ", Quoted(part)));
    } else if (option.key.size() > kMaxOptionBytes ||
               option.value.value_or("").size() > kMaxOptionBytes) {
      found.errors.push_back(
          absl::StrCat("has an option of ", part.size(),
                       " bytes; the kernel takes names and values of at most ",
                       kMaxOptionBytes, " bytes"));
    } else {
      found.for_filesystem.push_back(std::move(option));
    }
  }
  return found;
}

}  // namespace jail
