// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/benchmark/stages.h"

#include <algorithm>
#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "tools/benchmark/measure.h"

namespace jail::benchmark {
namespace {

using Argv = std::vector<std::string>;

// The floor's own argv of its no-op.
absl::StatusOr<Argv> FloorArgv(const Setting& setting,
                               const Identity& identity) {
  absl::StatusOr<std::vector<Contender>> contenders =
      MakeContenders(setting, NoOp(setting), identity);
  if (!contenders.ok()) return contenders.status();
  for (const Contender& contender : *contenders) {
    if (contender.name != "floor") continue;
    if (!contender.missing.empty()) {
      return absl::UnavailableError(absl::StrCat("floor: ", contender.missing));
    }
    return contender.argv;
  }
  return absl::InternalError("no floor among the contenders");
}

Argv With(Argv argv, const Argv& options) {
  argv.insert(argv.begin() + 1, options.begin(), options.end());
  return argv;
}

struct StageArgument {
  std::vector<std::string> argv;
  int count;
};

absl::StatusOr<std::string> RunStages(const void* pointer) {
  const StageArgument& argument = *static_cast<const StageArgument*>(pointer);
  std::string text;
  for (int i = 0; i < argument.count; i++) {
    absl::StatusOr<Output> output = Capture(argument.argv);
    if (!output.ok()) return output.status();
    if (output->exit_status != 0) return absl::AbortedError(output->error);
    text += output->result;
  }
  return text;
}

}  // namespace

absl::StatusOr<std::string> StageTable(const Setting& setting,
                                       const Identity& identity, int count) {
  absl::StatusOr<Argv> argv = FloorArgv(setting, identity);
  if (!argv.ok()) return argv.status();
  const StageArgument argument{With(*argv, {"-t"}), count};
  absl::StatusOr<std::string> lines = RunAs(identity, RunStages, &argument);
  if (!lines.ok()) return lines.status();

  std::vector<std::string> order;
  std::map<std::string, std::vector<int64_t>> ends;
  for (absl::string_view line : absl::StrSplit(*lines, '\n')) {
    std::vector<std::string> words = absl::StrSplit(line, '\t');
    int64_t nanoseconds;
    if (words.size() != 2 || !absl::SimpleAtoi(words[1], &nanoseconds))
      continue;
    if (ends.count(words[0]) == 0) order.push_back(words[0]);
    ends[words[0]].push_back(nanoseconds);
  }
  std::string table =
      "| stage of the floor | ends at ms (median) |\n|---|--:|\n";
  for (const std::string& stage : order) {
    std::vector<int64_t>& all = ends[stage];
    std::nth_element(all.begin(), all.begin() + all.size() / 2, all.end());
    absl::StrAppendFormat(&table, "| %s | %.3f |\n", stage,
                          all[all.size() / 2] / 1e6);
  }
  return table;
}

absl::StatusOr<std::string> PartTable(const Setting& setting,
                                      const Identity& identity, int count) {
  absl::StatusOr<Argv> floor = FloorArgv(setting, identity);
  if (!floor.ok()) return floor.status();
  struct Part {
    std::string name;
    std::vector<std::string> options;
  };
  std::vector<Part> parts = {{"floor", {}}};
  for (const char* part : {"user", "pid", "net", "ipc", "uts", "cgroup",
                           "binds", "tmpfs", "proc", "pivot"}) {
    // Without a user namespace nothing else is allowed.
    if (std::string(part) == "user" && identity.uid != 0) continue;
    std::vector<std::string> options = {"-x", part};
    // A procfs shows a pid namespace, and cannot be had for the caller's own.
    if (std::string(part) == "pid") options = {"-x", "pid", "-x", "proc"};
    parts.push_back({part, options});
  }
  // Processes and nothing else: fork, exec, wait.
  std::vector<std::string> none;
  for (const char* part :
       {"user", "mount", "pid", "net", "ipc", "uts", "cgroup"}) {
    none.push_back("-x");
    none.push_back(part);
  }
  parts.push_back({"every namespace", none});

  std::vector<Contender> contenders;
  for (const Part& part : parts) {
    contenders.push_back(
        {.name = part.name, .argv = With(*floor, part.options)});
    Argv& argv = contenders.back().argv;
    if (part.name == "pivot" || part.name == "every namespace") {
      // The program stands where it stands outside.
      argv.back() = NoOp(setting).outside[0];
    } else if (part.name == "binds") {
      // The program's own bind stays.
      argv = {argv[0], "-b",
              setting.binds[0].source + ":" + setting.binds[0].target.substr(1),
              argv.back()};
    }
  }
  absl::StatusOr<Row> row =
      MeasureRow(NoOp(setting), contenders, identity, 1, count);
  if (!row.ok()) return row.status();
  const double whole = row->samples[0].MedianMs();
  std::string table =
      "| left out of the floor | median ms | costs ms |\n|---|--:|--:|\n";
  for (const Sample& sample : row->samples) {
    if (sample.times.empty()) {
      absl::StrAppendFormat(&table, "| %s | not measured: %s | |\n",
                            sample.contender.name, sample.contender.missing);
    } else if (sample.contender.name == "floor") {
      absl::StrAppendFormat(&table, "| nothing | %.3f | |\n", whole);
    } else {
      absl::StrAppendFormat(
          &table, "| %s | %.3f | %.3f |\n",
          sample.contender.name == "binds" ? "nine of the ten binds"
          : sample.contender.name == "pid" ? "pid, and proc with it"
                                           : sample.contender.name,
          sample.MedianMs(), whole - sample.MedianMs());
    }
  }
  return table;
}

}  // namespace jail::benchmark
