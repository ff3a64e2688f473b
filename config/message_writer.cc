// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/message_writer.h"

namespace jail {
namespace {

// Wire types of protobuf's encoding.
constexpr uint64_t kVarint = 0;
constexpr uint64_t kLengthDelimited = 2;

uint64_t Tag(const FieldDescriptor& field, uint64_t wire_type) {
  return static_cast<uint64_t>(field.number()) << 3 | wire_type;
}

}  // namespace

int MessageWriter::FieldSize(const FieldDescriptor& field) const {
  for (const auto& [number, size] : sizes_) {
    if (number == field.number()) return size;
  }
  return 0;
}

void MessageWriter::WriteNumber(const FieldDescriptor& field, uint64_t value) {
  Count(field);
  WriteVarint(Tag(field, kVarint));
  WriteVarint(value);
}

void MessageWriter::WriteText(const FieldDescriptor& field,
                              absl::string_view text) {
  Count(field);
  WriteVarint(Tag(field, kLengthDelimited));
  WriteVarint(text.size());
  bytes_.append(text.data(), text.size());
}

void MessageWriter::WriteMessage(const FieldDescriptor& field,
                                 const MessageWriter& message) {
  WriteText(field, message.bytes());
}

void MessageWriter::WriteVarint(uint64_t value) {
  while (value >= 0x80) {
    bytes_.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  bytes_.push_back(static_cast<char>(value));
}

void MessageWriter::Count(const FieldDescriptor& field) {
  if (!field.is_repeated()) return;
  for (auto& [number, size] : sizes_) {
    if (number == field.number()) {
      ++size;
      return;
    }
  }
  sizes_.emplace_back(field.number(), 1);
}

}  // namespace jail
