// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/fastapi.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/http_text.h"
#include "tools/evalctl/dialects/json.h"
#include "tools/evalctl/dialects/outcome.h"

namespace jail::eval {
namespace {

bool IsJson(const HttpRequest& request) {
  const std::string type = MediaType(request.content_type);
  return type.empty() || IsJsonType(type) || IsJsonAsForm(type, request.body);
}

// Without the slashes at its end.
absl::string_view Bare(absl::string_view path) {
  while (absl::ConsumeSuffix(&path, "/")) {
  }
  return path;
}

// What no 64 bits hold is the nearest that they do.
int64_t Nearest(const std::string& digits) {
  return digits[0] == '-' ? std::numeric_limits<int64_t>::min()
                          : std::numeric_limits<int64_t>::max();
}

}  // namespace

bool FastApiDialect::Redirects(absl::string_view path) const {
  return absl::EndsWith(path, "/") && !Owns(path) && Owns(Bare(path));
}

HttpReply FastApiDialect::Answer(const HttpRequest& request, Engine& engine,
                                 int cancel_fd) const {
  if (!Redirects(request.path)) return Respond(request, engine, cancel_fd);
  HttpReply reply;
  reply.status = 307;
  reply.content_type.clear();
  reply.headers.emplace_back(
      "Location",
      absl::StrCat(request.prefix, PercentEncoded(Bare(request.path)),
                   request.query.empty() ? "" : "?", request.query));
  return reply;
}

HttpReply JsonReply(int status, const Json& body) {
  HttpReply reply;
  reply.status = status;
  reply.body = DumpCompact(body);
  return reply;
}

HttpReply Detail(int status, absl::string_view text) {
  return JsonReply(status, {{"detail", std::string(text)}});
}

HttpReply EngineFault(const Error& error) {
  return Detail(ErrorStatus(error), ErrorText(error));
}

void BodyFaults::Add(absl::string_view type, Json place,
                     absl::string_view message, const Json& input,
                     Json context) {
  if (detail_.size() >= kMaxBodyFaults) return;
  Json fault = {{"type", std::string(type)},
                {"loc", std::move(place)},
                {"msg", std::string(message)},
                {"input", input}};
  if (!context.is_null()) fault["ctx"] = std::move(context);
  detail_.push_back(std::move(fault));
}

HttpReply BodyFaults::Reply() const {
  return JsonReply(422, {{"detail", detail_}});
}

std::optional<Json> ReadObject(const HttpRequest& request, BodyFaults& faults) {
  if (request.body.empty()) {
    faults.Add("missing", {"body"}, "Field required", nullptr);
    return std::nullopt;
  }
  Json value;
  if (IsJson(request)) {
    JsonFault fault;
    std::optional<Json> parsed = ParseJson(request.body, fault);
    if (!parsed) {
      faults.Add("json_invalid", Json::array({"body", fault.position}),
                 "JSON decode error", Json::object(), {{"error", fault.what}});
      return std::nullopt;
    }
    if (HasLoneSurrogate(request.body)) {
      faults.Add("json_invalid", Json::array({"body", 0}), "JSON decode error",
                 Json::object(), {{"error", "Lone surrogate in a text"}});
      return std::nullopt;
    }
    value = *std::move(parsed);
  } else {
    value = request.body;
  }
  if (value.is_object()) return value;
  if (value.is_null()) {
    faults.Add("missing", {"body"}, "Field required", nullptr);
  } else {
    faults.Add(
        "model_attributes_type", {"body"},
        "Input should be a valid dictionary or object to extract fields from",
        value);
  }
  return std::nullopt;
}

Json Fields::Place(const char* name) const {
  Json place = place_;
  place.push_back(name);
  return place;
}

const Json* Fields::Find(const char* name, bool required) {
  const auto found = object_.find(name);
  if (found != object_.end()) return &*found;
  if (required) faults_.Add("missing", Place(name), "Field required", object_);
  return nullptr;
}

std::string Fields::RequiredString(const char* name) {
  const Json* value = Find(name, true);
  if (value == nullptr) return "";
  if (value->is_string()) return *value;
  faults_.Add("string_type", Place(name), "Input should be a valid string",
              *value);
  return "";
}

const Json* Fields::RequiredObject(const char* name) {
  const Json* value = Find(name, true);
  if (value == nullptr || value->is_object()) return value;
  faults_.Add("dict_type", Place(name), "Input should be a valid dictionary",
              *value);
  return nullptr;
}

const Json* Fields::OptionalObject(const char* name) {
  return Find(name, false) == nullptr ? nullptr : RequiredObject(name);
}

const Json* Fields::RequiredList(const char* name) {
  const Json* value = Find(name, true);
  if (value == nullptr || value->is_array()) return value;
  faults_.Add("list_type", Place(name), "Input should be a valid list", *value);
  return nullptr;
}

std::optional<std::string> Fields::String(const char* name) {
  const Json* value = Find(name, false);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return RequiredString(name);
}

std::optional<std::map<std::string, std::string>> Fields::StringMap(
    const char* name) {
  const Json* value = Find(name, false);
  if (value == nullptr || value->is_null()) return std::nullopt;
  const Json* object = RequiredObject(name);
  if (object == nullptr) return std::nullopt;
  std::map<std::string, std::string> strings;
  for (auto& [key, text] : ReadStrings(*object, Place(name), faults_)) {
    strings[key] = std::move(text);
  }
  return strings;
}

std::optional<int64_t> Fields::Integer(const char* name) {
  const Json* value = Find(name, false);
  if (value == nullptr || value->is_null()) return std::nullopt;
  int64_t number = 0;
  if (value->is_boolean()) return value->get<bool>() ? 1 : 0;
  if (value->is_number_unsigned()) {
    return static_cast<int64_t>(std::min<uint64_t>(
        value->get<uint64_t>(), std::numeric_limits<int64_t>::max()));
  }
  if (value->is_number_integer()) return value->get<int64_t>();
  if (const auto digits = BigInteger(*value)) return Nearest(*digits);
  if (value->is_number()) {
    const double real = value->get<double>();
    if (std::trunc(real) == real && std::fabs(real) < 1e15) {
      return static_cast<int64_t>(real);
    }
    faults_.Add("int_from_float", Place(name),
                "Input should be a valid integer, got a number with a "
                "fractional part",
                *value);
  } else if (!value->is_string()) {
    faults_.Add("int_type", Place(name), "Input should be a valid integer",
                *value);
  } else if (!absl::SimpleAtoi(value->get_ref<const std::string&>(), &number)) {
    faults_.Add("int_parsing", Place(name),
                "Input should be a valid integer, unable to parse string as an "
                "integer",
                *value);
  }
  return number;
}

std::optional<double> Fields::Number(const char* name) {
  const Json* value = Find(name, false);
  if (value == nullptr || value->is_null()) return std::nullopt;
  double number = 0;
  if (value->is_boolean()) return value->get<bool>() ? 1 : 0;
  if (value->is_number()) return value->get<double>();
  if (const auto digits = BigInteger(*value)) {
    // Too many of them are an infinite number.
    if (!absl::SimpleAtod(*digits, &number)) number = 0;
    return number;
  }
  if (!value->is_string()) {
    faults_.Add("float_type", Place(name), "Input should be a valid number",
                *value);
  } else if (!absl::SimpleAtod(value->get_ref<const std::string&>(), &number) ||
             std::isnan(number)) {
    faults_.Add("float_parsing", Place(name),
                "Input should be a valid number, unable to parse string as a "
                "number",
                *value);
  }
  return number;
}

bool Fields::Boolean(const char* name, bool otherwise) {
  const Json* value = Find(name, false);
  if (value == nullptr) return otherwise;
  if (value->is_boolean()) return value->get<bool>();
  std::string word;
  if (value->is_string()) {
    word = absl::AsciiStrToLower(value->get_ref<const std::string&>());
  } else if (value->is_number() || value->is_binary()) {
    word = DumpCompact(*value);
  } else {
    faults_.Add("bool_type", Place(name), "Input should be a valid boolean",
                *value);
    return otherwise;
  }
  for (const char* yes : {"1", "true", "t", "yes", "y", "on", "1.0"}) {
    if (word == yes) return true;
  }
  for (const char* no : {"0", "false", "f", "no", "n", "off", "0.0"}) {
    if (word == no) return false;
  }
  faults_.Add("bool_parsing", Place(name),
              "Input should be a valid boolean, unable to interpret input",
              *value);
  return otherwise;
}

std::vector<std::pair<std::string, std::string>> ReadStrings(
    const Json& map, const Json& place, BodyFaults& faults) {
  std::vector<std::pair<std::string, std::string>> strings;
  for (const auto& [key, value] : map.items()) {
    if (value.is_string()) {
      strings.emplace_back(key, value);
      continue;
    }
    Json at = place;
    at.push_back(key);
    faults.Add("string_type", std::move(at), "Input should be a valid string",
               value);
  }
  return strings;
}

}  // namespace jail::eval
