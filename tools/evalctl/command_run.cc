// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/command_run.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "jail/sys/printable.h"
#include "tools/evalctl/function_runner.h"
#include "tools/evalctl/output.h"
#include "tools/evalctl/paths.h"

namespace jail::eval {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kExitNotStarted = 255;
constexpr int kMaxDeniedCalls = 16;  // of one command

uint64_t MicrosecondsSince(Clock::time_point start) {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() -
                                                            start)
          .count());
}

}  // namespace

Launcher::Overrides OverridesOf(const PlannedCommand& command) {
  Launcher::Overrides overrides;
  overrides.command = command.argv;
  overrides.environment = command.environment;
  overrides.cwd = command.cwd;
  overrides.channel = command.is_call;
  const Limits& limits = command.limits;
  if (limits.has_wall_time_ms()) {
    overrides.wall_time = std::chrono::milliseconds(limits.wall_time_ms());
  }
  if (limits.has_cpu_time_ms()) {
    overrides.cpu_time = std::chrono::milliseconds(limits.cpu_time_ms());
  }
  if (limits.has_idle_time_ms()) {
    overrides.idle_time = std::chrono::milliseconds(limits.idle_time_ms());
  }
  if (limits.has_memory_bytes()) {
    overrides.memory_bytes = limits.memory_bytes();
  }
  if (limits.has_pids()) overrides.pids = limits.pids();
  if (limits.has_cpu_weight()) overrides.cpu_weight = limits.cpu_weight();
  if (limits.has_file_size_bytes()) {
    overrides.file_size_bytes = limits.file_size_bytes();
  }
  if (limits.has_open_files()) overrides.open_files = limits.open_files();
  return overrides;
}

IoShape IoShapeOf(const Request& request, const PlannedCommand& command) {
  return {request.merge_output(), command.is_call,
          command.limits.output_bytes()};
}

namespace {

// A character that the limit cut in two is left out.
void SetOutput(OutputReader::Stream& stream, Output& out) {
  out.set_truncated(stream.truncated());
  out.set_total_bytes(stream.total);
  std::string& data = stream.data;
  if (stream.truncated()) {
    for (size_t cut = 0; cut < 4 && cut <= data.size(); ++cut) {
      const absl::string_view front(data.data(), data.size() - cut);
      if (!IsUtf8(front)) continue;
      data.resize(front.size());
      out.set_text(std::move(data));
      return;
    }
  } else if (IsUtf8(data)) {
    out.set_text(std::move(data));
    return;
  }
  out.set_base64(std::move(data));
}

void SetUsage(const Usage& used, report::Usage& out) {
  const auto count = [](std::chrono::microseconds time) {
    return static_cast<uint64_t>(time.count());
  };
  out.set_wall_time_us(count(used.wall_time));
  out.set_cpu_user_us(count(used.cpu_user));
  out.set_cpu_system_us(count(used.cpu_system));
  out.set_max_rss_bytes(used.max_rss_bytes);
  out.set_minor_faults(used.minor_faults);
  out.set_major_faults(used.major_faults);
  out.set_voluntary_switches(used.voluntary_switches);
  out.set_involuntary_switches(used.involuntary_switches);
  out.set_block_reads(used.block_reads);
  out.set_block_writes(used.block_writes);
  const auto set = [&](const std::optional<uint64_t>& from,
                       void (report::Usage::*to)(uint64_t)) {
    if (from) (out.*to)(*from);
  };
  set(used.read_bytes, &report::Usage::set_read_bytes);
  set(used.written_bytes, &report::Usage::set_written_bytes);
  set(used.memory_peak_bytes, &report::Usage::set_memory_peak_bytes);
  set(used.memory_final_bytes, &report::Usage::set_memory_final_bytes);
  set(used.memory_anon_bytes, &report::Usage::set_memory_anon_bytes);
  set(used.memory_file_bytes, &report::Usage::set_memory_file_bytes);
  set(used.memory_kernel_bytes, &report::Usage::set_memory_kernel_bytes);
  set(used.memory_shmem_bytes, &report::Usage::set_memory_shmem_bytes);
  set(used.pids_peak, &report::Usage::set_pids_peak);
  set(used.throttled_periods, &report::Usage::set_throttled_periods);
  set(used.throttled_us, &report::Usage::set_throttled_us);
  set(used.device_read_bytes, &report::Usage::set_device_read_bytes);
  set(used.device_written_bytes, &report::Usage::set_device_written_bytes);
}

// The workspace is the one mount that we provide; a request knows it otherwise.
std::string LimitName(const std::string& name) {
  if (name == "provided_mounts[0] size") return "workspace_bytes";
  if (name == "provided_mounts[0] inodes") return "workspace inodes";
  return name;
}

void SetLimit(const LimitHit& hit, report::LimitHit& out) {
  out.set_name(LimitName(hit.name));
  out.set_configured(hit.configured);
  out.set_reached(hit.reached);
  out.set_unit(hit.unit);
}

// Of kMaxRequestOutput, after what ran so far.
uint64_t OutputLeft(const Response& response) {
  uint64_t used = 0;
  for (const CommandResult& result : response.commands()) {
    for (const Output* output : {&result.stdout(), &result.stderr()}) {
      used += output->text().size() + output->base64().size();
    }
  }
  return kMaxRequestOutput - std::min(used, kMaxRequestOutput);
}

class Run {
 public:
  Run(const CommandRun& run, const PlannedCommand& command, Response& response)
      : run_(run), command_(command), response_(response) {}

