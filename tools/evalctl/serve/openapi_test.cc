// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/openapi.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace jail::eval {
namespace {

// Every "$ref" of the document leads somewhere.
void CheckReferences(const nlohmann::json& document,
                     const nlohmann::json& part) {
  if (part.is_object() && part.contains("$ref")) {
    const auto path = part["$ref"].get<std::string>();
    EXPECT_TRUE(document.contains(
        nlohmann::json::json_pointer(path.substr(path.find('#') + 1))))
        << path;
  }
  if (!part.is_structured()) return;
  for (const auto& inner : part) CheckReferences(document, inner);
}

TEST(OpenApiTest, HasTheSchemas) {
  const auto document = nlohmann::json::parse(OpenApiDocument("1.2.3"));
  EXPECT_EQ(document["info"]["version"], "1.2.3");
  CheckReferences(document, document);
  const auto& schemas = document["components"]["schemas"];
  const auto& request = schemas["Request"]["properties"];
  EXPECT_EQ(request["code"]["type"], "string");
  EXPECT_EQ(request["stdin"]["contentEncoding"], "base64");
  EXPECT_EQ(request["files"]["items"]["$ref"], "#/components/schemas/File");
  EXPECT_EQ(request["environment"]["additionalProperties"]["type"], "string");
  EXPECT_TRUE(request.contains("input"));
  EXPECT_FALSE(request.contains("input_json"));
  EXPECT_EQ(schemas["Request"]["additionalProperties"], false);
  EXPECT_EQ(schemas["Error"]["properties"]["kind"]["enum"][0], "BAD_REQUEST");
  EXPECT_EQ(schemas["Limits"]["properties"]["pids"]["minimum"], 0);
}

TEST(OpenApiTest, HasEveryStatus) {
  const auto document = nlohmann::json::parse(OpenApiDocument("1.2.3"));
  const auto& paths = document["paths"];
  for (const char* status :
       {"200", "400", "401", "403", "408", "413", "429", "431", "500", "503"}) {
    EXPECT_TRUE(paths["/v1/eval"]["post"]["responses"].contains(status))
        << status;
  }
  EXPECT_TRUE(paths["/metrics"]["get"].contains("security"));
  EXPECT_FALSE(paths["/healthz"]["get"].contains("security"));
}

}  // namespace
}  // namespace jail::eval
