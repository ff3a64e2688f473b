// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/call_watch.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/seccomp/evaluate.h"
#include "jail/seccomp/notify.h"
#include "jail/seccomp/shipped.h"
#include "jail/seccomp/syscalls.h"

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

  CallDecision Decide(const seccomp_data& call) const {
    CallDecision decision;
    decision.kills = seccomp::Kills(program_, call);
    const auto number = static_cast<uint32_t>(call.nr);
    if (const auto arch = seccomp::ArchOfAudit(call.arch)) {
      decision.arch = seccomp::ArchName(*arch);
      decision.syscall = seccomp::SyscallName(*arch, number);
      const auto arguments = seccomp::SyscallArguments(*arch, decision.syscall);
      for (const seccomp::Argument& it :
           arguments.value_or(std::vector<seccomp::Argument>())) {
        decision.arguments.push_back(
            {it.name, seccomp::IsPath(decision.syscall, it.name)});
      }
    } else {
      decision.arch = absl::StrCat("0x", absl::Hex(call.arch));
    }
    if (decision.kills) decision.rule = Rule(call);
    return decision;
  }

 private:
  std::string Rule(const seccomp_data& call) const {
    if (watched_.policy) {
      return RuleOf(watched_, *watched_.policy,
                    seccomp::Evaluate(*watched_.policy, call));
    }
    // The default one comes compiled: it is read when it was hit.
    seccomp::PolicyErrors errors;
    const auto policy = seccomp::ReadPolicy(
        seccomp::kDefaultPolicyText, std::string(seccomp::kDefaultPolicyName),
        watched_.archs, nullptr, errors);
    if (!policy) return std::string(seccomp::kDefaultPolicyName);
    return RuleOf(watched_, *policy, seccomp::Evaluate(*policy, call));
  }

  const seccomp::Program program_;
  const WatchedPolicy watched_;
};

}  // namespace

void WatchCalls(ValidateContext& context, WatchedPolicy* policy) {
  const config::JailConfig& proto = context.proto;
  if (!proto.report_violations()) return;
  if (context.spec.mode == Mode::kExecve) {
    context.Error("report_violations",
                  "needs a launcher that listens, and in mode EXECVE it has "
                  "become the program");
    return;
  }
  if (policy == nullptr) {
    if (context.diagnostics.ok()) {
      context.Warning("report_violations", "has no effect: there is no filter");
    }
    return;
  }
  CallWatch watch;
  watch.violations = true;
  watch.origin = context.At("report_violations");
  std::copy(std::begin(seccomp::kDoorKey), std::end(seccomp::kDoorKey),
            watch.key);
  const seccomp::Program program = ProgramOf(context.spec.seccomp->program);
  seccomp::NotifyOptions options;
  options.violations = true;
  const auto filters = seccomp::MakeNotifyFilters(program, options);
  if (!filters) {
    context.Error("report_violations",
                  absl::StrCat("the filter becomes longer than the kernel's ",
                               seccomp::kMaxInstructions, " instructions"));
    return;
  }
  watch.filter = BytesOf(filters->listener);
  watch.seal = BytesOf(filters->seal);
  const auto decider =
      std::make_shared<const Decider>(program, std::move(*policy));
  watch.decide = [decider](const seccomp_data& call) {
    return decider->Decide(call);
  };
  context.spec.watch = std::move(watch);
}

}  // namespace jail
