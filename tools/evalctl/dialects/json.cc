// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/json.h"

#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "tools/evalctl/dialects/json_fault.h"
#include "tools/evalctl/dialects/python_text.h"

namespace jail::eval {
namespace {

// The number behind "\u" at `at`; nothing when it isn't one.
std::optional<unsigned> UnicodeEscape(absl::string_view text, size_t at) {
  if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') {
    return std::nullopt;
  }
  unsigned value = 0;
  for (char c : text.substr(at + 2, 4)) {
    if (!absl::ascii_isxdigit(c)) return std::nullopt;
    value =
        value * 16 +
        (absl::ascii_isdigit(c) ? c - '0' : absl::ascii_tolower(c) - 'a' + 10);
  }
  return value;
}

bool IsHigh(std::optional<unsigned> unit) {
  return unit && *unit >= 0xD800 && *unit < 0xDC00;
}
bool IsLow(std::optional<unsigned> unit) {
  return unit && *unit >= 0xDC00 && *unit < 0xE000;
}

struct Prepared {
  std::string copy;  // without lone surrogates, where there are some
  bool too_deep = false;
  bool surrogates = false;

  absl::string_view Text(absl::string_view original) const {
    return surrogates ? absl::string_view(copy) : original;
  }
};

Prepared Prepare(absl::string_view text) {
  Prepared out;
  bool in_string = false;
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!in_string) {
      if (c == '"') in_string = true;
      if (c == '[' || c == '{') out.too_deep |= ++depth > kMaxJsonDepth;
      if (c == ']' || c == '}') --depth;
      continue;
    }
    if (c == '"') in_string = false;
    if (c != '\\') continue;
    const auto unit = UnicodeEscape(text, i);
    if (IsHigh(unit) && IsLow(UnicodeEscape(text, i + 6))) {
      i += 11;  // a pair
    } else if (IsHigh(unit) || IsLow(unit)) {
      if (!out.surrogates) out.copy = std::string(text);
      out.copy.replace(i + 2, 4, "0000");
      out.surrogates = true;
      i += 5;
    } else {
      ++i;  // what is escaped is no quote
    }
  }
  return out;
}

// Makes values as the library does, but for whole numbers that it has no type
// for.
class Builder : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return Put(nullptr); }
  bool boolean(bool value) override { return Put(value); }
  bool number_integer(number_integer_t value) override { return Put(value); }
  bool number_unsigned(number_unsigned_t value) override { return Put(value); }
  bool number_float(number_float_t value, const string_t& text) override {
    if (text.find_first_of(".eE") != std::string::npos) return Put(value);
    return Put(Json::binary({text.begin(), text.end()}));
  }
  bool string(string_t& value) override { return Put(std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return Open(Json::object()); }
  bool start_array(size_t) override { return Open(Json::array()); }
  bool end_object() override { return Close(); }
  bool end_array() override { return Close(); }
  // The library looks through all members for each new one, which is too long
  // for objects of many.
  bool key(string_t& name) override {
    auto& members = open_.back().value->get_ref<Json::object_t&>();
    const auto [known, is_new] =
        open_.back().places.try_emplace(name, members.size());
    if (is_new) members.emplace_back(std::move(name), nullptr);
    open_.back().member = &(members.begin() + known->second)->second;
    return true;
  }
  bool parse_error(size_t, const std::string&,
                   const nlohmann::detail::exception&) override {
    return false;
  }

  Json Take() { return std::move(root_); }
  bool too_many() const { return values_ > kMaxJsonValues; }

 private:
  // What is open is the last of what holds it: it does not move.
  struct Container {
    Json* value;
    Json* member = nullptr;  // of an object: the one whose name was read
    std::unordered_map<std::string, size_t> places;  // of its members
  };

  Json* Place(Json value) {
    if (open_.empty()) return &(root_ = std::move(value));
    const Container& into = open_.back();
    if (into.value->is_object()) return &(*into.member = std::move(value));
    return &into.value->emplace_back(std::move(value));
  }
  bool Put(Json value) {
    Place(std::move(value));
    return ++values_ <= kMaxJsonValues;
  }
  bool Open(Json value) {
    if (++values_ > kMaxJsonValues) return false;
    open_.push_back({.value = Place(std::move(value))});
    return true;
  }
  bool Close() {
    open_.pop_back();
    return true;
  }

  Json root_;
  std::vector<Container> open_;
  size_t values_ = 0;
};

