// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/strict_json.h"

#include <google/protobuf/descriptor.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "jail/sys/printable.h"

namespace jail::eval {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using Json = nlohmann::json;

constexpr char kRawEnding[] = "_json";
constexpr size_t kMaxShownBytes = 60;

bool IsRaw(const FieldDescriptor* field) {
  return field->type() == FieldDescriptor::TYPE_STRING &&
         absl::EndsWith(field->name(), kRawEnding);
}

const FieldDescriptor* FindField(const Descriptor* type,
                                 const std::string& member) {
  const FieldDescriptor* field = type->FindFieldByName(member);
  if (field != nullptr) return IsRaw(field) ? nullptr : field;
  field = type->FindFieldByName(member + kRawEnding);
  return field != nullptr && IsRaw(field) ? field : nullptr;
}

const char* Wants(const FieldDescriptor* field) {
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true or false";
    case FieldDescriptor::CPPTYPE_STRING:
    case FieldDescriptor::CPPTYPE_ENUM:
      return "a string";
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return "an object";
    default:
      return "a whole number";
  }
}

// Takes the parser's events, and puts what they say into the message.  One
// frame for each object and array that is open.
class Builder final : public nlohmann::json_sax<Json> {
 public:
  Builder(Message& message, JsonFault& fault)
      : message_(message), fault_(fault) {}

