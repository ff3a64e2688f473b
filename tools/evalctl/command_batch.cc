// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// evalctl batch
#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tools/evalctl/batch/batch.h"
#include "tools/evalctl/batch/resume.h"
#include "tools/evalctl/commands.h"
#include "tools/evalctl/engine.h"
#include "tools/evalctl/native_codec.h"
#include "tools/evalctl/request_json.h"

namespace jail::eval {
namespace {

constexpr char kBatchUsage[] =
    "Usage: evalctl batch [OPTION...] [FILE|-]\n"
    "\n"
    "One request a line in, one response a line out, each at once.\n"
    "\n"
    "  -j N             at once; by default as many as cores\n"
    "  --as-completed   not in the order of the lines; a request without an "
    "id\n"
    "                   gets the number of its line\n"
    "  --resume OUT     append to OUT, and skip the ids that it holds\n"
    "  --config FILE    the profiles\n"
    "  --quiet          no progress, no summary\n"
    "\n"
    "Exit status: 0 every line was served; 2 some were bad; 1 the fault is\n"
    "ours; 130 interrupted.\n";
constexpr size_t kMaxJobs = 1024;
constexpr int kInterrupted = 130;

int Wrong(const std::string& what) {
  std::fprintf(stderr, "evalctl: batch: %s\n%s", what.c_str(), kBatchUsage);
  return kBadRequest;
}

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "evalctl: batch: %s\n",
               std::string(status.message()).c_str());
  return kOurFault;
}

size_t Cores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<size_t>(CPU_COUNT(&set));
}

int TerminalColumns() {
  winsize size = {};
  return ioctl(2, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1
                                                             : 79;
}

struct Words {
  std::string config = DefaultConfigPath();
  std::string input = "-";
  std::string resume;
  bool quiet = false;
};

// 0, or the exit status.
int ParseWords(const std::vector<std::string>& args, Words& words,
               BatchOptions& options) {
  bool has_input = false;
  for (size_t i = 0; i < args.size(); ++i) {
    const std::string& arg = args[i];
    std::string jobs;
    std::string* value = nullptr;
    if (arg == "--as-completed") {
      options.as_completed = true;
    } else if (arg == "--quiet" || arg == "-q") {
      words.quiet = true;
    } else if (arg == "--resume") {
      value = &words.resume;
    } else if (arg == "--config") {
      value = &words.config;
    } else if (arg == "-j") {
      value = &jobs;
    } else if (arg != "-" && absl::StartsWith(arg, "-")) {
      return Wrong(arg + ": there is no such option");
    } else if (has_input) {
      return Wrong(arg + ": takes one file");
    } else {
      words.input = arg;
      has_input = true;
    }
    if (value == nullptr) continue;
    if (++i == args.size()) return Wrong(arg + ": needs a value");
    *value = args[i];
    if (value == &jobs && (!absl::SimpleAtoi(jobs, &options.jobs) ||
                           options.jobs < 1 || options.jobs > kMaxJobs)) {
      return Wrong(absl::StrCat("-j: takes 1 to ", kMaxJobs, ", not ", jobs));
    }
  }
  return 0;
}

}  // namespace

int RunLines(const std::vector<std::string>& args) {
  if (args.size() == 1 && (args[0] == "--help" || args[0] == "-h")) {
    std::fputs(kBatchUsage, stdout);
    return kServed;
  }
  Words words;
  BatchOptions options;
  options.jobs = Cores();
  options.max_line_bytes = kMaxRequestBytes;
  if (const int status = ParseWords(args, words, options); status != 0) {
    return status;
  }
  Fd input;
  if (words.input != "-") {
    absl::StatusOr<Fd> opened = Open(words.input, O_RDONLY | O_NOCTTY);
    if (!opened.ok()) return Fail(opened.status());
    input = *std::move(opened);
  }
  Fd output;
  if (!words.resume.empty()) {
    absl::StatusOr<Resumed> resumed = OpenForResume(words.resume);
    if (!resumed.ok()) return Fail(resumed.status());
    output = std::move(resumed->fd);
    options.answered = std::move(resumed->ids);
    options.is_resumed = true;
  }
  std::vector<std::string> errors;
  const std::unique_ptr<Engine> engine = MakeEngine(words.config, errors);
  for (const std::string& error : errors) {
    std::fprintf(stderr, "evalctl: %s\n", error.c_str());
  }
  if (engine == nullptr) return kOurFault;

  const bool shows = !words.quiet && isatty(2) == 1;
  if (shows) {
    options.columns = TerminalColumns();
    options.show_progress = [](const std::string& bar) {
      std::fprintf(stderr, "\r%s\x1b[K", bar.c_str());
    };
  }
  const EvalCodec codec = NativeCodec();
  const absl::StatusOr<BatchEnd> end =
      RunBatch(options, *engine, codec, input.valid() ? input.get() : 0,
               output.valid() ? output.get() : 1);
  if (shows) std::fputc('\n', stderr);
  if (!end.ok()) return Fail(end.status());
  if (!words.quiet) {
    std::fputs(end->summary.Table(end->seconds).c_str(), stderr);
  }
  if (end->interrupted) return kInterrupted;
  if (end->summary.has_failures()) return kOurFault;
  return end->summary.has_bad_lines() ? kBadRequest : kServed;
}

}  // namespace jail::eval
