// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/call_watch.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/seccomp/evaluate.h"
#include "jail/seccomp/notify.h"
#include "jail/seccomp/shipped.h"
#include "jail/seccomp/syscalls.h"
#include "jail/spec/recorded_calls.h"

namespace jail {
namespace {

using seccomp::Decision;

seccomp::Program ProgramOf(const std::string& bytes) {
  seccomp::Program program(bytes.size() / sizeof(sock_filter));
  if (!program.empty()) std::memcpy(program.data(), bytes.data(), bytes.size());
  return program;
}

std::string BytesOf(const seccomp::Program& program) {
  return {reinterpret_cast<const char*>(program.data()),
          program.size() * sizeof(sock_filter)};
}

std::string RuleOf(const WatchedPolicy& watched, const seccomp::Policy& policy,
                   const Decision& decision) {
  switch (decision.reason) {
    case Decision::Reason::kWrongArch:
      return "the policy is not for this architecture";
    case Decision::Reason::kX32:
      return "no rule names this call of the x32 ABI";
    case Decision::Reason::kRule:
    case Decision::Reason::kDefault:
      break;
  }
  const bool by_rule = decision.rule != nullptr;
  const seccomp::Place place =
      by_rule ? decision.rule->place : policy.default_place;
  const auto found = watched.rules.find({place.file, place.line, place.column});
  if (found != watched.rules.end()) return found->second;
  // A profile's entries overlap: libseccomp's order is not ours.
  return by_rule
             ? decision.rule->call
             : absl::StrCat("the default action, ", decision.action.ToString());
}

// What the kernel's filter decided, and in words.
class Decider {
 public:
  Decider(seccomp::Program program, WatchedPolicy watched)
      : program_(std::move(program)), watched_(std::move(watched)) {}

  CallJudgement Judge(const seccomp_data& call) const {
    const seccomp::Judgement judged = seccomp::Judge(program_, call);
    CallJudgement judgement;
    judgement.kills = judged.kills;
    if (judged.error) judgement.error = static_cast<int>(*judged.error);
    judgement.halves = judged.halves;
    return judgement;
  }

  CallDescription Describe(const seccomp_data& call) const {
    CallDescription out;
    const auto number = static_cast<uint32_t>(call.nr);
    if (const auto arch = seccomp::ArchOfAudit(call.arch)) {
      out.arch = seccomp::ArchName(*arch);
      out.syscall = seccomp::SyscallName(*arch, number);
      const auto arguments = seccomp::SyscallArguments(*arch, out.syscall);
      for (const seccomp::Argument& it :
           arguments.value_or(std::vector<seccomp::Argument>())) {
        out.arguments.push_back(
            {it.name, seccomp::IsPath(out.syscall, it.name)});
      }
    } else {
      out.arch = absl::StrCat("0x", absl::Hex(call.arch));
    }
    const seccomp::Judgement judged = seccomp::Judge(program_, call);
    if (judged.kills || judged.error) out.rule = Rule(call);
    return out;
  }

 private:
  std::string Rule(const seccomp_data& call) const {
    if (watched_.policy) {
      return RuleOf(watched_, *watched_.policy,
                    seccomp::Evaluate(*watched_.policy, call));
    }
    // The default one comes compiled: it is read when it was hit.
    std::call_once(default_read_, [this] {
      seccomp::PolicyErrors errors;
      default_policy_ = seccomp::ReadPolicy(
          seccomp::kDefaultPolicyText, std::string(seccomp::kDefaultPolicyName),
          watched_.archs, nullptr, errors);
    });
    if (!default_policy_) return std::string(seccomp::kDefaultPolicyName);
    const Decision decision = seccomp::Evaluate(*default_policy_, call);
    const std::string text = RuleOf(watched_, *default_policy_, decision);
    if (decision.rule == nullptr) return text;
    const seccomp::Place place = decision.rule->place;
    return absl::StrCat(default_policy_->names[static_cast<size_t>(place.file)],
                        ":", place.line, ":", place.column, ": ",
                        decision.action.ToString(), " { ", text, " }");
  }

