// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/dialects/codebox_sources.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "proto/eval.pb.h"
#include "tools/evalctl/dialects/json.h"
#include "tools/evalctl/paths.h"

namespace jail::eval {
namespace {

constexpr absl::string_view kSandbox = "/sandbox";

// As seen in the jail: absolute, without "." and "..".
std::string Resolve(absl::string_view key) {
  std::vector<absl::string_view> parts = {kSandbox.substr(1)};
  for (absl::string_view part : absl::StrSplit(key, '/', absl::SkipEmpty())) {
    if (part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  return absl::StrCat("/", absl::StrJoin(parts, "/"));
}

class Sources {
 public:
  explicit Sources(Request& request) : request_(request) {}

  // What is wrong with it; empty: it was added.
  std::string Add(absl::string_view key, const std::string& text) {
    if (absl::StrContains(key, '\0')) return "embedded null byte";
    const std::string full = Resolve(key);
    const std::string inside = absl::StrCat(kSandbox, "/");
    if (full != kSandbox && !absl::StartsWith(full, inside)) {
      return absl::StrCat("Invalid file path: ", full);
    }
    const auto fault = [](absl::string_view words, absl::string_view path) {
      return absl::StrCat(words, ": ", PythonRepr(path));
    };
    const std::vector<absl::string_view> names =
        absl::StrSplit(absl::string_view(full).substr(inside.size() - 1), '/');
    if (full.size() > kMaxPathBytes || names.size() > kMaxPathDepth + 1 ||
        std::any_of(names.begin(), names.end(), [](absl::string_view name) {
          return name.size() > kMaxNameBytes;
        })) {
      return fault("[Errno 36] File name too long", full);
    }
    for (size_t slash = full.find('/', inside.size());
         slash != std::string::npos; slash = full.find('/', slash + 1)) {
      const std::string parent = full.substr(0, slash);
      if (files_.contains(parent)) {
        return full.find('/', slash + 1) == std::string::npos
                   ? fault("[Errno 17] File exists", parent)
                   : fault("[Errno 20] Not a directory", full);
      }
      folders_.insert(parent);
    }
    if (folders_.contains(full) || full == kSandbox) {
      return fault("[Errno 21] Is a directory", full);
    }
    // "a" and "/a" are one file, which is written twice.
    const auto [known, is_new] =
        files_.try_emplace(full, request_.files_size());
    if (is_new) request_.add_files()->set_path(full.substr(inside.size()));
    request_.mutable_files(known->second)->set_text(text);
    return "";
  }

 private:
  Request& request_;
  std::map<std::string, int> files_;  // and which of the request's they are
  std::set<std::string> folders_;
};

}  // namespace

std::vector<std::string> AddSources(const SourceFiles& sources,
                                    Request& request) {
  Sources checked(request);
  std::vector<std::string> faults;
  for (const auto& [key, text] : sources) {
    std::string fault = checked.Add(key, text);
    if (!fault.empty()) faults.push_back(std::move(fault));
  }
  return faults;
}

}  // namespace jail::eval
