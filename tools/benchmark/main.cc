// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// jail-bench: what a launch costs.  tools/bench builds and calls it.
#include <getopt.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tools/benchmark/chart.h"
#include "tools/benchmark/contender.h"
#include "tools/benchmark/measure.h"
#include "tools/benchmark/soak.h"
#include "tools/benchmark/stages.h"
#include "tools/benchmark/table.h"

namespace jail::benchmark {
namespace {

constexpr char kHelp[] =
    R"(usage: bench launch [OPTION]...   all launchers against each other
       bench stages [OPTION]...   where the time of the floor goes
       bench soak [OPTION]...     jail alone, many times; looks for leaks
       bench eval [OPTION]...     evalctl; bench eval --help

  --count N      launches of each contender and row (default: 200; soak 10000)
  --only NAME    rows whose name has NAME in it: no-op, python3, root, uid,
                 "1 at a time", "8 at a time", start; may be repeated
  --at-a-time N  soak: launches at once (default: 1)
  --uid UID      who "unprivileged" is (default: 65534,
                 nobody; crun wants one that /etc/passwd knows)
  --svg FILE     launch: write the chart there
  --jail FILE    the binary under test (default: beside this program)
  --help         this text

NSJAIL in the environment names an nsjail to be measured too.
)";

struct Options {
  std::string command;
  int count = 0;
  int at_a_time = 1;
  uid_t uid = 65534;
  std::string svg;
  std::string jail;
  std::string programs;
  std::vector<std::string> only;
};

// False: the command line makes no sense.
bool ParseOptions(int argc, char** argv, Options& options) {
  static const struct option kOptions[] = {
      {"count", required_argument, nullptr, 'c'},
      {"only", required_argument, nullptr, 'o'},
      {"at-a-time", required_argument, nullptr, 'a'},
      {"uid", required_argument, nullptr, 'u'},
      {"svg", required_argument, nullptr, 's'},
      {"jail", required_argument, nullptr, 'j'},
      {"help", no_argument, nullptr, 'h'},
      {}};
  for (int option;
       (option = getopt_long(argc, argv, "h", kOptions, nullptr)) != -1;) {
    switch (option) {
      case 'c':
        if (!absl::SimpleAtoi(optarg, &options.count) || options.count < 1) {
          return false;
        }
        break;
      case 'a':
        if (!absl::SimpleAtoi(optarg, &options.at_a_time) ||
            options.at_a_time < 1) {
          return false;
        }
        break;
      case 'u':
        if (!absl::SimpleAtoi(optarg, &options.uid) || options.uid == 0) {
          return false;
        }
        break;
      case 'o':
        options.only.push_back(optarg);
        break;
      case 's':
        options.svg = optarg;
        break;
      case 'j':
        options.jail = optarg;
        break;
      case 'h':
        options.command = "help";
        return true;
      default:
        return false;
    }
  }
  if (optind + 1 != argc) return false;
  options.command = argv[optind];
  return true;
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "jail-bench: %s\n",
               std::string(status.message()).c_str());
  return 1;
}

bool Wanted(const Options& options, const std::string& row) {
  if (options.only.empty()) return true;
  for (const std::string& word : options.only) {
    if (row.find(word) == std::string::npos) return false;
  }
  return true;
}

std::vector<Identity> Identities(const Options& options) {
  if (geteuid() != 0) {
    std::fprintf(stderr, "jail-bench: no rows as root: this is uid %u\n",
                 geteuid());
    return {{geteuid(), getegid()}};
  }
  return {{0, 0}, {options.uid, options.uid}};
}

// `jail --version` against a program that does nothing.
absl::StatusOr<Row> StartRow(const Setting& setting, int count) {
  std::vector<Contender> contenders = {
      {.name = "bare", .argv = NoOp(setting).outside},
      {.name = "jail", .argv = {setting.jail, "--version"}}};
  if (access(setting.jail.c_str(), X_OK) != 0) {
    contenders[1].missing = "not built";
  }
  return MeasureRow({.name = "--version"}, contenders, {geteuid(), getegid()},
                    1, count);
}

