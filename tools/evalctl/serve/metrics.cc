// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/metrics.h"

#include <chrono>

#include "absl/strings/str_cat.h"

namespace jail::eval {
namespace {

void Head(absl::string_view name, absl::string_view type,
          absl::string_view help, std::string& out) {
  absl::StrAppend(&out, "# HELP ", name, " ", help, "\n# TYPE ", name, " ",
                  type, "\n");
}

void Gauge(absl::string_view name, uint64_t value, absl::string_view help,
           std::string& out) {
  Head(name, "gauge", help, out);
  absl::StrAppend(&out, name, " ", value, "\n");
}

std::string OutcomeName(report::Outcome outcome) {
  return report::Outcome_IsValid(outcome) ? report::Outcome_Name(outcome)
                                          : "UNKNOWN";
}

}  // namespace

void Histogram::Add(uint64_t us) {
  size_t i = 0;
  while (i < kUpToUs.size() && us > kUpToUs[i]) i++;
  counts_[i]++;
  sum_us_ += us;
}

void Histogram::Write(absl::string_view name, absl::string_view help,
                      std::string& out) const {
  Head(name, "histogram", help, out);
  uint64_t total = 0;
  for (size_t i = 0; i < kUpToUs.size(); i++) {
    total += counts_[i];
    absl::StrAppend(&out, name, "_bucket{le=\"", kUpToUs[i] / 1e6, "\"} ",
                    total, "\n");
  }
  total += counts_.back();
  absl::StrAppend(&out, name, "_bucket{le=\"+Inf\"} ", total, "\n");
  absl::StrAppend(&out, name, "_sum ", sum_us_ / 1e6, "\n", name, "_count ",
                  total, "\n");
}

void Metrics::CountRequest(absl::string_view route, int status) {
  const std::lock_guard<std::mutex> lock(mutex_);
  requests_[{std::string(route), status}]++;
}

void Metrics::CountQueued(uint64_t us) {
  const std::lock_guard<std::mutex> lock(mutex_);
  queued_.Add(us);
}

void Metrics::CountReload(bool worked) {
  const std::lock_guard<std::mutex> lock(mutex_);
  reloads_[worked]++;
}

void Metrics::CountEvaluation(const Response& response, uint64_t us) {
  const std::lock_guard<std::mutex> lock(mutex_);
  evaluations_.Add(us);
  if (response.has_error()) {
    errors_[Error::Kind_Name(response.error().kind())]++;
  }
  for (const CommandResult& command : response.commands()) {
    outcomes_[OutcomeName(command.outcome())]++;
  }
}

std::string Metrics::Text(const HttpCounts& http, size_t workers) const {
  std::string out;
  const std::lock_guard<std::mutex> lock(mutex_);
  Head("evalctl_http_requests_total", "counter",
       "HTTP requests by route and status; 499: the client was gone.", out);
  for (const auto& [key, count] : requests_) {
    absl::StrAppend(&out, "evalctl_http_requests_total{route=\"", key.first,
                    "\",code=\"", key.second, "\"} ", count, "\n");
  }
  Head("evalctl_commands_total", "counter", "Jailed commands by outcome.", out);
  for (const auto& [name, count] : outcomes_) {
    absl::StrAppend(&out, "evalctl_commands_total{outcome=\"", name, "\"} ",
                    count, "\n");
  }
  Head("evalctl_errors_total", "counter",
       "Evaluations that ended with an error, by its kind.", out);
  for (const auto& [name, count] : errors_) {
    absl::StrAppend(&out, "evalctl_errors_total{kind=\"", name, "\"} ", count,
                    "\n");
  }
  Head("evalctl_reloads_total", "counter", "Reloads of the config (SIGHUP).",
       out);
  for (const auto& [worked, count] : reloads_) {
    absl::StrAppend(&out, "evalctl_reloads_total{result=\"",
                    worked ? "ok" : "refused", "\"} ", count, "\n");
  }
  evaluations_.Write("evalctl_evaluation_seconds",
                     "Evaluations, from a worker's start to its end.", out);
  queued_.Write("evalctl_queue_seconds", "Waits for a worker.", out);
  Gauge("evalctl_queue_length", http.queued, "Requests that wait.", out);
  Gauge("evalctl_running", http.running, "Requests that are worked on.", out);
  Gauge("evalctl_workers", workers, "Requests that can run at once.", out);
  Gauge("evalctl_connections", http.connections, "Open connections.", out);
  Gauge("evalctl_request_body_bytes", http.body_bytes,
        "Bytes of requests in memory.", out);
  Gauge("evalctl_answer_bytes", http.answer_bytes,
        "Bytes of answers that clients have yet to take.", out);
  return out;
}

Response MeteredEngine::Run(const Request& request, int cancel_fd) {
  const auto start = std::chrono::steady_clock::now();
  Response response = engine_.Run(request, cancel_fd);
  metrics_.CountEvaluation(
      response, std::chrono::duration_cast<std::chrono::microseconds>(
                    std::chrono::steady_clock::now() - start)
                    .count());
  return response;
}

}  // namespace jail::eval
