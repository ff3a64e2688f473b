// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/batch/line_splitter.h"

#include <algorithm>

namespace jail::eval {

std::optional<LineSplitter::Line> LineSplitter::Next() {
  const size_t end = buffer_.find('\n', std::max(start_, searched_));
  const bool is_whole = end != std::string::npos;
  const size_t stop = is_whole ? end : buffer_.size();
  const size_t next = is_whole ? end + 1 : stop;
  if (!is_whole) {
    searched_ = stop;
    if (stop - start_ > max_line_) {
      // What is not kept need not be held either.
      is_skipping_ = true;
      buffer_.clear();
      start_ = searched_ = 0;
    }
    if (!is_ended_ || (stop == start_ && !is_skipping_)) {
      // Room for what comes: the lines that were taken go.
      buffer_.erase(0, start_);
      searched_ -= std::min(searched_, start_);
      start_ = 0;
      return std::nullopt;
    }
  }
  Line line;
  line.number = ++number_;
  if (is_skipping_ || stop - start_ > max_line_) {
    line.too_long = true;
  } else {
    line.text = buffer_.substr(start_, stop - start_);
    if (!line.text.empty() && line.text.back() == '\r') line.text.pop_back();
  }
  is_skipping_ = false;
  start_ = std::min(next, buffer_.size());
  searched_ = start_;
  if (start_ == buffer_.size()) {
    buffer_.clear();
    start_ = searched_ = 0;
  }
  return line;
}

}  // namespace jail::eval
