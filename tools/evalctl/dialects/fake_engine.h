// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// For tests: an engine that runs nothing.
#ifndef TOOLS_EVALCTL_DIALECTS_FAKE_ENGINE_H_
#define TOOLS_EVALCTL_DIALECTS_FAKE_ENGINE_H_

#include <string>
#include <utility>
#include <vector>

#include "proto/eval.pb.h"
#include "proto/evalctl.pb.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/engine.h"

namespace jail::eval {

// Answers every request with `response` and keeps the request.
class FakeEngine : public Engine {
 public:
  const Config& config() const override { return settings; }
  std::vector<std::string> Missing(const std::string&) const override {
    return {};
  }
  std::vector<LimitNotInForce> NotInForce(const std::string&) const override {
    return {};
  }
  Response Run(const Request& request, int) override {
    requests.push_back(request);
    return response;
  }

  // One more command that exited so.
  CommandResult& Exits(int code, const std::string& output) {
    CommandResult& result = *response.add_commands();
    result.set_outcome(report::EXITED);
    result.set_exit_code(code);
    result.set_exit_status(code);
    result.mutable_stdout()->set_text(output);
    return result;
  }
  Profile& AddProfile(const std::string& name) {
    Profile& profile = *settings.add_profiles();
    profile.set_name(name);
    return profile;
  }

  Config settings;
  Response response;
  std::vector<Request> requests;
};

// With all of its body in `body`.
inline HttpReply Whole(HttpReply reply) {
  reply.body += reply.rest.TakeAll();
  return reply;
}

inline HttpRequest Post(const std::string& path, const std::string& body) {
  HttpRequest request;
  request.method = "POST";
  request.path = path;
  request.content_type = "application/json";
  request.body = body;
  return request;
}

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_FAKE_ENGINE_H_
