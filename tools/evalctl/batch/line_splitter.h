// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_BATCH_LINE_SPLITTER_H_
#define TOOLS_EVALCTL_BATCH_LINE_SPLITTER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace jail::eval {

// Lines out of bytes that come as they come.  Holds at most one line and what
// was added last.
class LineSplitter {
 public:
  struct Line {
    uint64_t number = 0;    // from 1
    std::string text;       // without its end
    bool too_long = false;  // then `text` is empty
  };

  explicit LineSplitter(size_t max_line) : max_line_(max_line) {}

  void Add(absl::string_view bytes) {
    buffer_.append(bytes.data(), bytes.size());
  }
  // No more bytes come: what is left is a line.
  void End() { is_ended_ = true; }

  // The next line; nothing when more bytes are needed.
  std::optional<Line> Next();

 private:
  const size_t max_line_;
  std::string buffer_;
  size_t start_ = 0;     // of the line, in buffer_
  size_t searched_ = 0;  // up to here there is no end of line
  uint64_t number_ = 0;
  bool is_skipping_ = false;  // the rest of a line that is too long
  bool is_ended_ = false;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_BATCH_LINE_SPLITTER_H_
