// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/serve/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace jail::eval {
namespace {

using ::testing::HasSubstr;

TEST(MetricsTest, CountsWhatHappened) {
  Metrics metrics;
  metrics.CountRequest("/v1/eval", 200);
  metrics.CountRequest("/v1/eval", 200);
  metrics.CountRequest("/v1/eval", 429);
  metrics.CountReload(false);
  Response response;
  response.add_commands()->set_outcome(report::EXITED);
  response.add_commands()->set_outcome(report::WALL_TIME);
  metrics.CountEvaluation(response, 3'000);
  Response failed;
  failed.mutable_error()->set_kind(Error::SETUP_FAILURE);
  metrics.CountEvaluation(failed, 40'000'000);
  const std::string text =
      metrics.Text({.connections = 3, .running = 2, .queued = 1}, 4);
  for (const char* line : {
           "evalctl_http_requests_total{route=\"/v1/eval\",code=\"200\"} 2\n",
           "evalctl_http_requests_total{route=\"/v1/eval\",code=\"429\"} 1\n",
           "evalctl_commands_total{outcome=\"EXITED\"} 1\n",
           "evalctl_commands_total{outcome=\"WALL_TIME\"} 1\n",
           "evalctl_errors_total{kind=\"SETUP_FAILURE\"} 1\n",
           "evalctl_reloads_total{result=\"refused\"} 1\n",
           "evalctl_evaluation_seconds_bucket{le=\"0.0025\"} 0\n",
           "evalctl_evaluation_seconds_bucket{le=\"0.005\"} 1\n",
           "evalctl_evaluation_seconds_bucket{le=\"30\"} 1\n",
           "evalctl_evaluation_seconds_bucket{le=\"+Inf\"} 2\n",
           "evalctl_evaluation_seconds_sum 40.003\n",
           "evalctl_evaluation_seconds_count 2\n",
           "evalctl_queue_length 1\n",
           "evalctl_running 2\n",
           "evalctl_workers 4\n",
           "evalctl_connections 3\n",
       }) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

}  // namespace
}  // namespace jail::eval
