// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The interface of another service, spoken to its clients unchanged.
// `evalctl serve` hands HTTP requests in, `evalctl run --api NAME` what it read
// on stdin.
#ifndef TOOLS_EVALCTL_DIALECTS_DIALECT_H_
#define TOOLS_EVALCTL_DIALECTS_DIALECT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "tools/evalctl/body.h"
#include "tools/evalctl/engine.h"

namespace jail::eval {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method;        // "POST"
  std::string path;          // "/eval", decoded: no query, and no prefix
  std::string prefix;        // "/snekbox", where that was before the path
  std::string query;         // behind the "?", as it came
  std::string content_type;  // as it came; empty: there was none
  HttpHeaders headers;       // as they came, at most kMaxHeaderBytes in all
  std::string body;          // at most Server.max_request_bytes
  // What metrics call it, once that is known; empty: the path tells.
  std::string route;
  bool has_keys = false;  // the server has some, and this one had one of them
                          // where that is needed

  // The first header of that name in any case; empty: there is none.
  absl::string_view Header(absl::string_view name) const {
    for (const auto& [key, value] : headers) {
      if (absl::EqualsIgnoreCase(key, name)) return value;
    }
    return "";
  }
};

struct HttpReply {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  Body rest;            // comes after `body`: what is long
  HttpHeaders headers;  // beside Content-Type and Content-Length
  std::string route;    // HttpRequest::route, of its request
};

// Has no state: one object serves all threads.
class Dialect {
 public:
  virtual ~Dialect() = default;

  virtual absl::string_view name() const = 0;  // "snekbox"

  // Where it takes code: "/eval".
  virtual absl::string_view main_path() const = 0;

  // Is `path` one of its endpoints, whatever the method?  Known before the
  // body has been read.
  virtual bool Owns(absl::string_view path) const = 0;

  // Is `path` no endpoint, but answered by sending the client to one?
  virtual bool Redirects(absl::string_view /*path*/) const { return false; }

  // Is this request of its shape?  Settles who answers where two own a path;
  // where none says yes, the first that owns the path answers.
  virtual bool Takes(const HttpRequest& request) const = 0;

  // May it be asked without a key?  Only what tells nothing and runs nothing;
  // it is answered at once, without its body.
  virtual bool IsOpen(absl::string_view /*method*/,
                      absl::string_view /*path*/) const {
    return false;
  }

  // Answers in the calling thread, errors too (405 for a wrong method is the
  // dialect's).  `cancel_fd` as in Engine::Run.  Keys were checked before.
  virtual HttpReply Answer(const HttpRequest& request, Engine& engine,
                           int cancel_fd) const = 0;
};

// All of them, in the order in which they are asked.
const std::vector<const Dialect*>& Dialects();

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_DIALECT_H_
