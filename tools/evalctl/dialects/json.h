// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// JSON as the services take and give it: they are written in Python, and what
// its json module says of a fault is part of their answers.
#ifndef TOOLS_EVALCTL_DIALECTS_JSON_H_
#define TOOLS_EVALCTL_DIALECTS_JSON_H_

#include <cstddef>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace jail::eval {

// Members keep their order, as Python's do.
using Json = nlohmann::ordered_json;

// Deeper nesting is refused; the parser's readers recurse.
inline constexpr int kMaxJsonDepth = 100;
// And more values than that: each takes many times the room of its text.
inline constexpr size_t kMaxJsonValues = 1'000'000;

struct JsonFault {
  std::string what;     // "Expecting value"
  size_t position = 0;  // in characters
  std::string message;  // "Expecting value: line 1 column 2 (char 1)"
};

// Of two equal keys the last wins.  NaN and Infinity, which Python takes, are
// refused.  A lone surrogate ("\ud800") becomes U+0000: both can't be in what
// the services make of a text, and are refused in the same words.  A whole
// number that no 64 bits hold keeps its digits, as Python's does: see
// BigInteger.
std::optional<Json> ParseJson(absl::string_view text, JsonFault& fault);

// Is there one in `text`?
bool HasLoneSurrogate(absl::string_view text);

// The digits of a whole number that no 64 bits hold; nothing: it is none.  To
// the library it is "binary", a type that no JSON text has.
std::optional<std::string> BigInteger(const Json& value);

// The names of the members of the object in `text`; none when it is no JSON, or
// no object.  Makes no values.
std::set<std::string> MemberNames(absl::string_view text);

// With Python's separators ", " and ": ".
std::string DumpSpaced(const Json& value);

// Without spaces, which FastAPI gives.
std::string DumpCompact(const Json& value);

// repr(value): 'text', 1.0, True, None.
std::string PythonRepr(const Json& value);
std::string PythonRepr(absl::string_view text);
std::string PythonRepr(double value);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_JSON_H_
