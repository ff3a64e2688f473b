// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/oci_json.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "jail/seccomp/oci.h"
#include "jail/sys/printable.h"

namespace jail::seccomp {
namespace {

constexpr size_t kShown = 60;  // bytes of a value, in an error

// A member's name in a JSON pointer (RFC 6901).
std::string Escaped(absl::string_view key) {
  return Printable(JsonPointerToken(key), kShown);
}

// Walks over the text without building anything; what the library's own parser
// lets pass is refused here.
class Checker : public nlohmann::json_sax<Json> {
 public:
  Checker(absl::string_view text, const std::string& name, PolicyErrors& errors)
      : text_(text), name_(name), errors_(errors) {}

  bool null() override { return Value(); }
  bool boolean(bool) override { return Value(); }
  bool number_integer(number_integer_t) override { return Value(); }
  bool number_unsigned(number_unsigned_t) override { return Value(); }
  bool number_float(number_float_t, const string_t&) override {
    return Value();
  }
  bool string(string_t&) override { return Value(); }
  bool binary(binary_t&) override { return Value(); }
  bool start_object(size_t) override { return Open(false); }
  bool start_array(size_t) override { return Open(true); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }

  bool key(string_t& key) override {
    Level& level = levels_.back();
    level.key = Escaped(key);
    if (!level.keys.insert(key).second) {
      errors_.Add(
          {name_, 0, 0, absl::StrCat(Pointer(), ": is given more than once")});
    }
    return true;
  }

  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    const size_t end = std::min(position > 0 ? position - 1 : 0, text_.size());
    int line = 1, column = 1;
    for (size_t i = 0; i < end; ++i) {
      ++column;
      if (text_[i] == '\n') {
        ++line;
        column = 1;
      }
    }
    errors_.Add({name_, line, column,
                 levels_.empty() && end >= text_.size()
                     ? "is no JSON: it is empty, or ends too early"
                     : "is no JSON from here on"});
    return false;
  }

 private:
  struct Level {
    bool is_array = false;
    size_t index = 0;
    std::string key;
    std::set<std::string> keys;
  };

  std::string Pointer() const {
    std::string pointer;
    for (const Level& level : levels_) {
      absl::StrAppend(&pointer, "/");
      if (level.is_array) {
        absl::StrAppend(&pointer, level.index);
      } else {
        absl::StrAppend(&pointer, level.key);
      }
    }
    return pointer;
  }
  bool Value() {
    if (!levels_.empty()) ++levels_.back().index;
    return true;
  }
  bool Open(bool is_array) {
    if (levels_.size() >= kMaxProfileDepth) {
      errors_.Add({name_, 0, 0,
                   absl::StrCat(Pointer(), ": is deeper than ",
                                kMaxProfileDepth, " levels, the most")});
      return false;
    }
    levels_.push_back({is_array, 0, "", {}});
    return true;
  }
  bool Close() {
    levels_.pop_back();
    return Value();
  }

  absl::string_view text_;
  const std::string& name_;
  PolicyErrors& errors_;
  std::vector<Level> levels_;
};

}  // namespace

std::optional<Json> ParseProfileJson(absl::string_view text,
                                     const std::string& name,
                                     PolicyErrors& errors) {
  if (text.size() > kMaxProfileBytes) {
    errors.Add({name, 0, 0,
                absl::StrCat("is larger than ", kMaxProfileBytes,
                             " bytes, the most")});
    return std::nullopt;
  }
  const size_t before = errors.size();
  Checker checker(text, name, errors);
  if (!Json::sax_parse(text.begin(), text.end(), &checker) ||
      errors.size() > before) {
    return std::nullopt;
  }
  return Json::parse(text.begin(), text.end(), nullptr,
                     /*allow_exceptions=*/false);
}

void AddNote(const std::string& name, const std::string& pointer,
             const std::string& text, std::vector<std::string>& notes) {
  // The last part of the pointer says what it is about.
  const std::string about = absl::StrCat(
      pointer.substr(std::min(pointer.rfind('/'), pointer.size())), ": ", text);
  for (const std::string& note : notes) {
    if (absl::EndsWith(note, about)) return;
  }
  if (notes.size() < kMaxProfileNotes) {
    notes.push_back(absl::StrCat(name, ": ", pointer, ": ", text));
  } else if (notes.size() == kMaxProfileNotes) {
    notes.push_back(absl::StrCat(name, ": and more of such"));
  }
}

JsonObject::JsonObject(const Json& json, std::string pointer,
                       const std::string& name,
                       const std::vector<std::string>& known,
                       PolicyErrors& errors, std::vector<std::string>& notes)
    : pointer_(std::move(pointer)), name_(name), errors_(errors) {
  if (!json.is_object()) {
    ErrorHere(absl::StrCat("is no object, but ", json.type_name()));
    return;
  }
  json_ = &json;
  // Whatever resembles "comment" is one.
  std::vector<std::string> meaningful = known;
  std::erase(meaningful, "comment");
  for (const auto& [key, value] : json.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string meant = DidYouMean(key, meaningful);
    if (!meant.empty()) {
      Error(key, absl::StrCat("unknown key", meant));
    } else {
      AddNote(name_, PointerTo(Escaped(key)),
              "unknown key, left out as the container runtimes do", notes);
    }
  }
}

const Json* JsonObject::Find(const char* key) const {
  if (json_ == nullptr) return nullptr;
  const auto found = json_->find(key);
  return found == json_->end() || found->is_null() ? nullptr : &*found;
}

std::optional<std::string> JsonObject::String(const char* key) {
  const Json* value = Find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    Error(key, absl::StrCat("is no string, but ", value->type_name()));
    return std::nullopt;
  }
  return value->get<std::string>();
}

std::optional<uint64_t> JsonObject::Number(const char* key, uint64_t most) {
  const Json* value = Find(key);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number_unsigned()) {
    Error(key, absl::StrCat("is no whole number from 0 to ", most));
    return std::nullopt;
  }
  const auto number = value->get<uint64_t>();
  if (number > most) {
    Error(key, absl::StrCat("is ", number, "; the most is ", most));
    return std::nullopt;
  }
  return number;
}

const Json* JsonObject::Array(const char* key) {
  const Json* value = Find(key);
  if (value == nullptr || value->is_array()) return value;
  Error(key, absl::StrCat("is no array, but ", value->type_name()));
  return nullptr;
}

std::vector<std::string> JsonObject::Strings(const char* key) {
  std::vector<std::string> strings;
  const Json* array = Array(key);
  if (array == nullptr) return strings;
  for (size_t i = 0; i < array->size(); ++i) {
    const Json& value = (*array)[i];
    if (value.is_string()) {
      strings.push_back(value.get<std::string>());
    } else {
      Error(absl::StrCat(key, "/", i),
            absl::StrCat("is no string, but ", value.type_name()));
    }
  }
  return strings;
}

std::string JsonObject::PointerTo(absl::string_view key) const {
  return absl::StrCat(pointer_, "/", Printable(key, kShown));
}

void JsonObject::Error(absl::string_view key, const std::string& message) {
  ok_ = false;
  errors_.Add({name_, 0, 0, absl::StrCat(PointerTo(key), ": ", message)});
}

void JsonObject::ErrorHere(const std::string& message) {
  ok_ = false;
  errors_.Add({name_, 0, 0,
               absl::StrCat(pointer_.empty() ? "the document" : pointer_, ": ",
                            message)});
}

}  // namespace jail::seccomp
