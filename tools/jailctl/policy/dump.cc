// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/dump.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "jail/sys/printable.h"
#include "tools/jailctl/policy/reach.h"

namespace jail::jailctl {
namespace {

constexpr size_t kMaxShown = 400;  // bytes of a comment
constexpr size_t kMaxRules = 3;    // of a return, in text

std::string ArchList(const LoadedPolicy& loaded) {
  std::vector<std::string> names;
  for (const seccomp::ArchRules& arch : loaded.policy.archs) {
    names.push_back(seccomp::ArchName(arch.arch));
  }
  return absl::StrJoin(names, " and ");
}

// "python.kafel for x86_64: 42 instructions"
std::string Title(const LoadedPolicy& loaded) {
  return absl::StrCat(Printable(loaded.name, kMaxShown), " for ",
                      ArchList(loaded), ": ", loaded.filter.size(),
                      " instructions");
}

std::string Comment(const seccomp::Instruction& instruction,
                    const Annotation& annotation) {
  std::string comment = instruction.note;
  if (!annotation.argument.empty()) {
    comment = annotation.argument;
  }
  const std::vector<std::string>& rules = annotation.rules;
  if (!rules.empty()) {
    const size_t shown = std::min(rules.size(), kMaxRules);
    comment = absl::StrJoin(rules.begin(), rules.begin() + shown, ", ");
    if (shown < rules.size()) {
      absl::StrAppend(&comment, " and ", rules.size() - shown, " more");
    }
  }
  return Printable(comment, kMaxShown);
}

std::vector<std::string> Comments(const LoadedPolicy& loaded) {
  const auto instructions = seccomp::Instructions(loaded.filter);
  const std::vector<Annotation> annotations = Annotate(loaded);
  std::vector<std::string> comments;
  for (size_t at = 0; at < instructions.size(); ++at) {
    comments.push_back(Comment(instructions[at], annotations[at]));
  }
  return comments;
}

}  // namespace

std::string DumpAssembly(const LoadedPolicy& loaded, const Painter& paint) {
  std::string text =
      paint(Style::kDim, absl::StrCat("; ", Title(loaded))) + "\n";
  const auto instructions = seccomp::Instructions(loaded.filter);
  const std::vector<std::string> comments = Comments(loaded);
  for (size_t at = 0; at < instructions.size(); ++at) {
    absl::StrAppendFormat(&text, "%04d: %s", at, instructions[at].text);
    if (!comments[at].empty()) {
      absl::StrAppend(&text, "  ", paint(Style::kDim, "; " + comments[at]));
    }
    text += "\n";
  }
  return text;
}

std::string DumpC(const LoadedPolicy& loaded) {
  const auto comment = [](const std::string& text) {
    return absl::StrReplaceAll(text, {{"*/", "* /"}, {"/*", "/ *"}});
  };
  std::string text = absl::StrCat(
      "/* ", comment(Title(loaded)), " */\n#include <linux/filter.h>\n\n",
      "static const struct sock_filter filter[] = {\n");
  const auto instructions = seccomp::Instructions(loaded.filter);
  const std::vector<std::string> comments = Comments(loaded);
  for (size_t at = 0; at < instructions.size(); ++at) {
    const sock_filter& it = loaded.filter[at];
    absl::StrAppendFormat(&text, "    {0x%02x, %u, %u, 0x%08x}, /* %04d: %s",
                          it.code, it.jt, it.jf, it.k, at,
                          instructions[at].text);
    if (!comments[at].empty()) {
      absl::StrAppend(&text, "; ", comment(comments[at]));
    }
    text += " */\n";
  }
  return text + "};\n";
}

std::string DumpRaw(const LoadedPolicy& loaded) {
  return {reinterpret_cast<const char*>(loaded.filter.data()),
          loaded.filter.size() * sizeof(sock_filter)};
}

std::string DumpJson(const LoadedPolicy& loaded) {
  nlohmann::ordered_json json;
  json["policy"] = ToUtf8(loaded.name);
  json["architectures"] = nlohmann::ordered_json::array();
  for (const seccomp::ArchRules& arch : loaded.policy.archs) {
    json["architectures"].push_back(seccomp::ArchName(arch.arch));
  }
  json["instructions"] = nlohmann::ordered_json::array();
  const auto instructions = seccomp::Instructions(loaded.filter);
  const std::vector<Annotation> annotations = Annotate(loaded);
  for (size_t at = 0; at < instructions.size(); ++at) {
    const sock_filter& it = loaded.filter[at];
    nlohmann::ordered_json item = {{"code", it.code},
                                   {"jt", it.jt},
                                   {"jf", it.jf},
                                   {"k", it.k},
                                   {"text", instructions[at].text}};
    if (!instructions[at].note.empty()) item["note"] = instructions[at].note;
    if (!annotations[at].argument.empty()) {
      item["argument"] = annotations[at].argument;
    }
    if (!annotations[at].rules.empty()) {
      item["rules"] = nlohmann::ordered_json::array();
      for (const std::string& rule : annotations[at].rules) {
        item["rules"].push_back(ToUtf8(rule));
      }
    }
    json["instructions"].push_back(item);
  }
  return json.dump(2) + "\n";
}

}  // namespace jail::jailctl