  bool Do() {
    const Clock::time_point start = Clock::now();
    std::unique_ptr<RunningJail> jail = StartTheOneAhead();
    Result result;
    if (jail == nullptr) {
      const absl::Status status = Prepare();
      if (!status.ok()) {
        return Fail(Error::SETUP_FAILURE, std::string(status.message()));
      }
      if (!Plan()) return false;
      jail = launcher_->Launch(io_->streams(), result);
      io_->CloseTheirs();
    }
    Timing& timing = *response_.mutable_timing();
    timing.set_launch_us(timing.launch_us() + MicrosecondsSince(start));
    if (jail == nullptr) return NotStarted(result);
    const Clock::time_point launched = Clock::now();
    if (run_.on_start) run_.on_start();
    result = jail->Wait(run_.cancel_fd, &io_->reader());
    jail.reset();
    io_->reader().Drain();
    timing.set_run_us(timing.run_us() + MicrosecondsSince(launched));
    if (result.outcome == Outcome::kCancelled) {
      return Fail(Error::CANCELLED,
                  "the client went away, or the server stops");
    }
    Take(result);
    TakeLimitsNotInForce(result);
    return true;
  }

 private:
  bool Fail(Error::Kind kind, std::string message, std::string place = "") {
    Error* error = response_.mutable_error();
    error->set_kind(kind);
    error->set_message(std::move(message));
    error->set_place(std::move(place));
    return false;
  }

  // Null: there is none, or it came to nothing.  Its program did not run then,
  // and a launch of its own tells what is wrong.
  std::unique_ptr<RunningJail> StartTheOneAhead() {
    if (run_.ahead == nullptr) return nullptr;
    JailAhead& ahead = *run_.ahead;
    launcher_ = ahead.launcher;
    io_ = std::move(ahead.io);
    GiveInput();
    Result result;
    std::unique_ptr<RunningJail> jail = ahead.jail->Start(
        {command_.argv.begin() + 1, command_.argv.end()}, result);
    ahead.jail.reset();
    return jail;
  }

  absl::Status Prepare() {
    IoShape shape = IoShapeOf(run_.request, command_);
    shape.output_bytes = std::min(shape.output_bytes, OutputLeft(response_));
    absl::StatusOr<std::unique_ptr<CommandIo>> io =
        CommandIo::Make(shape, command_.stdin_data, run_.workspace);
    if (!io.ok()) return io.status();
    io_ = *std::move(io);
    GiveInput();
    return absl::OkStatus();
  }

  void GiveInput() {
    if (io_->channel() == nullptr) return;
    io_->channel()->to_send = run_.request.input_json();
  }

  bool Plan() {
    std::vector<std::string> errors;
    launcher_ = run_.profile.launchers->With(OverridesOf(command_), errors);
    if (launcher_ != nullptr) return true;
    // What is within the profile's maxima and beyond our own hard limits is no
    // fault of the request.
    const bool is_ours =
        std::any_of(errors.begin(), errors.end(), [](const std::string& error) {
          return absl::StartsWith(error, "rlimit_");
        });
    return Fail(is_ours ? Error::SETUP_FAILURE : Error::BAD_REQUEST,
                absl::StrJoin(errors, "; "), command_.place);
  }

