// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/scalar.h"

#include <google/protobuf/io/tokenizer.h>

#include <cstdint>
#include <limits>
#include <type_traits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "config/quote.h"
#include "config/suggest.h"
#include "config/units.h"
#include "jail/sys/printable.h"

namespace jail {
namespace {

using google::protobuf::io::Tokenizer;
using Kind = Scalar::Kind;

// The value as the user sees it.
std::string Shown(const Scalar& value) {
  if (value.kind == Kind::kString) return Quote(value.text);
  return EscapeText(
      absl::StrCat(value.negative ? "-" : "", value.text.substr(0, 64)));
}

std::string Takes(const FieldDescriptor& field, const Scalar& value) {
  return absl::StrCat("takes ", WhatFieldTakes(field), ", not ", Shown(value));
}

bool IsDecimal(const std::string& text) {
  if (text.empty() || text.size() > 20) return false;
  for (const char c : text) {
    if (!absl::ascii_isdigit(c)) return false;
  }
  return text.size() == 1 || text[0] != '0';
}

// "SOFT" for what the command line writes as "soft" or "def"; rlimits only.
std::string RlimitWord(const std::string& text) {
  const std::string word = absl::AsciiStrToLower(text);
  if (word == "inf" || word == "infinity" || word == "unlimited") return "INF";
  if (word == "hard" || word == "max") return "HARD";
  if (word == "soft" || word == "def" || word == "default") return "SOFT";
  return "";
}

std::string WrongNumber(const Scalar& value, const FieldDescriptor& field) {
  std::string what = Takes(field, value);
  if (value.kind == Kind::kFloat) return what;
  const std::string type_field = absl::StrCat(field.name(), "_type");
  if (field.containing_type()->FindFieldByName(type_field) != nullptr) {
    if (const std::string word = RlimitWord(value.text); !word.empty()) {
      return absl::StrCat(what, "; write ", type_field, ": ", word);
    }
  }
  if (value.kind == Kind::kString && IsDecimal(value.text)) {
    return absl::StrCat(what, "; write ", value.text, " without quotes");
  }
  if (absl::EqualsIgnoreCase(value.text, "true") ||
      absl::EqualsIgnoreCase(value.text, "false")) {
    return what;
  }
  if (const std::string unit = UnitOf(field); !unit.empty()) {
    absl::StrAppend(&what, " (the unit is ", unit, ")");
  }
  return what;
}

template <typename T>
std::string ReadInteger(const Scalar& value, const FieldDescriptor& field,
                        T& out) {
  if (value.kind != Kind::kInteger) return WrongNumber(value, field);
  constexpr uint64_t kMax = std::numeric_limits<T>::max();
  const auto out_of_range = [&] {
    return absl::StrCat(Shown(value),
                        " is out of range: ", std::numeric_limits<T>::min(),
                        " to ", kMax);
  };
  uint64_t magnitude = 0;
  if constexpr (std::is_unsigned_v<T>) {
    if (value.negative) return out_of_range();
    if (!Tokenizer::ParseInteger(value.text, kMax, &magnitude)) {
      return out_of_range();
    }
    out = static_cast<T>(magnitude);
  } else {
    const uint64_t most = kMax + (value.negative ? 1 : 0);
    if (!Tokenizer::ParseInteger(value.text, most, &magnitude)) {
      return out_of_range();
    }
    // Unsigned arithmetic wraps as two's complement does.
    out = static_cast<T>(value.negative ? uint64_t{0} - magnitude : magnitude);
  }
  return "";
}

std::string ReadBool(const Scalar& value, const FieldDescriptor& field,
                     bool& out) {
  const std::string& text = value.text;
  if (value.kind == Kind::kInteger && !value.negative) {
    uint64_t number = 0;
    if (Tokenizer::ParseInteger(text, 1, &number)) {
      out = number == 1;
      return "";
    }
  }
  if (value.kind == Kind::kIdentifier && !value.negative) {
    if (text == "true" || text == "True" || text == "t") return out = true, "";
    if (text == "false" || text == "False" || text == "f") {
      return out = false, "";
    }
  }
  std::string what = Takes(field, value);
  const std::string word = absl::AsciiStrToLower(text.substr(0, 8));
  if (word == "true" || word == "yes" || word == "on") {
    absl::StrAppend(&what, "; write true");
  } else if (word == "false" || word == "no" || word == "off") {
    absl::StrAppend(&what, "; write false");
  }
  return what;
}

std::string ReadEnum(const Scalar& value, const FieldDescriptor& field,
                     int& out) {
  const EnumDescriptor& type = *field.enum_type();
  const EnumValueDescriptor* found = nullptr;
  if (value.kind == Kind::kInteger) {
    uint64_t number = 0;
    const bool read = Tokenizer::ParseInteger(
        value.text, std::numeric_limits<int32_t>::max(), &number);
    if (read && (!value.negative || number == 0)) {
      found = type.FindValueByNumber(static_cast<int>(number));
    }
  } else if (value.kind == Kind::kIdentifier && !value.negative) {
    found = type.FindValueByName(value.text);
  }
  if (found != nullptr) {
    out = found->number();
    return "";
  }
  std::string what = Takes(field, value);
  if (value.kind == Kind::kString &&
      type.FindValueByName(value.text) != nullptr) {
    absl::StrAppend(&what, "; write ", value.text, " without quotes");
  } else if (const std::string near = NearestEnumValue(type, value.text);
             !near.empty()) {
    absl::StrAppend(&what, "; did you mean ", near, "?");
  }
  return what;
}

std::string ReadString(const Scalar& value, const FieldDescriptor& field) {
  if (value.kind != Kind::kString) {
    return absl::StrCat(
        "strings need quotes: write ",
        Quote(absl::StrCat(value.negative ? "-" : "", value.text)));
  }
  if (field.type() == FieldDescriptor::Type::kBytes) return "";
  if (!IsUtf8(value.text)) {
    return absl::StrCat("is not UTF-8: ", Quote(value.text));
  }
  if (absl::StrContains(value.text, '\0')) {
    return absl::StrCat("has a NUL byte in it: ", Quote(value.text));
  }
  return "";
}

template <typename T>
std::string WriteNumber(const Scalar& value, const FieldDescriptor& field,
                        MessageWriter& message,
                        std::string (*read)(const Scalar&,
                                            const FieldDescriptor&, T&)) {
  T number = 0;
  std::string wrong = read(value, field, number);
  // A conversion that keeps the sign.
  if (wrong.empty()) message.WriteNumber(field, static_cast<uint64_t>(number));
  return wrong;
}

}  // namespace

std::string WhatFieldTakes(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::Type::kString:
    case FieldDescriptor::Type::kBytes:
      return "a string";
    case FieldDescriptor::Type::kBool:
      return "true or false";
    case FieldDescriptor::Type::kEnum: {
      std::string names;
      for (int i = 0; i < field.enum_type()->value_count(); ++i) {
        absl::StrAppend(&names, i == 0 ? "" : ", ",
                        field.enum_type()->value(i)->name());
      }
      return absl::StrCat("one of ", names);
    }
    case FieldDescriptor::Type::kMessage:
      return absl::StrCat("fields in braces: ", field.name(), " { ... }");
    default:
      return "a whole number";
  }
}

