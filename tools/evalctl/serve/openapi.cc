// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/openapi.h"

#include <google/protobuf/descriptor.h>

#include <nlohmann/json.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/eval.pb.h"

namespace jail::eval {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using nlohmann::json;

// Members that hold JSON as it was written lose this ending.
constexpr absl::string_view kRawEnding = "_json";

void AddSchema(const Descriptor& message, json& schemas);

json EnumSchema(const EnumDescriptor& names) {
  json values = json::array();
  // 0 is "not set", and never written.
  for (int i = 0; i < names.value_count(); i++) {
    if (names.value(i)->number() != 0) values.push_back(names.value(i)->name());
  }
  return {{"type", "string"}, {"enum", values}};
}

json ValueSchema(const FieldDescriptor& field, json& schemas) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_MESSAGE:
      AddSchema(*field.message_type(), schemas);
      return {{"$ref", absl::StrCat("#/components/schemas/",
                                    field.message_type()->name())}};
    case FieldDescriptor::CPPTYPE_ENUM:
      return EnumSchema(*field.enum_type());
    case FieldDescriptor::CPPTYPE_BOOL:
      return {{"type", "boolean"}};
    case FieldDescriptor::CPPTYPE_STRING:
      if (field.type() == FieldDescriptor::TYPE_BYTES) {
        return {{"type", "string"}, {"contentEncoding", "base64"}};
      }
      return {{"type", "string"}};
    case FieldDescriptor::CPPTYPE_UINT32:
    case FieldDescriptor::CPPTYPE_UINT64:
      return {{"type", "integer"}, {"minimum", 0}};
    default:
      return {{"type", "integer"}};
  }
}

void AddSchema(const Descriptor& message, json& schemas) {
  if (schemas.contains(message.name())) return;
  schemas[message.name()] = json::object();  // for those that hold themselves
  json properties = json::object();
  for (int i = 0; i < message.field_count(); i++) {
    const FieldDescriptor& field = *message.field(i);
    absl::string_view name = field.name();
    if (field.is_map()) {
      properties[std::string(name)] = {
          {"type", "object"},
          {"additionalProperties",
           ValueSchema(*field.message_type()->map_value(), schemas)}};
    } else if (field.is_repeated()) {
      properties[std::string(name)] = {{"type", "array"},
                                       {"items", ValueSchema(field, schemas)}};
    } else if (absl::EndsWith(name, kRawEnding)) {
      name.remove_suffix(kRawEnding.size());
      properties[std::string(name)] = json::object();  // any value
    } else {
      properties[std::string(name)] = ValueSchema(field, schemas);
    }
  }
  schemas[message.name()] = {{"type", "object"},
                             {"properties", properties},
                             {"additionalProperties", false}};
}

json Reference(const Descriptor& message) {
  return {
      {"application/json",
       {{"schema",
         {{"$ref", absl::StrCat("#/components/schemas/", message.name())}}}}}};
}

json Answer(const char* description) {
  return {{"description", description},
          {"content", Reference(*Response::descriptor())}};
}

constexpr char kRefusal[] = "#/components/schemas/Refusal";

// What the server says itself, before there is a request: see ErrorReply.
json Refused(const char* description) {
  return {
      {"description", description},
      {"content", {{"application/json", {{"schema", {{"$ref", kRefusal}}}}}}}};
}

json AnswerOrRefused(const char* description) {
  json answer = Answer(description);
  json& schema = answer["content"]["application/json"]["schema"];
  schema = {{"anyOf", {schema, {{"$ref", kRefusal}}}}};
  return answer;
}

// Without a key where the server has none.
json Security() {
  return {{{"key", json::array()}}, {{"token", json::array()}}, json::object()};
}

void AddKeyFaults(json& operation) {
  operation["security"] = Security();
  operation["responses"]["401"] = Refused("UNAUTHENTICATED: no key");
  operation["responses"]["403"] =
      Refused("FORBIDDEN: a wrong key, or another site's page");
}

json Get(const char* summary, bool needs_key) {
  json operation = {{"summary", summary},
                    {"responses", {{"200", {{"description", summary}}}}}};
  if (needs_key) AddKeyFaults(operation);
  return {{"get", operation}};
}

}  // namespace

std::string OpenApiDocument(absl::string_view version) {
  json schemas = json::object();
  AddSchema(*Request::descriptor(), schemas);
  AddSchema(*Response::descriptor(), schemas);
  schemas["Refusal"] = {
      {"type", "object"},
      {"properties",
       {{"error",
         {{"type", "object"},
          {"properties",
           {{"kind", {{"type", "string"}}}, {"message", {{"type", "string"}}}}},
          {"required", {"kind", "message"}}}},
        {"detail", {{"type", "string"}}}}},
      {"required", {"error", "detail"}}};
  json evaluation = {
      {"summary", "Runs one request in a jail."},
      {"requestBody",
       {{"required", true}, {"content", Reference(*Request::descriptor())}}},
      {"responses",
       {{"200", Answer("It was served, whatever its program did.")},
        {"400", AnswerOrRefused("BAD_REQUEST")},
        {"408", Refused("BAD_REQUEST: it came too slowly")},
        {"413", Refused("BAD_REQUEST: the body is too large")},
        {"429",
         AnswerOrRefused("OVERLOADED: try again after Retry-After seconds")},
        {"431", Refused("BAD_REQUEST: the header is too large")},
        {"500",
         AnswerOrRefused("SETUP_FAILURE or INTERNAL: the fault is ours")},
        {"503", AnswerOrRefused("CANCELLED: the server stops; OVERLOADED: too "
                                "many connections")}}}};
  AddKeyFaults(evaluation);
  const json document = {
      {"openapi", "3.1.0"},
      {"info", {{"title", "evalctl"}, {"version", std::string(version)}}},
      {"paths",
       {{"/v1/eval", {{"post", evaluation}}},
        {"/v1/profiles", Get("What a request may name.", /*needs_key=*/true)},
        {"/healthz", Get("The server answers.", /*needs_key=*/false)},
        {"/readyz", Get("The server takes requests.", /*needs_key=*/false)},
        {"/metrics", Get("Prometheus' text format.", /*needs_key=*/true)}}},
      {"components",
       {{"schemas", schemas},
        {"securitySchemes",
         {{"key",
           {{"type", "apiKey"}, {"in", "header"}, {"name", "X-API-Key"}}},
          {"token", {{"type", "http"}, {"scheme", "bearer"}}}}}}}};
  return document.dump(2) + "\n";
}

}  // namespace jail::eval
