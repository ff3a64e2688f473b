// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/quartermaster_images.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "proto/evalctl.pb.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/fastapi.h"
#include "tools/evalctl/dialects/json.h"
#include "tools/evalctl/dialects/outcome.h"

namespace jail::eval {
namespace {

constexpr absl::string_view kRuntimes[] = {"python", "node", "bun",
                                           "go",     "deno", "rust"};

constexpr absl::string_view kPythonSdk =
    R"py("""What a program tells beside its output."""
import json


def set_metadata(data):
    with open("/metadata/.quartermaster_metadata.json", "w") as file:
        json.dump(data, file)
)py";

constexpr absl::string_view kNodeSdk =
    R"js(// What a program tells beside its output.
const fs = require("fs");

exports.setMetadata = (data) => fs.writeFileSync(
  "/metadata/.quartermaster_metadata.json", JSON.stringify(data));
)js";

constexpr absl::string_view kTypeScriptSdk =
    R"ts(// What a program tells beside its output.
import { writeFileSync } from "node:fs";

export function setMetadata(data: unknown): void {
  writeFileSync("/metadata/.quartermaster_metadata.json",
                JSON.stringify(data));
}
)ts";

}  // namespace

std::string ImageName(absl::string_view image) {
  absl::string_view name = image;
  absl::ConsumePrefix(&name, "code-runner-");
  if (std::find(std::begin(kRuntimes), std::end(kRuntimes), name) !=
      std::end(kRuntimes)) {
    return std::string(name);
  }
  absl::ConsumePrefix(&name, "prebuilt-");
  return absl::StrCat("prebuilt-", name);
}

const Profile* FindImage(const Config& config, absl::string_view name) {
  const Profile* profile =
      FindProfile(config, absl::StrCat("quartermaster-", name));
  if (profile == nullptr) return nullptr;
  for (const std::string& path : profile->needs()) {
    if (access(path.c_str(), F_OK) != 0) return nullptr;
  }
  return profile;
}

Sdk FindSdk(absl::string_view image) {
  if (image == "python") return {"sdk.py", kPythonSdk};
  if (image == "node") return {"sdk.js", kNodeSdk};
  if (image == "deno" || image == "bun") return {"sdk.ts", kTypeScriptSdk};
  return {};
}

HttpReply ListImages(const Config& config) {
  Json images = Json::array();
  for (absl::string_view name : kRuntimes) {
    const Profile* profile = FindImage(config, name);
    if (profile == nullptr) continue;
    std::string entrypoint;
    if (!profile->runner().empty()) {
      entrypoint = absl::StrJoin(profile->runner().rbegin()->argv(), " ");
    }
    images.push_back({{"id", absl::StrCat("code-runner-", name)},
                      {"name", std::string(name)},
                      {"description", profile->description()},
                      {"default_entrypoint", entrypoint},
                      {"file_extension", profile->file_extension()},
                      {"main_file", profile->main_file()},
                      {"completions", Json::array()}});
  }
  return JsonReply(200, {{"images", images},
                         {"runtimes", images},
                         {"default", "code-runner-python"}});
}

HttpReply Health(const Config& config, bool has_keys) {
  const bool ready = FindImage(config, "python") != nullptr;
  return JsonReply(200, {{"status", ready ? "ok" : "degraded"},
                         {"docker_connected", ready},
                         {"auth_enabled", has_keys}});
}

}  // namespace jail::eval
