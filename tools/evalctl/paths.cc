// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/paths.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace jail::eval {
namespace {

constexpr char kReplacement[] = "\xEF\xBF\xBD";  // U+FFFD

// Bytes of the UTF-8 sequence at the front of `text`; 0: there is none.
size_t SequenceLength(absl::string_view text) {
  const auto byte = [&](size_t i) -> unsigned {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u;
  };
  const auto follows = [&](size_t i, unsigned least = 0x80,
                           unsigned most = 0xBF) {
    return byte(i) >= least && byte(i) <= most;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return follows(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    // No overlong forms, no surrogates.
    const unsigned least = first == 0xE0 ? 0xA0 : 0x80;
    const unsigned most = first == 0xED ? 0x9F : 0xBF;
    return follows(1, least, most) && follows(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const unsigned least = first == 0xF0 ? 0x90 : 0x80;
    const unsigned most = first == 0xF4 ? 0x8F : 0xBF;
    return follows(1, least, most) && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

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

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string ReplaceInvalidUtf8(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    if (length == 0) {
      out.append(kReplacement);
      text.remove_prefix(1);
    } else {
      absl::StrAppend(&out, text.substr(0, length));
      text.remove_prefix(length);
    }
  }
  return out;
}

}  // namespace jail::eval
