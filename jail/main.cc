// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// jail: starts a program that is not trusted, in a jail of its own, and says
// exactly how it ended.
//
//   command line + config --> Spec --> Plan --> clone3 ... execve --> Report
//
// Read Run() from top to bottom: each paragraph is a stage.
#include <malloc.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "config/command_line.h"
#include "config/early_settings.h"
#include "config/validate.h"
#include "jail/log.h"
#include "jail/modes/listen.h"
#include "jail/modes/process.h"
#include "jail/modes/service.h"
#include "jail/modes/session.h"
#include "jail/parent/host.h"
#include "jail/plan/describe.h"
#include "jail/plan/planner.h"
#include "jail/plan/verify.h"
#include "jail/report/report.h"
#include "jail/report/report_sink.h"
#include "jail/sys/fd.h"

namespace jail {
namespace {

using Clock = std::chrono::steady_clock;

uint64_t MicrosecondsSince(Clock::time_point start) {
  return static_cast<uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() -
                                                            start)
          .count());
}

// Help, version, explanations and the like; 255 when stdout can't take them.
int Print(const std::string& text, Logger& log) {
  absl::Status written = WriteStdout(text);
  if (written.ok()) return 0;
  log.Fatal(written.message());
  return kExitSetupFailed;
}

// File and command line; false when the file can't be read.
bool ReadConfig(const CommandLine& line, ParsedConfig& config,
                Diagnostics& problems) {
  bool readable = true;
  if (line.config_file) {
    absl::StatusOr<std::string> text = ReadConfigFile(*line.config_file);
    readable = text.ok();
    if (readable) {
      config =
          ParseConfig(*text, *line.config_file, line.config_format, problems);
    } else {
      problems.Error({"config", "command line", 0, 0},
                     std::string(text.status().message()));
    }
  }
  ApplyCommandLine(line, config, problems);
  return readable;
}

absl::StatusOr<std::unique_ptr<ReportSink>> OpenReportFile(
    const std::string& path, bool many) {
  if (const auto fd = DescriptorNamed(path)) return ReportSink::ForFd(*fd);
  return many ? ReportSink::ForManyReports(path)
              : ReportSink::ForOneReport(path);
}

absl::StatusOr<std::unique_ptr<ReportSink>> OpenReport(const CommandLine& line,
                                                       bool many) {
  if (line.report_fd) return ReportSink::ForFd(*line.report_fd);
  if (!line.report_file) return nullptr;
  return OpenReportFile(*line.report_file, many);
}

// The record of seccomp_unotify; null: it goes to the log alone.
absl::StatusOr<std::unique_ptr<ReportSink>> OpenAccessReport(
    const EarlySettings& early) {
  if (early.access_report.empty()) return nullptr;
  return OpenReportFile(early.access_report, early.many_reports);
}

// "a.cfg:3:1: port: has no effect"; the log line says that it is a warning,
// and without one the text does.
void Warn(Diagnostic warning, CommandLine::Action action, Logger& log) {
  if (action != CommandLine::Action::kRun) return log.Error(warning.ToString());
  warning.severity = Diagnostic::Severity::kError;
  log.Warning(warning.ToString());
}

// Every fault of the configuration, one a line.
int RefuseConfig(const Diagnostics& problems, CommandLine::Action action,
                 Logger& log, ReportSink* sink) {
  SetupFailure first;
  std::vector<std::string> errors;
  for (const Diagnostic& problem : problems.Sorted()) {
    if (problem.severity == Diagnostic::Severity::kWarning) {
      Warn(problem, action, log);
      continue;
    }
    log.Fatal(problem.ToString());
    errors.push_back(problem.ToString());
    if (first.stage.empty()) {
      first.stage = "config";
      first.origin = problem.origin;
      first.detail = problem.message;
    }
  }
  if (sink != nullptr) {
    absl::Status written = sink->Write(
        MakeConfigFailureReport(first, absl::StrJoin(errors, "\n")));
    if (!written.ok()) log.Fatal(written.message());
  }
  return kExitSetupFailed;
}

// The host can't do what the configuration asks for.
int RefuseLaunch(const Spec& spec, SetupFailure failure, Logger& log,
                 ReportSink* sink) {
  Ending ending;
  ending.setup_failure = std::move(failure);
  log.Fatal(ending.setup_failure->ToString());
  LogNotStarted(log);
  if (sink != nullptr) {
    absl::Status written = sink->Write(MakeReport(spec, nullptr, ending));
    if (!written.ok()) log.Fatal(written.message());
  }
  return kExitSetupFailed;
}

SetupFailure Fault(const char* stage, const absl::Status& status) {
  SetupFailure failure;
  failure.stage = stage;
  failure.operation = std::string(status.message());
  return failure;
}

int RunMode(Session& session) {
  const Spec& spec = session.spec;
  auto refuse = [&](const absl::Status& status) {
    return RefuseLaunch(spec, Fault("parent", status), session.log,
                        session.report);
  };
  if (spec.mode == Mode::kExecve) return RunInPlace(session);

  Fd listener;
  if (spec.mode == Mode::kListen) {
    absl::StatusOr<Fd> opened = session.listen_fds > 0
                                    ? TakeListener(session.listen_fds)
                                    : OpenListener(*spec.listen);
    if (!opened.ok()) return refuse(opened.status());
    listener = *std::move(opened);
  }
  // Before the fork of a daemon, so that no signal comes too early for it.
  absl::StatusOr<Fd> signals = TakeFatalSignals();
  if (!signals.ok()) return refuse(signals.status());
  absl::StatusOr<Fd> status_signal = TakeStatusSignal();
  if (!status_signal.ok()) return refuse(status_signal.status());
  session.signal_fd = signals->get();
  session.status_fd = status_signal->get();
  if (spec.daemon) {
    if (!session.log.is_set()) {
      session.log.Warning(
          "daemon: there is no log, so nothing more will be said: hint: set "
          "log_file");
    }
    absl::Status status = BecomeDaemon();
    if (!status.ok()) return refuse(status);
  }
  switch (spec.mode) {
    case Mode::kListen:
      return RunListen(session, std::move(listener));
    case Mode::kRerun:
      return RunAgainAndAgain(session);
    default:
      return RunOnce(session);
  }
}

