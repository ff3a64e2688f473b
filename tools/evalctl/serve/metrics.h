// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_SERVE_METRICS_H_
#define TOOLS_EVALCTL_SERVE_METRICS_H_

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "tools/evalctl/engine.h"
#include "tools/evalctl/serve/http_server.h"

namespace jail::eval {

// How many took how long, in buckets as Prometheus has them.
class Histogram {
 public:
  static constexpr std::array<uint64_t, 14> kUpToUs = {
      1'000,     2'500,     5'000,      10'000,    25'000,
      50'000,    100'000,   250'000,    500'000,   1'000'000,
      2'500'000, 5'000'000, 10'000'000, 30'000'000};

  void Add(uint64_t us);
  // "NAME_bucket{le="0.001"} 1" and so on, with HELP and TYPE.
  void Write(absl::string_view name, absl::string_view help,
             std::string& out) const;

 private:
  std::array<uint64_t, kUpToUs.size() + 1> counts_ = {};
  uint64_t sum_us_ = 0;
};

// What GET /metrics tells.  Thread-safe.
class Metrics {
 public:
  // `route` is one of a fixed set: a label never holds what a client wrote.
  void CountRequest(absl::string_view route, int status);
  void CountQueued(uint64_t us);
  void CountEvaluation(const Response& response, uint64_t us);
  void CountReload(bool worked);

  // In Prometheus' text format 0.0.4.
  std::string Text(const HttpCounts& http, size_t workers) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, int>, uint64_t> requests_;
  std::map<std::string, uint64_t> outcomes_;
  std::map<std::string, uint64_t> errors_;
  std::map<bool, uint64_t> reloads_;
  Histogram evaluations_;
  Histogram queued_;
};

// Counts what another engine does.
class MeteredEngine : public Engine {
 public:
  MeteredEngine(Engine& engine, Metrics& metrics)
      : engine_(engine), metrics_(metrics) {}

  const Config& config() const override { return engine_.config(); }
  std::vector<std::string> Missing(const std::string& profile) const override {
    return engine_.Missing(profile);
  }
  std::vector<LimitNotInForce> NotInForce(
      const std::string& profile) const override {
    return engine_.NotInForce(profile);
  }
  Response Run(const Request& request, int cancel_fd = -1) override;

 private:
  Engine& engine_;
  Metrics& metrics_;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_SERVE_METRICS_H_