// Notes the names of the outermost object, and makes nothing.
class NameReader : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return ++depth_ > 0; }
  bool start_array(size_t) override { return ++depth_ > 1; }
  bool end_object() override { return depth_-- > 0; }
  bool end_array() override { return depth_-- > 0; }
  bool key(string_t& name) override {
    if (depth_ == 1) names_.insert(std::move(name));
    return true;
  }
  bool parse_error(size_t, const std::string&,
                   const nlohmann::detail::exception&) override {
    return false;
  }

  std::set<std::string> Take() { return std::move(names_); }

 private:
  int depth_ = 0;
  std::set<std::string> names_;
};

void Append(const Json& value, absl::string_view comma, absl::string_view colon,
            std::string& out) {
  absl::string_view separator;
  if (value.is_object()) {
    out += '{';
    for (const auto& [key, member] : value.items()) {
      absl::StrAppend(
          &out, separator,
          Json(key).dump(-1, ' ', false, Json::error_handler_t::replace),
          colon);
      Append(member, comma, colon, out);
      separator = comma;
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    for (const Json& item : value) {
      absl::StrAppend(&out, separator);
      Append(item, comma, colon, out);
      separator = comma;
    }
    out += ']';
  } else if (const auto digits = BigInteger(value)) {
    out += *digits;
  } else {
    out += value.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
}

}  // namespace

std::optional<Json> ParseJson(absl::string_view text, JsonFault& fault) {
  if (const auto bad = FindUtf8Fault(text)) {
    fault = {"not UTF-8", bad->position, CodecMessage(*bad)};
    return std::nullopt;
  }
  const Prepared prepared = Prepare(text);
  if (prepared.too_deep) {
    fault = {"nested too deeply", 0,
             absl::StrCat("nested deeper than ", kMaxJsonDepth, " levels")};
    return std::nullopt;
  }
  // Python takes no byte order mark, the library does.
  if (!absl::StartsWith(text, "\xEF\xBB\xBF")) {
    const absl::string_view whole = prepared.Text(text);
    Builder builder;
    if (Json::sax_parse(whole.begin(), whole.end(), &builder)) {
      return builder.Take();
    }
    if (builder.too_many()) {
      fault = {"too many values", 0,
               absl::StrCat("more than ", kMaxJsonValues, " values")};
      return std::nullopt;
    }
  }
  fault = ExplainJsonFault(text);
  return std::nullopt;
}

bool HasLoneSurrogate(absl::string_view text) {
  return (absl::StrContains(text, "\\ud") || absl::StrContains(text, "\\uD")) &&
         Prepare(text).surrogates;
}

std::optional<std::string> BigInteger(const Json& value) {
  if (!value.is_binary()) return std::nullopt;
  const auto& digits = value.get_binary();
  return std::string(digits.begin(), digits.end());
}

std::set<std::string> MemberNames(absl::string_view text) {
  const Prepared prepared = Prepare(text);
  if (prepared.too_deep) return {};
  const absl::string_view whole = prepared.Text(text);
  NameReader reader;
  if (!Json::sax_parse(whole.begin(), whole.end(), &reader)) return {};
  return reader.Take();
}

std::string DumpSpaced(const Json& value) {
  std::string out;
  Append(value, ", ", ": ", out);
  return out;
}

std::string DumpCompact(const Json& value) {
  std::string out;
  Append(value, ",", ":", out);
  return out;
}

std::string PythonRepr(const Json& value) {
  switch (value.type()) {
    case Json::value_t::null:
      return "None";
    case Json::value_t::boolean:
      return value.get<bool>() ? "True" : "False";
    case Json::value_t::number_float:
      return PythonRepr(value.get<double>());
    case Json::value_t::string:
      return PythonRepr(absl::string_view(value.get_ref<const std::string&>()));
    case Json::value_t::array:
    case Json::value_t::object: {
      std::string out;
      for (const auto& [key, member] : value.items()) {
        absl::StrAppend(
            &out, out.empty() ? "" : ", ",
            value.is_object()
                ? absl::StrCat(PythonRepr(absl::string_view(key)), ": ")
                : "",
            PythonRepr(member));
      }
      return value.is_object() ? absl::StrCat("{", out, "}")
                               : absl::StrCat("[", out, "]");
    }
    case Json::value_t::binary:
      return *BigInteger(value);
    default:
      return value.dump();
  }
}

}  // namespace jail::eval