int Run(const std::vector<std::string>& args) {
  Logger log;
  if (absl::Status status = PrepareProcess(); !status.ok()) {
    log.Fatal(status.message());
    return kExitSetupFailed;
  }
  const ServiceManager manager = TakeServiceEnvironment();
  const Clock::time_point start = Clock::now();

  // Command line and config: text to proto.
  Diagnostics problems;
  const CommandLine line = ParseCommandLine(args, problems);
  using Action = CommandLine::Action;
  if (line.action == Action::kHelp) return Print(HelpText(), log);
  if (line.action == Action::kVersion) {
    return Print("jail " JAIL_VERSION "\n", log);
  }
  ParsedConfig config;
  const bool readable = ReadConfig(line, config, problems);

  // Where we say what happens.  --check and --explain start nothing, and touch
  // no log and no report.
  const EarlySettings early = ReadEarlySettings(config);
  std::unique_ptr<ReportSink> sink, accesses;
  if (line.action == Action::kRun) {
    absl::StatusOr<Logger> opened = Logger::Open(early.log);
    absl::StatusOr<std::unique_ptr<ReportSink>> report =
        OpenReport(line, early.many_reports);
    if (opened.ok()) {
      log = *std::move(opened);
    } else {
      problems.Error(early.log.origin, std::string(opened.status().message()));
    }
    if (report.ok()) {
      sink = *std::move(report);
    } else {
      problems.Error({"", "command line", 0, 0},
                     std::string(report.status().message()));
    }
    report = OpenAccessReport(early);
    if (report.ok()) {
      accesses = *std::move(report);
    } else {
      problems.Error(early.access_report_origin,
                     std::string(report.status().message()));
    }
  }

  // Proto to Spec, or everything that is wrong; about a file that can't be read
  // that would be guesses.
  Caller caller = Caller::Current();
  caller.is_open = IsInherited;
  std::optional<Spec> spec;
  if (readable) spec = Validate(config, caller, problems);
  if (!spec || !problems.ok()) {
    return RefuseConfig(problems, line.action, log, sink.get());
  }
  for (const Diagnostic& warning : problems.Sorted()) {
    Warn(warning, line.action, log);
  }
  const uint64_t parse_us = MicrosecondsSince(start);

  // Spec and host to Plan.
  const Clock::time_point plan_start = Clock::now();
  const absl::StatusOr<HostFacts> facts = CollectHostFacts(*spec);
  if (!facts.ok()) {
    return RefuseLaunch(*spec, Fault("plan", facts.status()), log, sink.get());
  }
  Plan plan;
  SetupFailure failure;
  if (!MakePlan(*spec, *facts, plan, failure).ok()) {
    return RefuseLaunch(*spec, failure, log, sink.get());
  }
  if (absl::Status status = Verify(plan, *spec); !status.ok()) {
    return RefuseLaunch(*spec, Fault("plan", status), log, sink.get());
  }
  for (const std::string& warning : plan.warnings) log.Warning(warning);
  const uint64_t plan_us = MicrosecondsSince(plan_start);

  switch (line.action) {
    case Action::kCheck:
      return Print(
          absl::StrCat(line.config_file.value_or("command line"), ": ok\n"),
          log);
    case Action::kExplainText:
      return Print(DescribeText(plan), log);
    case Action::kExplainJson:
      return Print(DescribeJson(plan), log);
    default:
      break;
  }

  // Launch, supervise, report.
  Session session{*spec, plan, log};
  session.report = sink.get();
  session.accesses = accesses.get();
  for (const Diagnostic& warning : problems.Sorted()) {
    session.warnings.push_back(warning.ToString());
  }
  session.listen_fds = manager.listen_fds;
  if (!manager.notify_socket.empty()) {
    absl::StatusOr<Notifier> notifier =
        Notifier::ForAddress(manager.notify_socket);
    if (!notifier.ok()) {
      return RefuseLaunch(*spec, Fault("parent", notifier.status()), log,
                          sink.get());
    }
    session.notifier = *std::move(notifier);
  }
  session.stats = line.stats;
  session.parse_us = parse_us;
  session.plan_us = plan_us;
  const int status = RunMode(session);
  sink.reset();
  // The kernel gives all memory back at once.  The destructors of config and
  // plan would touch it page by page, and the pages were shared at clone3.
  _exit(status);
}

}  // namespace
}  // namespace jail

int main(int argc, char** argv) {
  // A launch takes less than this from the heap: one brk(2), none to give back.
  constexpr int kHeap = 1 << 20;
  mallopt(M_TOP_PAD, kHeap);
  mallopt(M_TRIM_THRESHOLD, 2 * kHeap);
  const int status =
      jail::Run(std::vector<std::string>(argv + (argc > 0), argv + argc));
  // Everything is written: no destructor of a library has anything to add.
  _exit(status);
}
