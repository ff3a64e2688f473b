// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_MESSAGE_WRITER_H_
#define CONFIG_MESSAGE_WRITER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "config/schema.h"

namespace jail {

// Takes the fields of one message in any order and gives them in protobuf's
// wire format, which the generated class reads without descriptors.  Each
// field must be of the message's type, and of the kind that the function says.
class MessageWriter {
 public:
  explicit MessageWriter(const MessageDescriptor& type) : type_(type) {}

  const MessageDescriptor& type() const { return type_; }
  // How many values a repeated field has so far.
  int FieldSize(const FieldDescriptor& field) const;

  // Signed values as their two's complement in 64 bits.
  void WriteNumber(const FieldDescriptor& field, uint64_t value);
  void WriteText(const FieldDescriptor& field, absl::string_view text);
  void WriteMessage(const FieldDescriptor& field, const MessageWriter& message);

  const std::string& bytes() const { return bytes_; }

 private:
  void WriteVarint(uint64_t value);
  void Count(const FieldDescriptor& field);

  const MessageDescriptor& type_;
  std::string bytes_;
  std::vector<std::pair<int, int>> sizes_;  // number of the field, its values
};

}  // namespace jail

#endif  // CONFIG_MESSAGE_WRITER_H_
