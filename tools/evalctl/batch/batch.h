// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// `evalctl batch`: JSON lines in, JSON lines out.
#ifndef TOOLS_EVALCTL_BATCH_BATCH_H_
#define TOOLS_EVALCTL_BATCH_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "tools/evalctl/batch/batch_summary.h"
#include "tools/evalctl/engine.h"
#include "tools/evalctl/eval_codec.h"

namespace jail::eval {

struct BatchOptions {
  size_t jobs = 1;  // at once
  // Answers come as they are ready; a request without an id gets the number of
  // its line for one.  Else in the order of the lines.
  bool as_completed = false;
  // Ids that are answered already: their lines are skipped.  Then each line
  // needs an id of its own.
  bool is_resumed = false;
  std::set<std::string> answered;
  uint64_t max_line_bytes = 32 << 20;
  // Called now and then with a line for the terminal; null: no progress.
  std::function<void(const std::string&)> show_progress;
  int columns = 80;  // of that line
  // Called before an answer is written; null: it goes elsewhere.  In any
  // thread.
  std::function<void()> hide_progress;
};

struct BatchEnd {
  BatchSummary summary;
  double seconds = 0;
  bool interrupted = false;  // by SIGINT or SIGTERM
};

// Answers the lines of `in` on `out` until the end of the input.  At most twice
// as many lines as `jobs` are read and not yet answered: whoever writes them
// waits, as does the batch when nobody reads its answers.  A line that is no
// request is answered by an error that has its number; empty lines are skipped.
//
// SIGINT and SIGTERM end it: what runs is finished and answered, further lines
// are not; a second one cancels what runs, without answers.  Blocks these
// signals: call it in the process's only thread.
//
// Errors: reading or writing failed.
absl::StatusOr<BatchEnd> RunBatch(const BatchOptions& options, Engine& engine,
                                  const EvalCodec& codec, int in, int out);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_BATCH_BATCH_H_
