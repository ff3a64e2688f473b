// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_SCHEMA_H_
#define CONFIG_SCHEMA_H_

#include <cstdint>
#include <string_view>

#include "absl/strings/string_view.h"

namespace jail {

// The schema of proto/jail.proto as constant tables, which the build writes
// (schema_generator.cc).  The classes have the names and shapes of protobuf's
// descriptors.  Protobuf makes those at run time, from a serialized file and
// with some thousand allocations: half of the instructions of a launch.

struct EnumValueDescriptor {
  const char* value_name;
  int value_number;

  const char* name() const { return value_name; }
  int number() const { return value_number; }
};

class EnumDescriptor {
 public:
  constexpr EnumDescriptor(const EnumValueDescriptor* values, int count)
      : values_(values), count_(count) {}

  int value_count() const { return count_; }
  const EnumValueDescriptor* value(int i) const { return &values_[i]; }
  // Null when there is none.
  const EnumValueDescriptor* FindValueByName(absl::string_view name) const;
  const EnumValueDescriptor* FindValueByNumber(int number) const;

 private:
  const EnumValueDescriptor* values_;
  int count_;
};

class MessageDescriptor;

class FieldDescriptor {
 public:
  enum class Type : uint8_t {
    kBool,
    kInt32,
    kInt64,
    kUint32,
    kUint64,
    kEnum,
    kString,
    kBytes,
    kMessage,
  };
  enum class Label : uint8_t { kOptional, kRequired, kRepeated };

  constexpr FieldDescriptor(std::string_view name,
                            std::string_view camelcase_name, int number,
                            Type type, Label label,
                            const MessageDescriptor* containing_type,
                            const MessageDescriptor* message_type,
                            const EnumDescriptor* enum_type)
      : name_(name),
        camelcase_name_(camelcase_name),
        number_(number),
        type_(type),
        label_(label),
        containing_type_(containing_type),
        message_type_(message_type),
        enum_type_(enum_type) {}

  const char* name() const { return name_.data(); }
  std::string_view camelcase_name() const { return camelcase_name_; }
  int number() const { return number_; }
  Type type() const { return type_; }
  // Strings and bytes.
  bool is_text() const {
    return type_ == Type::kString || type_ == Type::kBytes;
  }
  bool is_integer() const {
    return type_ == Type::kInt32 || type_ == Type::kInt64 ||
           type_ == Type::kUint32 || type_ == Type::kUint64;
  }
  bool is_repeated() const { return label_ == Label::kRepeated; }
  bool is_required() const { return label_ == Label::kRequired; }
  const MessageDescriptor* containing_type() const { return containing_type_; }
  // Null when the field has another type.
  const MessageDescriptor* message_type() const { return message_type_; }
  const EnumDescriptor* enum_type() const { return enum_type_; }

 private:
  std::string_view name_;  // a literal, so that a NUL follows
  std::string_view camelcase_name_;
  int number_;
  Type type_;
  Label label_;
  const MessageDescriptor* containing_type_;
  const MessageDescriptor* message_type_;
  const EnumDescriptor* enum_type_;
};

class MessageDescriptor {
 public:
  // `by_name` has the numbers of the fields in the order of their names.
  constexpr MessageDescriptor(const char* name, const FieldDescriptor* fields,
                              const uint16_t* by_name, int count)
      : name_(name), fields_(fields), by_name_(by_name), count_(count) {}

  const char* name() const { return name_; }
  int field_count() const { return count_; }
  const FieldDescriptor* field(int i) const { return &fields_[i]; }
  // Null when there is none.
  const FieldDescriptor* FindFieldByName(absl::string_view name) const;
  const FieldDescriptor* FindFieldByCamelcaseName(absl::string_view name) const;

 private:
  const char* name_;
  const FieldDescriptor* fields_;
  const uint16_t* by_name_;
  int count_;
};

// The message that a config is.
const MessageDescriptor& JailConfigDescriptor();

}  // namespace jail

#endif  // CONFIG_SCHEMA_H_
