// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/parse.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "config/json_parser.h"
#include "config/text_parser.h"
#include "jail/sys/regular_file.h"

namespace jail {
namespace {

constexpr absl::string_view kByteOrderMark = "\xef\xbb\xbf";

bool LooksLikeJson(absl::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  return first != absl::string_view::npos && text[first] == '{';
}

std::string TooLarge() {
  return absl::StrCat("is larger than ", kMaxConfigBytes,
                      " bytes, the most that a config may have");
}

}  // namespace

ParsedConfig ParseConfig(const std::string& text, const std::string& file,
                         ConfigFormat format, Diagnostics& diagnostics) {
  ParsedConfig config;
  if (text.size() > kMaxConfigBytes) {
    diagnostics.Error({"", file, 0, 0}, TooLarge());
    return config;
  }
  absl::string_view body = text;
  if (absl::StartsWith(body, kByteOrderMark)) {
    body.remove_prefix(kByteOrderMark.size());
  }
  if (const size_t nul = body.find('\0'); nul != absl::string_view::npos) {
    int line = 1;
    size_t line_start = 0;
    for (size_t i = 0; i < nul; ++i) {
      if (body[i] == '\n') {
        ++line;
        line_start = i + 1;
      }
    }
    diagnostics.Error({"", file, line, static_cast<int>(nul - line_start) + 1},
                      "is no text: there is a NUL byte here");
    return config;
  }
  const bool json = format == ConfigFormat::kJson ||
                    (format == ConfigFormat::kDetect && LooksLikeJson(body));
  if (json) {
    JsonParser(body, file, config, diagnostics).Parse();
  } else {
    TextParser(body, file, config, diagnostics).Parse();
  }
  return config;
}

absl::StatusOr<std::string> ReadConfigFile(const std::string& path) {
  return ReadGivenFile(path, "a config", kMaxConfigBytes);
}

}  // namespace jail
