// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_SERVE_HANDLER_H_
#define TOOLS_EVALCTL_SERVE_HANDLER_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "tools/evalctl/dialects/dialect.h"

namespace jail::eval {

// What HttpServer serves.
class Handler {
 public:
  virtual ~Handler() = default;

  // Looks at what is known before the body is read: an answer that needs no
  // body (404, 401 ...), or nothing.  In the server's thread.
  virtual std::optional<HttpReply> AnswerHead(const HttpRequest& request) = 0;

  // Answers in a worker's thread, and has the request for itself.  `queued_us`:
  // how long it waited for one. `cancel_fd` is readable once nobody waits for
  // the answer any more.
  virtual HttpReply Answer(HttpRequest request, int cancel_fd,
                           uint64_t queued_us) = 0;

  // The server's own refusals: `kind` is "OVERLOADED", "BAD_REQUEST" ...
  virtual HttpReply Refuse(int status, absl::string_view kind,
                           absl::string_view message) = 0;

  // An answer was sent, or could not be.  `us`: since the request's first byte.
  virtual void Sent(const HttpRequest& request, absl::string_view peer,
                    int status, uint64_t bytes, uint64_t us) = 0;
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_SERVE_HANDLER_H_
