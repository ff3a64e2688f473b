// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Limits by time, and where the log goes.

#include "absl/strings/str_cat.h"
#include "config/path_rules.h"
#include "config/validate_context.h"
#include "jail/sys/fd.h"

namespace jail {
namespace {

using std::chrono::milliseconds;

// A hundred years: far beyond any use, and safe to add to any clock.
constexpr uint64_t kMaxMilliseconds = 100ull * 366 * 24 * 60 * 60 * 1000;

milliseconds Checked(ValidateContext& context, const char* field,
                     uint64_t value) {
  if (value <= kMaxMilliseconds) return milliseconds(value);
  context.Error(field,
                absl::StrCat("is out of range: ", value, " ms; the most is ",
                             kMaxMilliseconds, " (a hundred years)"));
  return milliseconds(0);
}

void ValidateOutput(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  Limits& limits = context.spec.limits;
  limits.output = {{proto.stdout_limit()}, context.At("stdout_limit")};
  limits.output_kills = proto.stdout_limit_action() == config::KILL;
  if (proto.has_stdout_limit_action() && proto.stdout_limit() == 0) {
    context.Warning("stdout_limit_action",
                    "has no effect: stdout_limit is not set");
  }
  if (proto.stdout_limit() > 0 && proto.silent()) {
    context.Warning("stdout_limit", "has no effect: silent is set");
    limits.output.value.value = 0;
  }
}

}  // namespace

void ValidateLimits(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  Limits& limits = context.spec.limits;
  if (proto.has_wall_time_ms()) {
    limits.wall_time = {Checked(context, "wall_time_ms", proto.wall_time_ms()),
                        context.At("wall_time_ms")};
  } else {
    limits.wall_time = {milliseconds(uint64_t{1000} * proto.time_limit()),
                        context.At("time_limit")};
  }
  limits.cpu_time = {Checked(context, "cpu_time_ms", proto.cpu_time_ms()),
                     context.At("cpu_time_ms")};
  limits.idle_time = {Checked(context, "idle_time_ms", proto.idle_time_ms()),
                      context.At("idle_time_ms")};
  ValidateOutput(context);
  limits.kill_grace = Checked(context, "kill_grace_ms", proto.kill_grace_ms());
  const milliseconds half_close =
      Checked(context, "half_close_ms", proto.half_close_ms());
  if (context.spec.listen) context.spec.listen->half_close = half_close;
  if (context.spec.mode != Mode::kExecve) return;
  // Nobody is left to keep them.
  for (const Located<milliseconds>* limit :
       {&limits.wall_time, &limits.cpu_time, &limits.idle_time}) {
    if (limit->value.count() == 0) continue;
    const std::string& field = limit->origin.path;
    if (field == "time_limit") {
      if (proto.has_time_limit()) {
        context.Warning(field, "has no effect: mode EXECVE has no supervisor");
      }
    } else {
      context.Error(field, "needs a supervisor, and mode EXECVE has none");
    }
  }
  if (limits.output.value.value > 0) {
    context.Error("stdout_limit",
                  "needs a supervisor, and mode EXECVE has none");
  }
  limits = Limits();
}

void ValidateLog(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  Log& log = context.spec.log;
  if (proto.has_log_level()) {
    log.level = static_cast<Log::Level>(proto.log_level());
  }
  bool to_file = proto.has_log_file() && !proto.log_file().empty();
  bool to_fd = proto.has_log_fd();
  if (to_file && to_fd) {
    const Origin file = context.At("log_file"), fd = context.At("log_fd");
    if (file.file == fd.file) {
      context.Error("log_fd", absl::StrCat("contradicts ", file.ToString(),
                                           ": the log goes to one place"));
    } else {  // the command line wins
      (file.file == "command line" ? to_fd : to_file) = false;
    }
  }
  const auto check_open = [&](const char* field, int fd) {
    if (fd > 2 && !context.caller.is_open(fd)) {
      context.Error(field, absl::StrCat("descriptor ", fd, " is not open"));
    }
    log.fd = fd;
    log.is_set = true;
    log.origin = context.At(field);
  };
  const std::optional<int> named = DescriptorNamed(proto.log_file());
  if (to_file && named) {
    check_open("log_file", *named);
  } else if (to_file) {
    absl::StatusOr<std::string> file =
        CleanOutsidePath(proto.log_file(), context.caller.working_directory);
    if (file.ok()) {
      log.file = *std::move(file);
    } else {
      context.Error("log_file", std::string(file.status().message()));
    }
    log.is_set = true;
    log.origin = context.At("log_file");
  }
  if (to_fd) {
    const int fd = proto.log_fd();
    if (fd < 0) {
      context.Error("log_fd", absl::StrCat("is negative: ", fd));
    } else {
      check_open("log_fd", fd);
    }
  }
}

static_assert(static_cast<int>(Log::Level::kDebug) == config::DEBUG);
static_assert(static_cast<int>(Log::Level::kInfo) == config::INFO);
static_assert(static_cast<int>(Log::Level::kWarning) == config::WARNING);
static_assert(static_cast<int>(Log::Level::kError) == config::ERROR);
static_assert(static_cast<int>(Log::Level::kFatal) == config::FATAL);

}  // namespace jail
