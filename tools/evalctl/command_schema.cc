// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// evalctl schema
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

#include "tools/evalctl/commands.h"

namespace jail::eval {
namespace {

// Made of proto/eval.proto by tools/reference/eval_schema.py.
constexpr char kSchema[] =
#include "tools/evalctl/schema.inc"
    ;

}  // namespace

int PrintSchema(const CommandLine& line) {
  const std::string what = line.operands.empty() ? "" : line.operands[0];
  if (line.operands.size() > 1 ||
      (!what.empty() && what != "request" && what != "response")) {
    std::fputs("evalctl: schema: takes request or response, or nothing\n",
               stderr);
    return kBadRequest;
  }
  auto schema = nlohmann::ordered_json::parse(kSchema);
  if (!what.empty()) {
    schema["$ref"] = what == "request" ? "#/$defs/Request" : "#/$defs/Response";
  }
  const std::string text = schema.dump(2) + "\n";
  return std::fputs(text.c_str(), stdout) == EOF || std::fflush(stdout) != 0
             ? kOurFault
             : kServed;
}

}  // namespace jail::eval
