// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/batch/batch_summary.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace jail::eval {
namespace {

constexpr int kBarCells = 20;
constexpr double kBucketStep = 1.1;

std::string Duration(double seconds) {
  const auto whole = static_cast<int64_t>(seconds + 0.5);
  if (whole >= 3600) {
    return absl::StrFormat("%d:%02d:%02d", whole / 3600, whole / 60 % 60,
                           whole % 60);
  }
  return absl::StrFormat("%d:%02d", whole / 60, whole % 60);
}

}  // namespace

void BatchSummary::Count(const Response& response, uint64_t us) {
  answered_++;
  if (response.has_error()) {
    errors_[Error::Kind_Name(response.error().kind())]++;
  } else if (response.commands_size() > 0) {
    const auto outcome =
        response.commands(response.commands_size() - 1).outcome();
    outcomes_[report::Outcome_IsValid(outcome) ? report::Outcome_Name(outcome)
                                               : "UNKNOWN"]++;
  } else {
    outcomes_["nothing ran"]++;
  }
  const double bucket =
      std::ceil(std::log(std::max<double>(us, 1)) / std::log(kBucketStep));
  times_[std::min<size_t>(static_cast<size_t>(bucket), times_.size() - 1)]++;
}

bool BatchSummary::has_bad_lines() const {
  return errors_.count("BAD_REQUEST") > 0;
}

bool BatchSummary::has_failures() const {
  return errors_.size() > errors_.count("BAD_REQUEST");
}

double BatchSummary::Quantile(double share) const {
  uint64_t left = static_cast<uint64_t>(std::ceil(share * answered_));
  for (size_t i = 0; i < times_.size(); i++) {
    if (times_[i] >= left) return std::pow(kBucketStep, i) / 1e6;
    left -= times_[i];
  }
  return 0;
}

std::string BatchSummary::Bar(double seconds, std::optional<double> done,
                              int columns) const {
  std::string bar;
  if (done) {
    const double part = std::clamp(*done, 0.0, 1.0);
    const int cells = static_cast<int>(part * kBarCells);
    bar = absl::StrCat("[", std::string(cells, '#'),
                       std::string(kBarCells - cells, '.'), "] ",
                       static_cast<int>(part * 100), "% ");
  }
  absl::StrAppend(&bar, answered_, " done");
  if (seconds > 0) {
    absl::StrAppendFormat(&bar, " %.1f/s", answered_ / seconds);
  }
  // Before the first answer nobody knows.
  if (done && *done > 0 && *done < 1 && answered_ > 0) {
    absl::StrAppend(&bar, " left ", Duration(seconds / *done * (1 - *done)));
  }
  for (const auto* counts : {&outcomes_, &errors_}) {
    for (const auto& [name, count] : *counts) {
      absl::StrAppend(&bar, " ", name, " ", count);
    }
  }
  if (bar.size() > static_cast<size_t>(std::max(columns, 1))) {
    bar.resize(std::max(columns, 1));
  }
  return bar;
}

std::string BatchSummary::Table(double seconds) const {
  std::string table;
  const auto row = [&table](const std::string& name, const std::string& value) {
    absl::StrAppendFormat(&table, "%-16s %12s\n", name, value);
  };
  row("answered", absl::StrCat(answered_));
  for (const auto& [name, count] : outcomes_) {
    row("  " + name, absl::StrCat(count));
  }
  for (const auto& [name, count] : errors_) {
    row("  " + name, absl::StrCat(count));
  }
  if (skipped_ > 0) row("skipped", absl::StrCat(skipped_));
  row("time", absl::StrFormat("%.2f s", seconds));
  if (answered_ > 0) {
    row("rate",
        absl::StrFormat("%.1f /s", answered_ / std::max(seconds, 1e-6)));
    row("median", absl::StrFormat("%.1f ms", Quantile(0.5) * 1e3));
    row("99 of 100", absl::StrFormat("%.1f ms", Quantile(0.99) * 1e3));
  }
  return table;
}

}  // namespace jail::eval
