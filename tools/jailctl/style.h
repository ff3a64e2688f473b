// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_JAILCTL_STYLE_H_
#define TOOLS_JAILCTL_STYLE_H_

#include <string>

namespace jail::jailctl {

// How text is marked for people.
enum class Style { kBold, kGood, kBad, kWarn, kDim };

// Colours text where `enabled`.
class Painter {
 public:
  explicit Painter(bool enabled) : enabled_(enabled) {}

  std::string operator()(Style style, const std::string& text) const;

 private:
  bool enabled_;
};

// Is `fd` a terminal, and NO_COLOR (no-color.org) not set?
bool WantsColour(int fd);

// `text` broken at spaces into lines of at most `width` columns, all but the
// first begun with `indent` spaces.
std::string Wrap(const std::string& text, int indent, int width = 80);

}  // namespace jail::jailctl

#endif  // TOOLS_JAILCTL_STYLE_H_
