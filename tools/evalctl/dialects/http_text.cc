// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/http_text.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace jail::eval {
namespace {

constexpr absl::string_view kForm = "application/x-www-form-urlencoded";

// How much a range of Accept wants its type: RFC 9110, 12.4.2.
double Quality(absl::string_view range) {
  double quality = 1;
  for (absl::string_view parameter : absl::StrSplit(range, ';')) {
    parameter = absl::StripAsciiWhitespace(parameter);
    if (!absl::ConsumePrefix(&parameter, "q=")) continue;
    if (!absl::SimpleAtod(parameter, &quality)) quality = 0;
  }
  return quality;
}

}  // namespace

std::string MediaType(absl::string_view content_type) {
  return absl::AsciiStrToLower(absl::StripAsciiWhitespace(
      content_type.substr(0, content_type.find(';'))));
}

bool IsJsonType(absl::string_view type) {
  return type == "application/json" ||
         (absl::StartsWith(type, "application/") &&
          absl::EndsWith(type, "+json"));
}

bool IsJsonAsForm(absl::string_view type, absl::string_view body) {
  return type == kForm &&
         absl::StartsWith(absl::StripLeadingAsciiWhitespace(body), "{");
}

bool PrefersXml(absl::string_view accept) {
  double xml = 0, json = 0, any = 0;
  for (absl::string_view range : absl::StrSplit(accept, ',')) {
    const std::string type = MediaType(range);
    const double quality = Quality(range);
    if (type == "application/xml" || type == "text/xml") {
      xml = std::max(xml, quality);
    } else if (type == "application/json") {
      json = std::max(json, quality);
    } else if (type == "*/*" || type == "application/*") {
      any = std::max(any, quality);
    }
  }
  return xml > std::max(json, any);
}

std::string PercentDecoded(absl::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const absl::string_view digits =
        i + 3 <= text.size() ? text.substr(i + 1, 2) : absl::string_view();
    if (text[i] == '%' && digits.size() == 2 &&
        absl::ascii_isxdigit(digits[0]) && absl::ascii_isxdigit(digits[1])) {
      out += absl::HexStringToBytes(digits);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string PercentEncoded(absl::string_view path) {
  std::string out;
  for (const char c : path) {
    if (absl::ascii_isalnum(c) || absl::StrContains("/-._~", c)) {
      out += c;
    } else {
      absl::StrAppendFormat(&out, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> FormFields(
    absl::string_view body) {
  std::vector<std::pair<std::string, std::string>> fields;
  for (absl::string_view field : absl::StrSplit(body, '&', absl::SkipEmpty())) {
    const std::pair<std::string, std::string> halves = absl::StrSplit(
        absl::StrReplaceAll(field, {{"+", " "}}), absl::MaxSplits('=', 1));
    fields.emplace_back(PercentDecoded(halves.first),
                        PercentDecoded(halves.second));
  }
  return fields;
}

}  // namespace jail::eval