  bool null() override {
    if (IsInRaw()) return Raw("null");
    return Count() && (stack_.empty() ? Refuse("null") : true);
  }
  bool boolean(bool value) override {
    if (IsInRaw()) return Raw(value ? "true" : "false");
    const FieldDescriptor* field = Field("true or false");
    if (field == nullptr) return false;
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_BOOL) {
      return Refuse("true or false");
    }
    const Frame& frame = stack_.back();
    if (frame.kind == Frame::kArray) {
      Reflect(frame).AddBool(frame.message, field, value);
    } else {
      Reflect(frame).SetBool(frame.message, field, value);
    }
    return true;
  }
  bool number_integer(int64_t value) override {
    if (IsInRaw()) return Raw(absl::StrCat(value));
    const FieldDescriptor* field = Field("a number");
    return field != nullptr &&
           SetNumber(field, value < 0, static_cast<uint64_t>(value));
  }
  bool number_unsigned(uint64_t value) override {
    if (IsInRaw()) return Raw(absl::StrCat(value));
    const FieldDescriptor* field = Field("a number");
    return field != nullptr && SetNumber(field, false, value);
  }
  bool number_float(double, const std::string& text) override {
    if (IsInRaw()) return Raw(text);
    const FieldDescriptor* field = Field("a number");
    if (field == nullptr) return false;
    return Refuse(absl::StrCat("the number ", Printable(text, kMaxShownBytes)));
  }
  bool string(std::string& value) override {
    if (IsInRaw()) return Raw(JsonString(value));
    const FieldDescriptor* field = Field("a string");
    return field != nullptr && SetString(field, value);
  }
  bool binary(Json::binary_t&) override { return false; }  // not in JSON

  bool start_object(size_t) override {
    if (IsInRaw()) return OpenRaw('{');
    if (stack_.empty()) return Count() && Open({Frame::kMessage, &message_});
    const FieldDescriptor* field = Field("an object");
    if (field == nullptr) return false;
    Frame& frame = stack_.back();
    if (field->is_map() && frame.kind == Frame::kMessage) {
      return Open({Frame::kMap, frame.message, field});
    }
    const bool takes_list =
        field->is_repeated() && frame.kind == Frame::kMessage;
    if (takes_list || frame.kind == Frame::kMap ||
        field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) {
      return Refuse("an object");
    }
    Message* child = frame.kind == Frame::kArray
                         ? Reflect(frame).AddMessage(frame.message, field)
                         : Reflect(frame).MutableMessage(frame.message, field);
    return Open({Frame::kMessage, child});
  }
  bool key(std::string& name) override {
    Frame& frame = stack_.back();
    frame.key = name;
    if (!frame.seen.insert(name).second) return Fault("is there twice");
    if (frame.kind == Frame::kRaw) {
      absl::StrAppend(&raw_, frame.count++ > 0 ? "," : "", JsonString(name),
                      ":");
      return true;
    }
    if (frame.kind == Frame::kMap) return true;
    frame.field = FindField(frame.message->GetDescriptor(), name);
    if (frame.field == nullptr) return Fault("is no field of it");
    return true;
  }
  bool end_object() override { return Close('}'); }

  bool start_array(size_t) override {
    if (IsInRaw()) return OpenRaw('[');
    const FieldDescriptor* field = Field("an array");
    if (field == nullptr) return false;
    const Frame& frame = stack_.back();
    if (!field->is_repeated() || field->is_map() ||
        frame.kind == Frame::kArray) {
      return Refuse("an array");
    }
    return Open({Frame::kArray, frame.message, field});
  }
  bool end_array() override { return Close(']'); }

  bool parse_error(size_t position, const std::string&,
                   const Json::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    absl::string_view what = error.what();
    const size_t colon = what.find(": ");
    if (colon != absl::string_view::npos) what.remove_prefix(colon + 2);
    const bool is_range = error.id == kNumberOverflow;
    return Fault(is_range ? std::string("holds a number that is out of range")
                          : absl::StrCat("is not JSON at byte ", position, ": ",
                                         Printable(what, 200)));
  }

 private:
  static constexpr int kNumberOverflow = 406;

  struct Frame {
    enum Kind { kMessage, kArray, kMap, kRaw };
    Kind kind;
    Message* message = nullptr;              // whose field it is
    const FieldDescriptor* field = nullptr;  // that is being set
    std::string key;                         // of an object
    std::set<std::string> seen;              // keys
    uint64_t count = 0;                      // values so far
    char end = 0;                            // kRaw: '}' or ']'
  };

  static const Reflection& Reflect(const Frame& frame) {
    return *frame.message->GetReflection();
  }

  bool Fault(std::string message) {
    fault_.place.clear();
    for (const Frame& frame : stack_) {
      const bool is_array = frame.kind == Frame::kArray ||
                            (frame.kind == Frame::kRaw && frame.end == ']');
      if (is_array) {
        // In an array, count values have begun.
        absl::StrAppend(&fault_.place, "/",
                        frame.count > 0 ? frame.count - 1 : 0);
      } else if (!frame.seen.empty()) {
        std::string key = ToUtf8(frame.key.substr(0, 1000));
        absl::StrAppend(&fault_.place, "/", JsonPointerToken(key));
      }
    }
    fault_.message = std::move(message);
    return false;
  }

  bool Refuse(const std::string& what) {
    if (stack_.empty()) return Fault("is not an object");
    const Frame& frame = stack_.back();
    const FieldDescriptor* field = frame.field;
    if (field->is_repeated() && !field->is_map() &&
        frame.kind == Frame::kMessage) {
      return Fault(absl::StrCat("takes an array, not ", what));
    }
    return Fault(absl::StrCat(
        "takes ", frame.kind == Frame::kMap ? "a string" : Wants(field),
        ", not ", what));
  }

  bool Count() {
    if (++values_ > kMaxJsonValues) {
      return Fault(absl::StrCat("more than ", kMaxJsonValues, " values"));
    }
    if (!stack_.empty() && stack_.back().kind == Frame::kArray) {
      ++stack_.back().count;
    }
    return true;
  }

  // The field that a value is for; null: a fault was told.
  const FieldDescriptor* Field(const char* what) {
    if (!Count()) return nullptr;
    if (stack_.empty()) {
      Refuse(what);
      return nullptr;
    }
    const Frame& frame = stack_.back();
    // A list takes "[" alone, a map "{".
    const bool opens = *what == 'a' && what[1] == 'n';
    if (frame.kind == Frame::kMessage && frame.field->is_repeated() && !opens) {
      Refuse(what);
      return nullptr;
    }
    if (frame.kind == Frame::kMap && *what != 'a') {
      Refuse(what);
      return nullptr;
    }
    return frame.field;
  }

  bool SetNumber(const FieldDescriptor* field, bool negative, uint64_t value) {
    const Frame& frame = stack_.back();
    const auto range = [&](uint64_t max) {
      if (!negative && value <= max) return true;
      return Fault(absl::StrCat("is out of range: 0 to ", max));
    };
    const bool many = frame.kind == Frame::kArray;
    const Reflection& reflect = Reflect(frame);
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_UINT64:
        if (!range(std::numeric_limits<uint64_t>::max())) return false;
        many ? reflect.AddUInt64(frame.message, field, value)
             : reflect.SetUInt64(frame.message, field, value);
        return true;
      case FieldDescriptor::CPPTYPE_UINT32: {
        if (!range(std::numeric_limits<uint32_t>::max())) return false;
        const auto number = static_cast<uint32_t>(value);
        many ? reflect.AddUInt32(frame.message, field, number)
             : reflect.SetUInt32(frame.message, field, number);
        return true;
      }
      default:
        return Refuse("a number");
    }
  }

  bool SetString(const FieldDescriptor* field, std::string& value) {
    const Frame& frame = stack_.back();
    if (frame.kind == Frame::kMap) return SetMapEntry(frame, value);
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_STRING) {
      return Refuse("a string");
    }
    if (field->type() == FieldDescriptor::TYPE_BYTES) {
      std::string decoded;
      if (!DecodeBase64(value, decoded)) return Fault("is not base64");
      value = std::move(decoded);
    }
    if (frame.kind == Frame::kArray) {
      Reflect(frame).AddString(frame.message, field, std::move(value));
    } else {
      Reflect(frame).SetString(frame.message, field, std::move(value));
    }
    return true;
  }

  // map<string, string>, the only kind that there is.
  static bool SetMapEntry(const Frame& frame, const std::string& value) {
    Message* entry = Reflect(frame).AddMessage(frame.message, frame.field);
    const Descriptor* type = frame.field->message_type();
    const Reflection& reflect = *entry->GetReflection();
    reflect.SetString(entry, type->map_key(), frame.key);
    reflect.SetString(entry, type->map_value(), value);
    return true;
  }

  // --------------------------------------------------------- values as JSON

  bool IsInRaw() const {
    if (stack_.empty()) return false;
    const Frame& frame = stack_.back();
    return frame.kind == Frame::kRaw ||
           (frame.kind == Frame::kMessage && IsRaw(frame.field));
  }

  void Separate() {
    Frame& frame = stack_.back();
    if (frame.kind == Frame::kRaw && frame.end == ']' && frame.count++ > 0) {
      raw_.push_back(',');
    }
  }

  bool Raw(absl::string_view text) {
    if (!Count()) return false;
    Separate();
    absl::StrAppend(&raw_, text);
    EndRaw();
    return true;
  }

  bool OpenRaw(char begin) {
    if (!Count()) return false;
    Separate();
    raw_.push_back(begin);
    Frame frame{Frame::kRaw};
    frame.end = begin == '{' ? '}' : ']';
    return Open(std::move(frame));
  }

  // The value of the field is whole.
  void EndRaw() {
    const Frame& frame = stack_.back();
    if (frame.kind == Frame::kRaw) return;
    Reflect(frame).SetString(frame.message, frame.field, std::move(raw_));
    raw_.clear();
  }

  bool Open(Frame frame) {
    if (stack_.size() == kMaxJsonDepth) {
      return Fault(absl::StrCat("is nested deeper than ", kMaxJsonDepth));
    }
    stack_.push_back(std::move(frame));
    return true;
  }

  bool Close(char end) {
    const bool is_raw = stack_.back().kind == Frame::kRaw;
    stack_.pop_back();
    if (is_raw) {
      raw_.push_back(end);
      EndRaw();
    }
    return true;
  }

  Message& message_;
  JsonFault& fault_;
  std::vector<Frame> stack_;
  std::string raw_;  // of the field that is being read as JSON
  size_t values_ = 0;
};

}  // namespace

bool ParseStrictJson(absl::string_view text, Message& message,
                     JsonFault& fault) {
  Builder builder(message, fault);
  return Json::sax_parse(text.begin(), text.end(), &builder);
}

bool DecodeBase64(absl::string_view text, std::string& out) {
  if (text.size() % 4 != 0) return false;
  for (const char c : text) {
    const bool is_member = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                           (c >= '0' && c <= '9') || c == '+' || c == '/' ||
                           c == '=';
    if (!is_member) return false;
  }
  if (!absl::Base64Unescape(text, &out)) return false;
  // Only what encodes to itself: no bits of the last character are lost.
  const size_t last = text.size() < 4 ? 0 : text.size() - 4;
  const size_t tail = last / 4 * 3;
  return absl::Base64Escape(absl::string_view(out).substr(tail)) ==
         text.substr(last);
}

}  // namespace jail::eval
