// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Texts as Python has them: what its codec says, newlines, words of a line.
#ifndef TOOLS_EVALCTL_DIALECTS_PYTHON_TEXT_H_
#define TOOLS_EVALCTL_DIALECTS_PYTHON_TEXT_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace jail::eval {

struct Utf8Fault {
  size_t position = 0;      // of the first byte
  size_t length = 1;        // bytes at fault
  unsigned char byte = 0;   // the first
  const char* reason = "";  // "invalid start byte"
  bool at_end = false;      // the text ends within a character
};

std::optional<Utf8Fault> FindUtf8Fault(absl::string_view bytes);

// "'utf-8' codec can't decode byte 0xff in position 2: invalid start byte"
std::string CodecMessage(const Utf8Fault& fault);

// "\r\n" and "\r" become "\n".
std::string UniversalNewlines(std::string text);

// Where in `text`, which is UTF-8, character number `count` begins; its size
// when it has no more than so many.
size_t OffsetOfCharacter(absl::string_view text, size_t count);

// shlex.split(line): words, no expansion.  Nothing: a quote has no end.
std::optional<std::vector<std::string>> ShlexSplit(absl::string_view line);

// What base64.b64decode() takes: characters outside of the alphabet are
// skipped.  Nothing: wrong padding, or not ASCII.
std::optional<std::string> LenientBase64(absl::string_view text);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_PYTHON_TEXT_H_
