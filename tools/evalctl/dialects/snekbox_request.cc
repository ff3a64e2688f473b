// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/snekbox_request.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "tools/evalctl/dialects/json.h"
#include "tools/evalctl/dialects/python_text.h"

namespace jail::eval {
namespace {

constexpr absl::string_view kInvalidJson = "Invalid JSON";
constexpr absl::string_view kInvalidData = "Request data failed validation";
constexpr absl::string_view kInvalidFile = "Request file is invalid";

// The schema's fault nearest to the root is told, the first of those.
class SchemaFaults {
 public:
  void Add(size_t depth, std::string text) {
    if (text_.empty() || depth < depth_) {
      depth_ = depth;
      text_ = std::move(text);
    }
  }
  void CheckType(size_t depth, const Json& value, absl::string_view type) {
    const bool ok = type == "string"  ? value.is_string()
                    : type == "array" ? value.is_array()
                                      : value.is_object();
    if (ok) return;
    Add(depth, absl::StrCat(PythonRepr(value), " is not of type '", type, "'"));
  }
  const std::string& text() const { return text_; }

 private:
  size_t depth_ = 0;
  std::string text_;
};

// ^(?!/)(?!.*\\0).*$ where "." takes no newline and "$" also stands before a
// last newline.
bool PathMatches(absl::string_view path) {
  if (absl::StartsWith(path, "/")) return false;
  const size_t newline = path.find('\n');
  if (newline != absl::string_view::npos && newline + 1 != path.size()) {
    return false;
  }
  return !absl::StrContains(path, "\\0");
}

void CheckFile(const Json& file, SchemaFaults& faults) {
  faults.CheckType(2, file, "object");
  if (!file.is_object()) return;
  if (!file.contains("path")) {
    faults.Add(2, "'path' is a required property");
  } else {
    const Json& path = file["path"];
    faults.CheckType(3, path, "string");
    if (path.is_string() && !PathMatches(path.get_ref<const std::string&>())) {
      faults.Add(3, absl::StrCat(
                        PythonRepr(path), " does not match ",
                        PythonRepr(absl::string_view("^(?!/)(?!.*\\\\0).*$"))));
    }
  }
  if (file.contains("content")) faults.CheckType(3, file["content"], "string");
}

std::string CheckSchema(const Json& body) {
  SchemaFaults faults;
  faults.CheckType(0, body, "object");
  if (!body.is_object()) return faults.text();
  if (!body.contains("input") && !body.contains("args")) {
    faults.Add(0, absl::StrCat(PythonRepr(body),
                               " is not valid under any of the given schemas"));
  }
  for (absl::string_view name : {"args", "files"}) {
    const auto list = body.find(std::string(name));
    if (list == body.end()) continue;
    faults.CheckType(1, *list, "array");
    if (!list->is_array()) continue;
    for (const Json& item : *list) {
      if (name == "args") {
        faults.CheckType(2, item, "string");
      } else {
        CheckFile(item, faults);
      }
    }
  }
  for (const char* name : {"input", "executable_path"}) {
    if (body.contains(name)) faults.CheckType(1, body[name], "string");
  }
  return faults.text();
}

// The path without ".", ".." and empty parts; nothing when it leads out.
std::optional<std::string> CleanPath(absl::string_view path) {
  if (absl::StrContains(path, '\0')) return std::nullopt;
  std::vector<absl::string_view> parts;
  for (absl::string_view part : absl::StrSplit(path, '/', absl::SkipEmpty())) {
    if (part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (parts.empty()) {
      return std::nullopt;
    } else {
      parts.pop_back();
    }
  }
  return absl::StrJoin(parts, "/");
}

// `input` is the last argument; what is empty at the front falls away.
std::vector<std::string> Arguments(const Json& body) {
  std::vector<std::string> args = {"-c"};
  if (body.contains("args"))
    args = body["args"].get<std::vector<std::string>>();
  if (body.contains("input")) args.push_back(body["input"]);
  args.erase(args.begin(),
             std::find_if(args.begin(), args.end(),
                          [](const std::string& arg) { return !arg.empty(); }));
  return args;
}

}  // namespace

bool ParseSnekbox(absl::string_view text, SnekboxRequest& request,
                  SnekboxFault& fault) {
  const auto fail = [&](absl::string_view title, std::string description) {
    fault = {400, std::string(title), std::move(description)};
    return false;
  };
  JsonFault json_fault;
  std::optional<Json> body;
  if (!text.empty()) {
    body = ParseJson(text, json_fault);
    if (!body) {
      return fail(kInvalidJson, absl::StrCat("Could not parse JSON body - ",
                                             json_fault.message));
    }
  }
  if (!body || body->is_null()) {
    return fail(kInvalidJson, "Could not parse an empty JSON body");
  }
  std::string schema_fault = CheckSchema(*body);
  if (!schema_fault.empty()) return fail(kInvalidData, schema_fault);

  request.args = Arguments(*body);
  for (const Json& item : body->value("files", Json::array())) {
    SnekboxFile file;
    file.given = item["path"];
    const auto path = CleanPath(file.given);
    if (!path) {
      return fail(kInvalidFile, absl::StrCat("File path '", file.given,
                                             "' may not traverse beyond root"));
    }
    auto content = LenientBase64(item.value("content", std::string()));
    if (!content) {
      return fail(kInvalidFile, absl::StrCat("Invalid base64 encoding for "
                                             "file '",
                                             file.given, "'"));
    }
    file.path = *path;
    file.content = *std::move(content);
    request.files.push_back(std::move(file));
  }
  request.executable = body->value("executable_path", std::string());
  return true;
}

}  // namespace jail::eval
