// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/report/json.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/str_cat.h"
#include "jail/sys/printable.h"

namespace jail {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

void AppendMessage(const Message& message, std::string& out);

// One value of a field: of the only one, or of element `index`.
void AppendValue(const Message& message, const FieldDescriptor* field,
                 int index, std::string& out) {
  const Reflection& reflection = *message.GetReflection();
  const bool many = field->is_repeated();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      absl::StrAppend(&out,
                      many ? reflection.GetRepeatedInt32(message, field, index)
                           : reflection.GetInt32(message, field));
      return;
    case FieldDescriptor::CPPTYPE_UINT32:
      absl::StrAppend(&out,
                      many ? reflection.GetRepeatedUInt32(message, field, index)
                           : reflection.GetUInt32(message, field));
      return;
    case FieldDescriptor::CPPTYPE_INT64:
      absl::StrAppend(&out,
                      many ? reflection.GetRepeatedInt64(message, field, index)
                           : reflection.GetInt64(message, field));
      return;
    case FieldDescriptor::CPPTYPE_UINT64:
      absl::StrAppend(&out,
                      many ? reflection.GetRepeatedUInt64(message, field, index)
                           : reflection.GetUInt64(message, field));
      return;
    case FieldDescriptor::CPPTYPE_BOOL: {
      const bool value = many
                             ? reflection.GetRepeatedBool(message, field, index)
                             : reflection.GetBool(message, field);
      absl::StrAppend(&out, value ? "true" : "false");
      return;
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto* value =
          many ? reflection.GetRepeatedEnum(message, field, index)
               : reflection.GetEnum(message, field);
      absl::StrAppend(&out, JsonString(value->name()));
      return;
    }
    case FieldDescriptor::CPPTYPE_STRING:
      absl::StrAppend(
          &out,
          JsonString(many ? reflection.GetRepeatedString(message, field, index)
                          : reflection.GetString(message, field)));
      return;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      AppendMessage(many ? reflection.GetRepeatedMessage(message, field, index)
                         : reflection.GetMessage(message, field),
                    out);
      return;
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      // A report counts; it has no fractions.
      absl::StrAppend(&out, "null");
      return;
  }
}

void AppendMessage(const Message& message, std::string& out) {
  const Reflection& reflection = *message.GetReflection();
  const char* separator = "{";
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    if (field->has_presence() && !reflection.HasField(message, field)) continue;
    absl::StrAppend(&out, separator, JsonString(field->name()), ": ");
    separator = ", ";
    if (!field->is_repeated()) {
      AppendValue(message, field, 0, out);
      continue;
    }
    out.push_back('[');
    for (int k = 0; k < reflection.FieldSize(message, field); ++k) {
      if (k > 0) out.append(", ");
      AppendValue(message, field, k, out);
    }
    out.push_back(']');
  }
  out.append(*separator == '{' ? "{}" : "}");
}

}  // namespace

std::string MessageToJson(const Message& message) {
  std::string out;
  AppendMessage(message, out);
  return out;
}

}  // namespace jail
