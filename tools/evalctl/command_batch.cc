// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// evalctl batch
#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <memory>

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

constexpr size_t kMaxJobs = 1024;
constexpr int kInterrupted = 130;

int Wrong(const std::string& what) {
  std::fprintf(stderr, "evalctl: batch: %s\n", what.c_str());
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

}  // namespace

int RunLines(const CommandLine& line) {
  BatchOptions options;
  options.jobs = Cores();
  options.max_line_bytes = kMaxRequestBytes;
  options.as_completed = line.Has("--as-completed");
  if (line.Has("-j") && (!absl::SimpleAtoi(line.Value("-j"), &options.jobs) ||
                         options.jobs < 1 || options.jobs > kMaxJobs)) {
    return Wrong(
        absl::StrCat("-j: takes 1 to ", kMaxJobs, ", not ", line.Value("-j")));
  }
  if (line.operands.size() > 1) {
    return Wrong(line.operands[1] + ": takes one file");
  }
  const std::string path = line.operands.empty() ? "-" : line.operands[0];
  const std::string resume = line.Value("--resume");
  const bool quiet = line.Has("--quiet") || line.Has("-q");
  Fd input;
  if (path != "-") {
    absl::StatusOr<Fd> opened = Open(path, O_RDONLY | O_NOCTTY);
    if (!opened.ok()) return Fail(opened.status());
    input = *std::move(opened);
  }
  Fd output;
  if (!resume.empty()) {
    absl::StatusOr<Resumed> resumed = OpenForResume(resume);
    if (!resumed.ok()) return Fail(resumed.status());
    output = std::move(resumed->fd);
    options.answered = std::move(resumed->ids);
    options.is_resumed = true;
  }
  std::vector<std::string> errors;
  const std::unique_ptr<Engine> engine =
      MakeEngine(line.Value("--config", DefaultConfigPath()), errors);
  for (const std::string& error : errors) {
    std::fprintf(stderr, "evalctl: %s\n", error.c_str());
  }
  if (engine == nullptr) return kOurFault;

  const bool shows = !quiet && isatty(2) == 1;
  if (shows) {
    options.columns = TerminalColumns();
    options.show_progress = [](const std::string& bar) {
      std::fprintf(stderr, "\r%s\x1b[K", bar.c_str());
    };
    if (!output.valid() && isatty(1) == 1) {
      options.hide_progress = [] { std::fputs("\r\x1b[K", stderr); };
    }
  }
  const EvalCodec codec = NativeCodec();
  const absl::StatusOr<BatchEnd> end =
      RunBatch(options, *engine, codec, input.valid() ? input.get() : 0,
               output.valid() ? output.get() : 1);
  if (shows) std::fputc('\n', stderr);
  if (!end.ok()) return Fail(end.status());
  if (!quiet) {
    std::fputs(end->summary.Table(end->seconds).c_str(), stderr);
  }
  if (end->interrupted) return kInterrupted;
  if (end->summary.has_failures()) return kOurFault;
  return end->summary.has_bad_lines() ? kBadRequest : kServed;
}

}  // namespace jail::eval