std::string WriteScalar(const Scalar& value, const FieldDescriptor& field,
                        MessageWriter& message) {
  switch (field.type()) {
    case FieldDescriptor::Type::kBool:
      return WriteNumber<bool>(value, field, message, ReadBool);
    case FieldDescriptor::Type::kInt32:
      return WriteNumber<int32_t>(value, field, message, ReadInteger<int32_t>);
    case FieldDescriptor::Type::kInt64:
      return WriteNumber<int64_t>(value, field, message, ReadInteger<int64_t>);
    case FieldDescriptor::Type::kUint32:
      return WriteNumber<uint32_t>(value, field, message,
                                   ReadInteger<uint32_t>);
    case FieldDescriptor::Type::kUint64:
      return WriteNumber<uint64_t>(value, field, message,
                                   ReadInteger<uint64_t>);
    case FieldDescriptor::Type::kEnum:
      return WriteNumber<int>(value, field, message, ReadEnum);
    case FieldDescriptor::Type::kString:
    case FieldDescriptor::Type::kBytes: {
      std::string wrong = ReadString(value, field);
      if (wrong.empty()) message.WriteText(field, value.text);
      return wrong;
    }
    case FieldDescriptor::Type::kMessage:
      break;  // is no scalar
  }
  return Takes(field, value);
}

}  // namespace jail