int Launch(const Options& options, const Setting& setting) {
  const int count = options.count > 0 ? options.count : 200;
  std::vector<Row> rows;
  for (const Workload& workload : {NoOp(setting), Python()}) {
    for (const Identity& identity : Identities(options)) {
      for (int at_a_time : {1, 8}) {
        const std::string name =
            absl::StrCat(workload.name, " ", identity.uid == 0 ? "root" : "uid",
                         " ", at_a_time, " at a time");
        if (!Wanted(options, name)) continue;
        if (isatty(2)) std::fprintf(stderr, "%s ...\n", name.c_str());
        absl::StatusOr<std::vector<Contender>> contenders =
            MakeContenders(setting, workload, identity);
        if (!contenders.ok()) return Fail(contenders.status());
        absl::StatusOr<Row> row = MeasureRow(workload, *std::move(contenders),
                                             identity, at_a_time, count);
        if (!row.ok()) return Fail(row.status());
        if (at_a_time == 1) MeasurePeaks(setting, identity, *row);
        rows.push_back(*std::move(row));
      }
    }
  }
  const std::vector<Row> launches = rows;
  if (Wanted(options, "start")) {
    absl::StatusOr<Row> row = StartRow(setting, count);
    if (!row.ok()) return Fail(row.status());
    rows.push_back(*std::move(row));
  }
  std::printf("%s- %d launches of each, interleaved\n\n%s\n%s",
              Surroundings(rows).c_str(), count, Table(rows).c_str(),
              Verdict(launches).c_str());
  if (!options.svg.empty()) {
    std::ofstream file(options.svg);
    file << ChartSvg(launches);
    file.close();
    if (!file) {
      return Fail(absl::UnavailableError("cannot write " + options.svg));
    }
  }
  return 0;
}

int Stages(const Options& options, const Setting& setting) {
  const int count = options.count > 0 ? options.count : 200;
  for (const Identity& identity : Identities(options)) {
    absl::StatusOr<std::string> stages = StageTable(setting, identity, count);
    if (!stages.ok()) return Fail(stages.status());
    absl::StatusOr<std::string> parts = PartTable(setting, identity, count);
    if (!parts.ok()) return Fail(parts.status());
    std::printf("As uid %u:\n\n%s\n%s\n", identity.uid, stages->c_str(),
                parts->c_str());
  }
  return 0;
}

int SoakAll(const Options& options, const Setting& setting) {
  const int count = options.count > 0 ? options.count : 10'000;
  bool leaked = false;
  for (const Identity& identity : Identities(options)) {
    if (!Wanted(options, identity.uid == 0 ? "root" : "uid")) continue;
    absl::StatusOr<SoakResult> result =
        Soak(setting, NoOp(setting), identity, options.at_a_time, count);
    if (!result.ok()) return Fail(result.status());
    std::printf("As uid %u:\n\n%s\n", identity.uid, result->table.c_str());
    leaked |= result->leaked;
  }
  if (leaked) return Fail(absl::InternalError("jails left something behind"));
  return 0;
}

int Main(int argc, char** argv) {
  Options options;
  if (!ParseOptions(argc, argv, options)) {
    std::fputs(kHelp, stderr);
    return 2;
  }
  if (options.command == "help") {
    std::fputs(kHelp, stdout);
    return 0;
  }
  char self[4096];
  const ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
  if (length <= 0) return Fail(absl::InternalError("cannot find myself"));
  const std::string path(self, length);
  const std::string directory = path.substr(0, path.rfind('/'));
  if (options.jail.empty()) options.jail = directory + "/jail";

  absl::StatusOr<Setting> setting =
      MakeSetting(directory + "/../bench", options.jail);
  if (!setting.ok()) return Fail(setting.status());
  int status = 2;
  if (options.command == "launch") {
    status = Launch(options, *setting);
  } else if (options.command == "stages") {
    status = Stages(options, *setting);
  } else if (options.command == "soak") {
    status = SoakAll(options, *setting);
  } else {
    std::fputs(kHelp, stderr);
  }
  RemoveSetting(*setting);
  return status;
}

}  // namespace
}  // namespace jail::benchmark

int main(int argc, char** argv) { return jail::benchmark::Main(argc, argv); }