  // The program never ran: by the request's doing, or by ours.
  bool NotStarted(const Result& result) {
    const SetupFault& fault = result.setup_fault;
    // What a build left as its output is no program of ours either.
    const bool is_first = response_.commands().empty();
    const bool is_exec =
        (!command_.is_runner || !is_first) && fault.stage == "exec";
    const bool is_cwd = !command_.is_runner && fault.operation == "chdir" &&
                        fault.place == "cwd";
    // The commands before may have removed the folder, or not made it: what
    // they did is told.
    if (is_exec || (is_cwd && !is_first)) {
      CommandResult* out = AddResult();
      out->set_outcome(report::SETUP_FAILED);
      out->set_exit_status(kExitNotStarted);
      out->set_exec_errno(fault.errno_name);
      return true;
    }
    if (is_cwd) {
      return Fail(Error::BAD_REQUEST,
                  absl::StrCat(command_.cwd, ": ", fault.errno_name),
                  command_.place + "/cwd");
    }
    return Fail(Error::SETUP_FAILURE, result.error, command_.place);
  }

  CommandResult* AddResult() {
    CommandResult* out = response_.add_commands();
    for (const std::string& arg :
         command_.shown_argv.empty() ? command_.argv : command_.shown_argv) {
      out->add_argv(ToUtf8(arg));
    }
    return out;
  }

  void Take(const Result& result) {
    CommandResult* out = AddResult();
    out->set_outcome(static_cast<report::Outcome>(result.outcome));
    out->set_exit_status(result.exit_status);
    out->set_syscall(result.syscall);
    if (result.exit_code) out->set_exit_code(*result.exit_code);
    if (result.signal) out->set_signal(*result.signal);
    if (result.limit) SetLimit(*result.limit, *out->mutable_limit());
    for (const LimitHit& hit : result.limits_met) {
      // Ours was met, and the launcher has none of its own to tell of.
      if (io_->reader().overflowed() >= 0 && hit.configured == 0) continue;
      SetLimit(hit, *out->add_limits_met());
    }
    TakeDeniedCalls(result, *out);
    TakeOutputLimit(*out);
    SetUsage(result.usage, *out->mutable_usage());
    // Before the streams' data is moved away.
    if (const OutputReader::Stream* channel = io_->channel()) {
      TakeFunctionResult(channel->data, channel->truncated(), response_);
    }
    SetOutput(io_->out(), *out->mutable_stdout());
    if (io_->err() != nullptr) SetOutput(*io_->err(), *out->mutable_stderr());
    if (run_.request.record_order()) TakeOrder(*out);
  }

  static void TakeDeniedCalls(const Result& result, CommandResult& out) {
    for (const jail::DeniedCall& denied : result.denied_calls) {
      if (out.denied_calls_size() == kMaxDeniedCalls) break;
      eval::DeniedCall& to = *out.add_denied_calls();
      to.set_syscall(denied.syscall);
      to.set_errno_name(denied.errno_name);
      to.set_count(denied.count);
      to.set_call(ToUtf8(denied.call));
      to.set_rule(ToUtf8(denied.rule));
    }
  }

  // Each once, however many commands run without it.
  void TakeLimitsNotInForce(const Result& result) {
    for (const LimitNotInForce& limit : result.limits_not_in_force) {
      const auto& told = response_.limits_not_in_force();
      if (std::any_of(told.begin(), told.end(),
                      [&](const report::LimitNotInForce& known) {
                        return known.name() == limit.name;
                      })) {
        continue;
      }
      report::LimitNotInForce* out = response_.add_limits_not_in_force();
      out->set_name(limit.name);
      out->set_reason(ToUtf8(limit.reason));
    }
  }

  // The jail may have ended by itself before it could be killed for it.
  void TakeOutputLimit(CommandResult& out) {
    OutputReader& reader = io_->reader();
    if (reader.overflowed() < 0) return;
    const OutputReader::Stream& stream =
        reader.stream(static_cast<size_t>(reader.overflowed()));
    report::LimitHit hit;
    hit.set_name("output_bytes");
    hit.set_configured(stream.limit);
    hit.set_reached(stream.total);
    hit.set_unit("bytes");
    if (out.outcome() == report::OUTPUT) *out.mutable_limit() = hit;
    *out.add_limits_met() = hit;
  }

  void TakeOrder(CommandResult& out) {
    for (const OutputReader::Chunk& chunk : io_->reader().order()) {
      if (io_->IsChannel(chunk.stream)) continue;
      OrderedChunk* item = out.add_order();
      item->set_is_stderr(chunk.stream != 0);
      item->set_bytes(chunk.bytes);
    }
  }

  const CommandRun& run_;
  const PlannedCommand& command_;
  Response& response_;
  std::shared_ptr<const Launcher> launcher_;
  std::unique_ptr<CommandIo> io_;
};

}  // namespace

bool RunCommand(const CommandRun& run, const PlannedCommand& command,
                Response& response) {
  return Run(run, command, response).Do();
}

}  // namespace jail::eval
