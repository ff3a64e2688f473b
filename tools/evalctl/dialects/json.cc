// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/json.h"

#include <optional>
#include <string>

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
  std::string text;  // without lone surrogates
  bool too_deep = false;
  bool surrogates = false;
};

Prepared Prepare(absl::string_view text) {
  Prepared out;
  out.text = std::string(text);
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
      out.text.replace(i + 2, 4, "0000");
      out.surrogates = true;
      i += 5;
    } else {
      ++i;  // what is escaped is no quote
    }
  }
  return out;
}

void AppendSpaced(const Json& value, std::string& out) {
  const char* separator = "";
  if (value.is_object()) {
    out += '{';
    for (const auto& [key, member] : value.items()) {
      absl::StrAppend(&out, separator, Json(key).dump(), ": ");
      AppendSpaced(member, out);
      separator = ", ";
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    for (const Json& item : value) {
      out += separator;
      AppendSpaced(item, out);
      separator = ", ";
    }
    out += ']';
  } else {
    out += DumpCompact(value);
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
    Json value = Json::parse(prepared.text, nullptr, false);
    if (!value.is_discarded()) return value;
  }
  fault = ExplainJsonFault(text);
  return std::nullopt;
}

bool HasLoneSurrogate(absl::string_view text) {
  return (absl::StrContains(text, "\\ud") || absl::StrContains(text, "\\uD")) &&
         Prepare(text).surrogates;
}

std::string DumpSpaced(const Json& value) {
  std::string out;
  AppendSpaced(value, out);
  return out;
}

std::string DumpCompact(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
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
    default:
      return value.dump();
  }
}

}  // namespace jail::eval
