// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/evalctl/command_run.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "jail/sys/errno_name.h"
#include "jail/sys/fd.h"
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

// A file that holds `data` and that nobody can change.
absl::StatusOr<Fd> MakeStdin(absl::string_view data) {
  if (data.empty()) return Open("/dev/null", O_RDONLY);
  Fd file(memfd_create("stdin", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file.valid()) return ErrnoStatus(errno, "memfd_create stdin");
  while (!data.empty()) {
    const ssize_t n = write(file.get(), data.data(), data.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return ErrnoStatus(errno, "write stdin");
    data.remove_prefix(static_cast<size_t>(n));
  }
  if (lseek(file.get(), 0, SEEK_SET) != 0 ||
      fcntl(file.get(), F_ADD_SEALS,
            F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) != 0) {
    return ErrnoStatus(errno, "F_ADD_SEALS stdin");
  }
  return file;
}

struct Pair {
  Fd ours, theirs;
};

absl::StatusOr<Pair> MakePipe() {
  int fds[2];
  if (pipe2(fds, O_CLOEXEC) != 0) return ErrnoStatus(errno, "pipe2");
  Pair pair{Fd(fds[0]), Fd(fds[1])};
  if (fcntl(fds[0], F_SETFL, O_NONBLOCK) != 0) {
    return ErrnoStatus(errno, "fcntl O_NONBLOCK");
  }
  return pair;
}

absl::StatusOr<Pair> MakeChannel() {
  int fds[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0) {
    return ErrnoStatus(errno, "socketpair");
  }
  Pair pair{Fd(fds[0]), Fd(fds[1])};
  if (fcntl(fds[0], F_SETFL, O_NONBLOCK) != 0) {
    return ErrnoStatus(errno, "fcntl O_NONBLOCK");
  }
  return pair;
}

Launcher::Overrides MakeOverrides(const PlannedCommand& command) {
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
    const absl::Status status = Prepare();
    if (!status.ok()) {
      return Fail(Error::SETUP_FAILURE, std::string(status.message()));
    }
    Result result;
    if (!Plan()) return false;
    std::unique_ptr<RunningJail> jail = launcher_->Launch(streams_, result);
    CloseTheirs();
    Timing& timing = *response_.mutable_timing();
    timing.set_launch_us(timing.launch_us() + MicrosecondsSince(start));
    if (jail == nullptr) return NotStarted(result);
    const Clock::time_point launched = Clock::now();
    result = jail->Wait(run_.cancel_fd, &reader_);
    jail.reset();
    reader_.Drain();
    timing.set_run_us(timing.run_us() + MicrosecondsSince(launched));
    if (result.outcome == Outcome::kCancelled) {
      return Fail(Error::CANCELLED, "nobody waits for it any more");
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

  // All descriptors of the launch.
  absl::Status Prepare() {
    absl::StatusOr<Fd> stdin_file = MakeStdin(command_.stdin_data);
    if (!stdin_file.ok()) return stdin_file.status();
    Keep(*std::move(stdin_file), streams_.stdin_fd);
    const uint64_t limit =
        std::min(command_.limits.output_bytes(), OutputLeft(response_));
    absl::StatusOr<Pair> out = MakePipe();
    if (!out.ok()) return out.status();
    Keep(std::move(out->theirs), streams_.stdout_fd);
    reader_.Add(std::move(out->ours), limit);
    streams_.stderr_fd = streams_.stdout_fd;
    if (!run_.request.merge_output()) {
      absl::StatusOr<Pair> err = MakePipe();
      if (!err.ok()) return err.status();
      Keep(std::move(err->theirs), streams_.stderr_fd);
      stderr_ = static_cast<int>(reader_.Add(std::move(err->ours), limit));
    }
    if (command_.is_call) {
      absl::StatusOr<Pair> channel = MakeChannel();
      if (!channel.ok()) return channel.status();
      Keep(std::move(channel->theirs), streams_.channel_fd);
      channel_ = static_cast<int>(reader_.Add(std::move(channel->ours), limit,
                                              run_.request.input_json()));
    }
    absl::StatusOr<Fd> mount = run_.workspace.Detached();
    if (!mount.ok()) return mount.status();
    streams_.mounts.push_back(-1);
    Keep(*std::move(mount), streams_.mounts[0]);
    return absl::OkStatus();
  }

  void Keep(Fd fd, int& number) {
    number = fd.get();
    theirs_.push_back(std::move(fd));
  }
  void CloseTheirs() { theirs_.clear(); }

  bool Plan() {
    std::vector<std::string> errors;
    launcher_ = run_.profile.launchers->With(MakeOverrides(command_), errors);
    if (launcher_ != nullptr) return true;
    return Fail(Error::BAD_REQUEST, absl::StrJoin(errors, "; "),
                command_.place);
  }

  // The program never ran: by the request's doing, or by ours.
  bool NotStarted(const Result& result) {
    const SetupFault& fault = result.setup_fault;
    if (!command_.is_runner && fault.stage == "exec") {
      CommandResult* out = AddResult();
      out->set_outcome(report::SETUP_FAILED);
      out->set_exit_status(kExitNotStarted);
      out->set_exec_errno(fault.errno_name);
      return true;
    }
    if (!command_.is_runner && fault.operation == "chdir" &&
        fault.place == "cwd") {
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
      if (reader_.overflowed() >= 0 && hit.configured == 0) continue;
      SetLimit(hit, *out->add_limits_met());
    }
    TakeDeniedCalls(result, *out);
    TakeOutputLimit(*out);
    SetUsage(result.usage, *out->mutable_usage());
    // Before the streams' data is moved away.
    if (channel_ >= 0) {
      const OutputReader::Stream& channel = reader_.stream(Index(channel_));
      TakeFunctionResult(channel.data, channel.truncated(), response_);
    }
    SetOutput(reader_.stream(0), *out->mutable_stdout());
    if (stderr_ >= 0) {
      SetOutput(reader_.stream(Index(stderr_)), *out->mutable_stderr());
    }
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
    if (reader_.overflowed() < 0) return;
    const OutputReader::Stream& stream =
        reader_.stream(Index(reader_.overflowed()));
    report::LimitHit hit;
    hit.set_name("output_bytes");
    hit.set_configured(stream.limit);
    hit.set_reached(stream.total);
    hit.set_unit("bytes");
    if (out.outcome() == report::OUTPUT) *out.mutable_limit() = hit;
    *out.add_limits_met() = hit;
  }

  void TakeOrder(CommandResult& out) {
    for (const OutputReader::Chunk& chunk : reader_.order()) {
      if (channel_ >= 0 && chunk.stream == Index(channel_)) continue;
      report_order(out, chunk);
    }
  }
  static void report_order(CommandResult& out,
                           const OutputReader::Chunk& chunk) {
    OrderedChunk* item = out.add_order();
    item->set_is_stderr(chunk.stream != 0);
    item->set_bytes(chunk.bytes);
  }

  static size_t Index(int number) { return static_cast<size_t>(number); }

  const CommandRun& run_;
  const PlannedCommand& command_;
  Response& response_;
  std::shared_ptr<const Launcher> launcher_;
  OutputReader reader_;
  Streams streams_;
  std::vector<Fd> theirs_;  // until the jail has them
  int stderr_ = -1, channel_ = -1;
};

}  // namespace

bool RunCommand(const CommandRun& run, const PlannedCommand& command,
                Response& response) {
  return Run(run, command, response).Do();
}

}  // namespace jail::eval
