// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// A text that is encoded while it is sent.  What a program wrote and left
// behind is held once, as it came, and never as JSON too.
#ifndef TOOLS_EVALCTL_BODY_H_
#define TOOLS_EVALCTL_BODY_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "absl/strings/string_view.h"

namespace jail::eval {

// What is encoded at a time.
inline constexpr size_t kBodyPieceBytes = 64 << 10;

class Body {
 public:
  Body() = default;
  Body(std::string text) { AddText(std::move(text)); }  // NOLINT: is a text
  Body(Body&&) = default;
  Body& operator=(Body&&) = default;

  // As it is.
  void AddText(std::string text);
  // As base64 (RFC 4648, with padding).
  void AddBase64(std::string bytes);
  // As the inside of a JSON string; bytes that are no UTF-8 become U+FFFD.
  void AddEscaped(std::string text);
  void Add(Body more);

  // Bytes that Next() has yet to give in all.
  uint64_t size() const { return size_; }

  // The next piece, at most about kBodyPieceBytes and valid until the next
  // call; empty: that was all.  What was given is freed.
  absl::string_view Next();

  // All that is left at once.
  std::string TakeAll();

 private:
  enum class Form { kText, kBase64, kEscaped };
  struct Part {
    Form form;
    std::string data;
    size_t done = 0;
  };

  void Add(Form form, std::string data, uint64_t size);
  // False: the piece has no room for more of `part`.
  bool Encode(Part& part);

  std::deque<Part> parts_;
  std::string piece_;
  uint64_t size_ = 0;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_BODY_H_
