// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The texts of HTTP that more than one service reads: media types, forms,
// percent-encoding.
#ifndef TOOLS_EVALCTL_DIALECTS_HTTP_TEXT_H_
#define TOOLS_EVALCTL_DIALECTS_HTTP_TEXT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace jail::eval {

// "application/json" of "Application/JSON; charset=utf-8".
std::string MediaType(absl::string_view content_type);

// By its type (of MediaType): application/json, or what ends in "+json".
bool IsJsonType(absl::string_view type);

// Is `body` JSON that was sent as a form?  So does curl --data, which says
// nothing of the type.  No form of these services begins so.
bool IsJsonAsForm(absl::string_view type, absl::string_view body);

// Of a header Accept: is XML preferred to JSON?
bool PrefersXml(absl::string_view accept);

// "a b" of "a%20b"; what is no escape stays.
std::string PercentDecoded(absl::string_view text);

// The other way, for a path: "/a%20b".
std::string PercentEncoded(absl::string_view path);

// The fields of application/x-www-form-urlencoded.
std::vector<std::pair<std::string, std::string>> FormFields(
    absl::string_view body);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_HTTP_TEXT_H_