  const seccomp::Program program_;
  const WatchedPolicy watched_;
  mutable std::once_flag default_read_;
  mutable std::optional<seccomp::Policy> default_policy_;
};

// A profile names its own.
std::vector<seccomp::Arch> ArchsOf(const WatchedPolicy& watched) {
  if (!watched.policy) return watched.archs;
  std::vector<seccomp::Arch> archs;
  for (const seccomp::ArchRules& rules : watched.policy->archs) {
    archs.push_back(rules.arch);
  }
  return archs;
}

std::vector<seccomp::NotifyOptions::Recorded> CallsToRecord(
    const std::vector<seccomp::Arch>& archs) {
  std::vector<seccomp::NotifyOptions::Recorded> all;
  for (const seccomp::Arch arch : archs) {
    seccomp::NotifyOptions::Recorded recorded;
    recorded.arch = arch;
    for (size_t i = 0; i < kRecordedCallCount; ++i) {
      const RecordedCall& call = kRecordedCalls[i];
      const auto number = seccomp::SyscallNumber(arch, call.name);
      // libc's "fstatat64" is another name of a call that is there already.
      if (!number || seccomp::SyscallName(arch, *number) != call.name) continue;
      if (call.kind == RecordedCall::Kind::kSendTo) {
        recorded.sendto = *number;
      } else {
        recorded.numbers.push_back(*number);
      }
    }
    all.push_back(std::move(recorded));
  }
  return all;
}

}  // namespace

void WatchCalls(ValidateContext& context, WatchedPolicy watched) {
  const config::JailConfig& proto = context.proto;
  const bool has_filter = context.spec.seccomp.has_value();
  if (!proto.seccomp_unotify_report().empty() && !proto.seccomp_unotify()) {
    context.Warning("seccomp_unotify_report",
                    "has no effect without seccomp_unotify");
  }
  if (proto.report_violations() && !has_filter && context.diagnostics.ok()) {
    context.Warning("report_violations", "has no effect: there is no filter");
  }
  CallWatch watch;
  watch.violations = proto.report_violations() && has_filter;
  watch.accesses = proto.seccomp_unotify();
  if (!watch.violations && !watch.accesses) return;
  std::vector<std::string> fields;
  if (watch.violations) fields.emplace_back("report_violations");
  if (watch.accesses) fields.emplace_back("seccomp_unotify");
  watch.origin = context.At(fields.front());
  if (context.spec.mode == Mode::kExecve) {
    for (const std::string& field : fields) {
      context.Error(field,
                    "needs a launcher that listens, and in mode EXECVE it has "
                    "become the program");
    }
    return;
  }
  std::copy(std::begin(seccomp::kDoorKey), std::end(seccomp::kDoorKey),
            watch.key);
  seccomp::Program program;
  if (has_filter) program = ProgramOf(context.spec.seccomp->program);
  seccomp::NotifyOptions options;
  options.violations = watch.violations;
  if (watch.accesses) options.recorded = CallsToRecord(ArchsOf(watched));
  const auto filters = seccomp::MakeNotifyFilters(program, options);
  if (!filters) {
    context.Error(fields.front(),
                  absl::StrCat("the filter becomes longer than the kernel's ",
                               seccomp::kMaxInstructions, " instructions"));
    return;
  }
  watch.filter = BytesOf(filters->listener);
  watch.seal = BytesOf(filters->seal);
  // What is only recorded, the kernel's filter has decided already.
  if (!watch.violations) program.clear();
  const auto decider =
      std::make_shared<const Decider>(std::move(program), std::move(watched));
  watch.judge = [decider](const seccomp_data& call) {
    return decider->Judge(call);
  };
  watch.describe = [decider](const seccomp_data& call) {
    return decider->Describe(call);
  };
  context.spec.watch = std::move(watch);
}

}  // namespace jail
