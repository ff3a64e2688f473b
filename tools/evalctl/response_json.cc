// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "jail/sys/printable.h"
#include "tools/evalctl/request_json.h"

namespace jail::eval {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr absl::string_view kRawEnding = "_json";

// Shorter ones are copied: a part of its own costs more.
constexpr size_t kLongString = 4 << 10;

class Writer {
 public:
  explicit Writer(bool pretty) : pretty_(pretty) {}

  void Write(const Message& message) {
    const Reflection& reflect = *message.GetReflection();
    out_.push_back('{');
    ++depth_;
    bool is_first = true;
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* field = message.GetDescriptor()->field(i);
      if (!IsWritten(message, reflect, field)) continue;
      if (!is_first) out_.push_back(',');
      is_first = false;
      NewLine();
      std::string name = field->name();
      const bool is_raw = IsRaw(field);
      if (is_raw) name.resize(name.size() - kRawEnding.size());
      absl::StrAppend(&out_, JsonString(name), pretty_ ? ": " : ":");
      if (is_raw) {
        out_ += reflect.GetString(message, field);
      } else if (field->is_repeated()) {
        WriteList(message, reflect, field);
      } else {
        WriteValue(message, reflect, field, -1);
      }
    }
    --depth_;
    if (!is_first) NewLine();
    out_.push_back('}');
  }

  Body Take() {
    Flush();
    return std::move(body_);
  }

 private:
  static bool IsRaw(const FieldDescriptor* field) {
    return field->type() == FieldDescriptor::TYPE_STRING &&
           absl::EndsWith(field->name(), kRawEnding);
  }

  // A response that is no error has commands and files, be they none.
  static bool IsAnswer(const Message& message) {
    return message.GetDescriptor() == Response::descriptor() &&
           !static_cast<const Response&>(message).has_error();
  }

  static bool IsWritten(const Message& message, const Reflection& reflect,
                        const FieldDescriptor* field) {
    if (field->is_repeated()) {
      const bool is_always_there =
          field->number() == Response::kCommandsFieldNumber ||
          field->number() == Response::kFilesFieldNumber;
      return reflect.FieldSize(message, field) > 0 ||
             (is_always_there && IsAnswer(message));
    }
    if (field->number() == Response::kFilesCompleteFieldNumber &&
        message.GetDescriptor() == Response::descriptor()) {
      return IsAnswer(message);
    }
    const bool is_optional =
        field->has_presence() ||
        field->cpp_type() == FieldDescriptor::CPPTYPE_STRING ||
        field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM;
    return !is_optional || reflect.HasField(message, field);
  }

  void Flush() {
    body_.AddText(std::move(out_));
    out_.clear();
  }

  void WriteString(const std::string& text, bool is_bytes) {
    if (text.size() < kLongString) {
      if (is_bytes) {
        absl::StrAppend(&out_, "\"", absl::Base64Escape(text), "\"");
      } else {
        out_ += JsonString(text);
      }
      return;
    }
    out_.push_back('"');
    Flush();
    // The response was given away: nobody reads it again.  Reflection gives no
    // other way to take a string out of it.
    std::string& taken = const_cast<std::string&>(text);
    if (is_bytes) {
      body_.AddBase64(std::move(taken));
    } else {
      body_.AddEscaped(std::move(taken));
    }
    out_.push_back('"');
  }

  void NewLine() {
    if (pretty_) absl::StrAppend(&out_, "\n", std::string(depth_ * 2, ' '));
  }

  void WriteList(const Message& message, const Reflection& reflect,
                 const FieldDescriptor* field) {
    const int size = reflect.FieldSize(message, field);
    out_.push_back('[');
    ++depth_;
    for (int i = 0; i < size; ++i) {
      if (i > 0) out_.push_back(',');
      NewLine();
      WriteValue(message, reflect, field, i);
    }
    --depth_;
    if (size > 0) NewLine();
    out_.push_back(']');
  }

  // The only value, or number `i` of a list.  Of the types that there are.
  void WriteValue(const Message& message, const Reflection& reflect,
                  const FieldDescriptor* field, int i) {
    const bool many = i >= 0;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Write(many ? reflect.GetRepeatedMessage(message, field, i)
                   : reflect.GetMessage(message, field));
        return;
      case FieldDescriptor::CPPTYPE_STRING: {
        std::string scratch;
        const std::string& text =
            many ? reflect.GetRepeatedStringReference(message, field, i,
                                                      &scratch)
                 : reflect.GetStringReference(message, field, &scratch);
        WriteString(text, field->type() == FieldDescriptor::TYPE_BYTES);
        return;
      }
      case FieldDescriptor::CPPTYPE_ENUM:
        absl::StrAppend(&out_, "\"", reflect.GetEnum(message, field)->name(),
                        "\"");
        return;
      case FieldDescriptor::CPPTYPE_BOOL:
        out_ += reflect.GetBool(message, field) ? "true" : "false";
        return;
      case FieldDescriptor::CPPTYPE_INT32:
        absl::StrAppend(&out_, reflect.GetInt32(message, field));
        return;
      case FieldDescriptor::CPPTYPE_UINT32:
        absl::StrAppend(&out_, reflect.GetUInt32(message, field));
        return;
      case FieldDescriptor::CPPTYPE_UINT64:
        absl::StrAppend(&out_, reflect.GetUInt64(message, field));
        return;
      default:
        out_ += "null";
    }
  }

  const bool pretty_;
  size_t depth_ = 0;
  Body body_;
  std::string out_;  // what comes behind it
};

}  // namespace

Body ResponseJson(Response response, bool pretty) {
  Writer writer(pretty);
  writer.Write(response);
  return writer.Take();
}

}  // namespace jail::eval
