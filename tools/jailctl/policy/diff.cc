// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/policy/diff.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "jail/seccomp/syscalls.h"
#include "jail/sys/printable.h"
#include "tools/jailctl/policy/boundary_values.h"
#include "tools/jailctl/policy/reach.h"
#include "tools/jailctl/policy/value_names.h"

namespace jail::jailctl {
namespace {

using seccomp::Arch;
using Pair = std::pair<uint32_t, uint32_t>;

constexpr size_t kMaxShown = 200;  // bytes of a name

// Numbers that stand for those without a name, of each kind.
constexpr uint32_t kUnnamed[] = {999, seccomp::kX32Bit, 0xffffffff};

// A copy with the rules of one call: deciding walks over all rules.
LoadedPolicy OnlyFor(const LoadedPolicy& loaded, uint32_t number) {
  LoadedPolicy only = loaded;
  for (seccomp::ArchRules& arch : only.policy.archs) {
    arch.rules.erase(
        std::remove_if(arch.rules.begin(), arch.rules.end(),
                       [&](const auto& rule) { return !rule.Covers(number); }),
        arch.rules.end());
  }
  return only;
}

void AddValues(const LoadedPolicy& loaded, Arch arch, ArgumentValues& values) {
  for (const seccomp::ArchRules& rules : loaded.policy.archs) {
    if (rules.arch != arch) continue;
    for (const seccomp::Rule& rule : rules.rules) {
      if (rule.condition) AddBoundaryValues(*rule.condition, values);
    }
  }
}

void DiffCall(const LoadedPolicy& first, const LoadedPolicy& second, Arch arch,
              uint32_t number, DiffResult& result) {
  const LoadedPolicy a = OnlyFor(first, number), b = OnlyFor(second, number);
  ArgumentValues values;
  AddValues(a, arch, values);
  AddValues(b, arch, values);
  std::vector<std::pair<Pair, Difference>> found;
  std::set<Pair> seen;
  seccomp_data call{};
  call.arch = seccomp::AuditArch(arch);
  call.nr = static_cast<int>(number);
  const bool is_complete =
      ForEachCombination(values, [&](const std::array<uint64_t, 6>& args) {
        std::copy(args.begin(), args.end(), call.args);
        const Ruling by_a = Decide(a, call), by_b = Decide(b, call);
        const Pair pair = {by_a.value, by_b.value};
        if (!seen.insert(pair).second || by_a.value == by_b.value) return;
        Difference difference = {
            arch, number, by_a.value, by_b.value, by_a.reason, by_b.reason, {}};
        for (int i = 0; i < 6; ++i) {
          const auto index = static_cast<size_t>(i);
          if (!values[index].empty()) difference.example[i] = args[index];
        }
        found.emplace_back(pair, std::move(difference));
      });
  if (!is_complete) result.sampled.push_back(CallName(arch, number));
  for (auto& [pair, difference] : found) {
    if (seen.size() == 1) difference.example.clear();
    result.differences.push_back(std::move(difference));
  }
}

// "socket(family=AF_VSOCK, type=1)"
std::string Example(const Difference& difference) {
  const std::string name = CallName(difference.arch, difference.number);
  if (difference.example.empty()) return name;
  const auto arguments = seccomp::SyscallArguments(difference.arch, name);
  std::vector<std::string> parts;
  for (const auto& [index, value] : difference.example) {
    const std::string argument =
        arguments && static_cast<size_t>(index) < arguments->size()
            ? (*arguments)[static_cast<size_t>(index)].name
            : absl::StrCat("arg", index);
    parts.push_back(absl::StrCat(argument, "=", NameValue(name, index, value)));
  }
  return absl::StrCat(name, "(", absl::StrJoin(parts, ", "), ")");
}

}  // namespace

DiffResult Diff(const LoadedPolicy& first, const LoadedPolicy& second,
                const std::vector<Arch>& archs) {
  DiffResult result;
  for (const Arch arch : archs) {
    std::set<uint32_t> numbers = CallsOf(first, arch);
    numbers.merge(CallsOf(second, arch));
    numbers.insert(std::begin(kUnnamed), std::end(kUnnamed));
    for (const uint32_t number : numbers) {
      DiffCall(first, second, arch, number, result);
    }
  }
  return result;
}

std::string DiffText(const LoadedPolicy& first, const LoadedPolicy& second,
                     const DiffResult& result, const Painter& paint) {
  std::string text;
  const auto sampled = [&] {
    if (!result.sampled.empty()) {
      absl::StrAppend(
          &text,
          Wrap(absl::StrCat("Not every combination of arguments was tried of ",
                            absl::StrJoin(result.sampled, ", "), "."),
               0),
          "\n");
    }
  };
  if (result.differences.empty()) {
    text = "No difference was found.\n";
    sampled();
    return text;
  }
  bool one_arch = true;
  size_t width[2] = {0, 0};
  std::vector<std::array<std::string, 3>> rows;
  for (const Difference& d : result.differences) {
    one_arch = one_arch && d.arch == result.differences[0].arch;
    rows.push_back({Example(d), seccomp::ReturnName(d.first),
                    seccomp::ReturnName(d.second)});
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!one_arch) {
      absl::StrAppend(&rows[i][0], " on ",
                      seccomp::ArchName(result.differences[i].arch));
    }
    width[0] = std::max(width[0], std::min<size_t>(rows[i][0].size(), 40));
    width[1] = std::max(width[1], rows[i][1].size());
  }
  absl::StrAppend(&text, "- ", Printable(first.name, kMaxShown), "\n+ ",
                  Printable(second.name, kMaxShown), "\n\n");
  for (const auto& row : rows) {
    const auto pad = [](size_t wide, const std::string& cell) {
      return std::string(cell.size() < wide ? wide - cell.size() : 0, ' ');
    };
    absl::StrAppend(&text, row[0], pad(width[0], row[0]), "  ",
                    paint(Style::kBad, "-" + row[1]), pad(width[1], row[1]),
                    "  ", paint(Style::kGood, "+" + row[2]), "\n");
  }
  absl::StrAppend(&text, "\n", rows.size(),
                  rows.size() == 1 ? " difference.\n" : " differences.\n");
  sampled();
  return text;
}

std::string DiffJson(const LoadedPolicy& first, const LoadedPolicy& second,
                     const DiffResult& result) {
  nlohmann::ordered_json json;
  json["first"] = ToUtf8(first.name);
  json["second"] = ToUtf8(second.name);
  json["differences"] = nlohmann::ordered_json::array();
  for (const Difference& d : result.differences) {
    nlohmann::ordered_json example = nlohmann::ordered_json::object();
    for (const auto& [index, value] : d.example) {
      example[absl::StrCat(index)] = value;
    }
    json["differences"].push_back({{"syscall", CallName(d.arch, d.number)},
                                   {"number", d.number},
                                   {"arch", seccomp::ArchName(d.arch)},
                                   {"first",
                                    {{"action", seccomp::ReturnName(d.first)},
                                     {"by", ToUtf8(d.first_reason)}}},
                                   {"second",
                                    {{"action", seccomp::ReturnName(d.second)},
                                     {"by", ToUtf8(d.second_reason)}}},
                                   {"every_argument", d.example.empty()},
                                   {"arguments", example}});
  }
  json["not_every_combination"] = result.sampled;
  return json.dump(2) + "\n";
}

}  // namespace jail::jailctl
