// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/body.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/escaping.h"
#include "jail/sys/printable.h"

namespace jail::eval {
namespace {

constexpr size_t kQuotes = 2;
constexpr size_t kLongestEscape = 6;  // "\u001f"

uint64_t Base64Size(uint64_t bytes) { return (bytes + 2) / 3 * 4; }

// Of valid UTF-8: JsonString() leaves all but ASCII as it is.
uint64_t EscapedSize(absl::string_view text) {
  static const std::array<uint8_t, 256> kSizes = [] {
    std::array<uint8_t, 256> sizes;
    sizes.fill(1);
    for (size_t c = 0; c < 128; ++c) {
      const char byte = static_cast<char>(c);
      sizes[c] = static_cast<uint8_t>(
          JsonString(absl::string_view(&byte, 1)).size() - kQuotes);
    }
    return sizes;
  }();
  uint64_t size = 0;
  for (const char c : text) size += kSizes[static_cast<unsigned char>(c)];
  return size;
}

// The first bytes of valid UTF-8: at most `most`, and whole characters.
absl::string_view WholeCharacters(absl::string_view text, size_t most) {
  if (text.size() <= most) return text;
  while (most > 0 && (text[most] & 0xC0) == 0x80) --most;
  return text.substr(0, most);
}

}  // namespace

void Body::Add(Form form, std::string data, uint64_t size) {
  if (data.empty()) return;
  parts_.push_back({form, std::move(data)});
  size_ += size;
}

void Body::AddText(std::string text) {
  const uint64_t size = text.size();
  Add(Form::kText, std::move(text), size);
}

void Body::AddBase64(std::string bytes) {
  const uint64_t size = Base64Size(bytes.size());
  Add(Form::kBase64, std::move(bytes), size);
}

void Body::AddEscaped(std::string text) {
  if (!IsUtf8(text)) text = ToUtf8(text);
  const uint64_t size = EscapedSize(text);
  Add(Form::kEscaped, std::move(text), size);
}

void Body::Add(Body more) {
  for (Part& part : more.parts_) parts_.push_back(std::move(part));
  size_ += more.size_;
}

bool Body::Encode(Part& part) {
  const size_t room =
      kBodyPieceBytes - std::min(kBodyPieceBytes, piece_.size());
  const absl::string_view left = absl::string_view(part.data).substr(part.done);
  absl::string_view now;
  switch (part.form) {
    case Form::kText:
      now = left.substr(0, room);
      piece_.append(now.data(), now.size());
      break;
    case Form::kBase64: {
      now = left.substr(0, room / 4 * 3);
      std::string encoded;
      absl::Base64Escape(now, &encoded);
      piece_ += encoded;
      break;
    }
    case Form::kEscaped: {
      now = WholeCharacters(left, room / kLongestEscape);
      const std::string quoted = JsonString(now);
      piece_.append(quoted, 1, quoted.size() - kQuotes);
      break;
    }
  }
  part.done += now.size();
  return part.done == part.data.size();
}

absl::string_view Body::Next() {
  piece_.clear();
  while (!parts_.empty() && Encode(parts_.front())) parts_.pop_front();
  size_ -= piece_.size();
  return piece_;
}

std::string Body::TakeAll() {
  std::string all;
  all.reserve(size_);
  for (absl::string_view piece = Next(); !piece.empty(); piece = Next()) {
    all.append(piece.data(), piece.size());
  }
  return all;
}

}  // namespace jail::eval
