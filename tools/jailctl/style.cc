// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/style.h"

#include <stdlib.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace jail::jailctl {

std::string Painter::operator()(Style style, const std::string& text) const {
  if (!enabled_) return text;
  const char* code = "";
  switch (style) {
    case Style::kBold:
      code = "1";
      break;
    case Style::kGood:
      code = "32";
      break;
    case Style::kBad:
      code = "1;31";
      break;
    case Style::kWarn:
      code = "33";
      break;
    case Style::kDim:
      code = "2";
      break;
  }
  return absl::StrCat("\033[", code, "m", text, "\033[0m");
}

bool WantsColour(int fd) {
  const char* no_color = getenv("NO_COLOR");
  return isatty(fd) && (no_color == nullptr || *no_color == 0);
}

std::string Wrap(const std::string& text, int indent, int width) {
  std::string wrapped;
  size_t column = indent;
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    if (!wrapped.empty()) {
      if (column + 1 + word.size() > static_cast<size_t>(width)) {
        absl::StrAppend(&wrapped, "\n", std::string(indent, ' '));
        column = indent;
      } else {
        wrapped += ' ';
        column++;
      }
    }
    absl::StrAppend(&wrapped, word);
    column += word.size();
  }
  return wrapped;
}

}  // namespace jail::jailctl
