// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The answers that FastAPI and pydantic give before a service's own code runs:
// codebox, pybox and quartermaster stand on them.
#ifndef TOOLS_EVALCTL_DIALECTS_FASTAPI_H_
#define TOOLS_EVALCTL_DIALECTS_FASTAPI_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "tools/evalctl/dialects/dialect.h"
#include "tools/evalctl/dialects/json.h"

namespace jail::eval {

// A service's paths are also taken with slashes behind them, as Starlette
// does: 307 to the one that is meant.
class FastApiDialect : public Dialect {
 public:
  bool Redirects(absl::string_view path) const final;
  HttpReply Answer(const HttpRequest& request, Engine& engine,
                   int cancel_fd) const final;

 protected:
  virtual HttpReply Respond(const HttpRequest& request, Engine& engine,
                            int cancel_fd) const = 0;
};

// {"detail": text}
HttpReply Detail(int status, absl::string_view text);
HttpReply JsonReply(int status, const Json& body);

// What is not the program's fault.
HttpReply EngineFault(const Error& error);

// Of more faults the rest is not told: each is many times as long as what is
// wrong with the body.
inline constexpr size_t kMaxBodyFaults = 1000;

// The detail of a 422: the faults of the body at once.
class BodyFaults {
 public:
  void Add(absl::string_view type, Json place, absl::string_view message,
           const Json& input, Json context = nullptr);
  bool empty() const { return detail_.empty(); }
  size_t size() const { return detail_.size(); }
  HttpReply Reply() const;

 private:
  Json detail_ = Json::array();
};

// The body as a JSON object; otherwise `faults` has why it isn't one.
std::optional<Json> ReadObject(const HttpRequest& request, BodyFaults& faults);

// Reads members of `object`, which stands at `place` in the body.  A fault is
// added to `faults`, and what the reader gives is of no use then.
class Fields {
 public:
  Fields(const Json& object, Json place, BodyFaults& faults)
      : object_(object), place_(std::move(place)), faults_(faults) {}

  std::string RequiredString(const char* name);
  // nullptr: it isn't there.
  const Json* RequiredObject(const char* name);
  const Json* RequiredList(const char* name);
  const Json* OptionalObject(const char* name);  // not null either

  // The rest: nothing for null, and when it isn't there.
  std::optional<std::string> String(const char* name);
  std::optional<std::map<std::string, std::string>> StringMap(const char* name);
  // "5" is taken; what no 64 bits hold is the nearest that they do.
  std::optional<int64_t> Integer(const char* name);
  std::optional<double> Number(const char* name);  // "1.5" is taken
  // "yes" is taken, null is not.
  bool Boolean(const char* name, bool otherwise);

  Json Place(const char* name) const;

 private:
  // nullptr: absent, which is a fault when it is required.
  const Json* Find(const char* name, bool required);

  const Json& object_;
  Json place_;
  BodyFaults& faults_;
};

// The members of `map`, which stands at `place`, in their order: strings, or
// faults.
std::vector<std::pair<std::string, std::string>> ReadStrings(
    const Json& map, const Json& place, BodyFaults& faults);

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_DIALECTS_FASTAPI_H_
