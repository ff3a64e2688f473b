// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/numbers.h"

#include <charconv>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace jail {
namespace {

constexpr int kOctal = 8, kDecimal = 10, kHex = 16;

std::string NoNumber(const std::string& text, bool is_signed) {
  if (text.empty()) return "needs a number";
  return absl::StrCat("\"", text, "\" is no ", is_signed ? "whole " : "",
                      "number", is_signed ? "" : " of 0 or more",
                      " (decimal, 0x hexadecimal or 0 octal)");
}

}  // namespace

template <typename T>
std::string ReadNumber(const std::string& text, T& number) {
  constexpr bool kSigned = std::numeric_limits<T>::is_signed;
  const char* at = text.data();
  const char* const end = at + text.size();
  bool is_negative = false;
  if (kSigned && at != end && (*at == '-' || *at == '+')) {
    is_negative = *at++ == '-';
  }
  int base = kDecimal;
  if (end - at > 2 && at[0] == '0' && (at[1] == 'x' || at[1] == 'X')) {
    base = kHex;
    at += 2;
  } else if (end - at > 1 && at[0] == '0') {
    base = kOctal;
  }
  uint64_t magnitude = 0;
  // std::from_chars takes a '-' for signed types only, and no '+' or space.
  const auto [stop, error] = std::from_chars(at, end, magnitude, base);
  if (at == end || stop != end || error == std::errc::invalid_argument) {
    return NoNumber(text, kSigned);
  }
  const uint64_t largest =
      static_cast<uint64_t>(std::numeric_limits<T>::max()) +
      (is_negative ? 1 : 0);
  if (error == std::errc::result_out_of_range || magnitude > largest) {
    return absl::StrCat(text,
                        " is out of range: ", std::numeric_limits<T>::min(),
                        " to ", std::numeric_limits<T>::max());
  }
  // Unsigned arithmetic wraps, so the smallest number needs no special case.
  number = static_cast<T>(is_negative ? uint64_t{0} - magnitude : magnitude);
  return "";
}

template std::string ReadNumber(const std::string&, int32_t&);
template std::string ReadNumber(const std::string&, int64_t&);
template std::string ReadNumber(const std::string&, uint32_t&);
template std::string ReadNumber(const std::string&, uint64_t&);

}  // namespace jail
