// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/explain.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "jail/sys/printable.h"
#include "tools/jailctl/policy/reach.h"
#include "tools/jailctl/policy/value_names.h"

namespace jail::jailctl {
namespace {

constexpr size_t kMaxShown = 200;  // bytes of a name

Style StyleOf(Severity severity) {
  if (severity >= Severity::kHigh) return Style::kBad;
  return severity == Severity::kMedium ? Style::kWarn : Style::kDim;
}

}  // namespace

PolicyView ExplainPolicy(const LoadedPolicy& loaded, seccomp::Arch arch,
                         const std::string& available_actions) {
  PolicyView view;
  view.name = loaded.name;
  view.arch = arch;
  view.otherwise =
      seccomp::ReturnName(loaded.policy.default_action.ReturnValue());
  std::map<const CallGroup*, GroupView> by_group;
  for (const uint32_t number : CallsOf(loaded, arch)) {
    const std::string name = CallName(arch, number);
    GroupView& group = by_group[&GroupOf(name)];
    const auto returns = PossibleReturns(loaded.filter, arch, number);
    const auto allows =
        std::count_if(returns.begin(), returns.end(), IsAllowed);
    if (allows == 0) {
      group.denied.push_back(name);
    } else if (static_cast<size_t>(allows) == returns.size()) {
      group.allowed.push_back(name);
    } else {
      group.depends.push_back(name);
    }
  }
  for (const CallGroup& group : CallGroups()) {
    GroupView& found = by_group[&group];
    if (found.allowed.empty() && found.depends.empty() &&
        found.denied.empty()) {
      continue;
    }
    found.group = &group;
    for (auto* list : {&found.allowed, &found.depends, &found.denied}) {
      std::sort(list->begin(), list->end());
    }
    view.groups.push_back(std::move(found));
  }
  view.dangers = FindAllowedDangers(loaded, arch);
  view.needs = NeedsOf(loaded.filter, available_actions);
  return view;
}

std::string PolicyViewText(const PolicyView& view, const Painter& paint) {
  std::string text =
      absl::StrCat(paint(Style::kBold, Printable(view.name, kMaxShown)), " on ",
                   seccomp::ArchName(view.arch),
                   "; what no rule names: ", view.otherwise, "\n\n");
  std::vector<std::string> empty;
  for (const GroupView& group : view.groups) {
    const size_t all =
        group.allowed.size() + group.depends.size() + group.denied.size();
    const size_t some = group.allowed.size() + group.depends.size();
    if (some == 0) {
      empty.push_back(absl::AsciiStrToLower(group.group->title));
      continue;
    }
    absl::StrAppend(&text, paint(Style::kBold, group.group->title), ": ",
                    some == all ? absl::StrCat("all ", all)
                                : absl::StrCat(some, " of ", all),
                    "\n");
    // Whichever list is shorter says more.
    constexpr size_t kFew = 8;
    if (some == all || (group.denied.size() < kFew && some > kFew)) {
      if (some < all) {
        absl::StrAppend(&text, "  all but: ",
                        Wrap(absl::StrJoin(group.denied, " "), 4), "\n");
      }
    } else if (!group.allowed.empty()) {
      absl::StrAppend(&text, "  ", Wrap(absl::StrJoin(group.allowed, " "), 2),
                      "\n");
    }
    if (!group.depends.empty()) {
      absl::StrAppend(&text, "  ", paint(Style::kDim, "by argument:"), " ",
                      Wrap(absl::StrJoin(group.depends, " "), 4), "\n");
    }
  }
  if (!empty.empty()) {
    absl::StrAppend(
        &text, paint(Style::kBold, "Nothing"), " ",
        Wrap(absl::StrCat("of: ", absl::StrJoin(empty, "; ")), 2, 72), "\n");
  }
  absl::StrAppend(&text, "\n",
                  paint(Style::kBold, "What is dangerous, worst first"), "\n");
  if (view.dangers.empty()) absl::StrAppend(&text, "  nothing\n");
  for (const AllowedDanger& found : view.dangers) {
    constexpr int kColumn = 10;
    const std::string severity = SeverityName(found.danger->severity);
    absl::StrAppend(
        &text, "  ", paint(StyleOf(found.danger->severity), severity),
        std::string(kColumn - 2 - severity.size(), ' '),
        Wrap(absl::StrCat(found.danger->what, ": ", found.danger->why, "."),
             kColumn),
        "\n          ", paint(Style::kDim, "allowed:"), " ",
        Wrap(absl::StrCat(
                 absl::StrJoin(found.calls, " "), ", by ",
                 Printable(absl::StrJoin(found.reasons, ", "), 2 * kMaxShown)),
             kColumn + 9),
        "\n");
  }
  if (view.needs.empty()) return text;
  absl::StrAppend(&text, "\n",
                  paint(Style::kBold, "What it needs of the kernel"), "\n");
  for (const KernelNeed& need : view.needs) {
    const bool is_missing = need.is_here == false;
    std::string what =
        absl::StrCat("the action ", need.action, ", Linux ", need.since);
    if (is_missing) {
      what += ", which this kernel has not: it would kill the process instead";
    }
    if (!need.note.empty()) absl::StrAppend(&what, "; ", need.note);
    absl::StrAppend(&text, "  ",
                    paint(is_missing ? Style::kBad : Style::kDim,
                          is_missing             ? "missing"
                          : need.is_here == true ? "here   "
                                                 : "unknown"),
                    " ", Wrap(what, 10), "\n");
  }
  return text;
}

std::string PolicyViewJson(const PolicyView& view) {
  nlohmann::ordered_json json;
  json["policy"] = ToUtf8(view.name);
  json["arch"] = seccomp::ArchName(view.arch);
  json["default"] = view.otherwise;
  json["groups"] = nlohmann::ordered_json::array();
  for (const GroupView& group : view.groups) {
    json["groups"].push_back({{"id", group.group->id},
                              {"title", group.group->title},
                              {"allowed", group.allowed},
                              {"by_argument", group.depends},
                              {"denied", group.denied}});
  }
  json["dangers"] = nlohmann::ordered_json::array();
  for (const AllowedDanger& found : view.dangers) {
    nlohmann::ordered_json reasons = nlohmann::ordered_json::array();
    for (const std::string& reason : found.reasons) {
      reasons.push_back(ToUtf8(reason));
    }
    json["dangers"].push_back(
        {{"severity", SeverityName(found.danger->severity)},
         {"what", found.danger->what},
         {"why", found.danger->why},
         {"calls", found.calls},
         {"by", reasons}});
  }
  json["needs"] = nlohmann::ordered_json::array();
  for (const KernelNeed& need : view.needs) {
    nlohmann::ordered_json here;
    if (need.is_here) here = *need.is_here;
    json["needs"].push_back({{"action", need.action},
                             {"kernel", need.since},
                             {"here", here},
                             {"note", need.note}});
  }
  return json.dump(2) + "\n";
}

}  // namespace jail::jailctl
