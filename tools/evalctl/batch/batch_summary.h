// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_BATCH_BATCH_SUMMARY_H_
#define TOOLS_EVALCTL_BATCH_BATCH_SUMMARY_H_

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "proto/eval.pb.h"

namespace jail::eval {

// What a batch did, for people.
class BatchSummary {
 public:
  // An answer that took `us`.
  void Count(const Response& response, uint64_t us);
  void CountSkipped() { skipped_++; }

  uint64_t answered() const { return answered_; }
  bool has_bad_lines() const;
  bool has_failures() const;  // of ours

  // One line of at most `columns` for a terminal.  `done`: the part of the
  // input that was answered, 0 to 1, where its size is known.
  std::string Bar(double seconds, std::optional<double> done,
                  int columns) const;
  // Several lines.
  std::string Table(double seconds) const;

 private:
  // The time that a part `share` of the answers did not exceed, to a tenth.
  double Quantile(double share) const;

  // Bucket i holds times up to 1.1^i microseconds: 240 of them reach hours.
  std::array<uint64_t, 240> times_ = {};
  std::map<std::string, uint64_t> outcomes_;  // of each answer's last command
  std::map<std::string, uint64_t> errors_;
  uint64_t answered_ = 0;
  uint64_t skipped_ = 0;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_BATCH_BATCH_SUMMARY_H_
