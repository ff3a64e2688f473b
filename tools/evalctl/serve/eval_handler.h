// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_SERVE_EVAL_HANDLER_H_
#define TOOLS_EVALCTL_SERVE_EVAL_HANDLER_H_

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tools/evalctl/engine.h"
#include "tools/evalctl/eval_codec.h"
#include "tools/evalctl/serve/api_keys.h"
#include "tools/evalctl/serve/handler.h"
#include "tools/evalctl/serve/metrics.h"
#include "tools/evalctl/serve/page.h"

namespace jail::eval {

// The endpoints: native, dialects, page.
class EvalHandler : public Handler {
 public:
  // What a reload replaces.
  struct Setup {
    std::shared_ptr<Engine> engine;
    ApiKeys keys;
    bool allow_remote = false;  // without a key
  };

  // With `api`, one of `dialects`, every path is its own but those of evalctl
  // (/v1/eval, /metrics ...), and there is no page.  `counts` is what the
  // server tells of itself; `log` takes a line without its end, and is null
  // when requests are not logged.
  EvalHandler(Setup setup, EvalCodec codec,
              std::vector<const Dialect*> dialects, const Dialect* api,
              size_t workers, std::function<HttpCounts()> counts,
              std::function<void(const std::string&)> log);

  // What is being answered keeps the setup that it began with.
  void Replace(Setup setup);
  Metrics& metrics() { return metrics_; }

  std::optional<HttpReply> AnswerHead(const HttpRequest& request) override;
  HttpReply Answer(HttpRequest request, int cancel_fd,
                   uint64_t queued_us) override;
  HttpReply Refuse(int status, absl::string_view kind,
                   absl::string_view message) override;
  void Sent(const HttpRequest& request, absl::string_view peer, int status,
            uint64_t bytes, uint64_t us) override;

 private:
  std::shared_ptr<const Setup> setup() const;
  HttpReply Evaluate(const HttpRequest& request, const Setup& setup,
                     int cancel_fd, uint64_t queued_us);
  HttpReply Profiles(const Setup& setup) const;
  std::optional<HttpReply> RefuseForeignPage(const HttpRequest& request,
                                             const Setup& setup) const;
  std::string Route(const HttpRequest& request) const;
  // Null: there is none.
  const PageFile* FindPage(absl::string_view path) const;

  mutable std::mutex mutex_;
  std::shared_ptr<const Setup> setup_;
  const EvalCodec codec_;
  const std::vector<const Dialect*> dialects_;
  const Dialect* const api_;
  const size_t workers_;
  const std::function<HttpCounts()> counts_;
  const std::function<void(const std::string&)> log_;
  Metrics metrics_;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_SERVE_EVAL_HANDLER_H_
