// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Which seccomp filter the program gets.
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sys/syscall.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "config/call_watch.h"
#include "config/policy_source.h"
#include "config/quote.h"
#include "config/suggest.h"
#include "config/validate_context.h"
#include "config/validate_seccomp_oci.h"
#include "jail/seccomp/compile.h"
#include "jail/seccomp/default_filter.h"
#include "jail/seccomp/evaluate.h"
#include "jail/seccomp/policy.h"
#include "jail/seccomp/shipped.h"
#include "jail/sys/capability.h"

namespace jail {
namespace {

using seccomp::Verdict;

// The policy's own places are told as the configuration's.
class PolicyChecker {
 public:
  PolicyChecker(ValidateContext& context, const PolicySource& source,
                const seccomp::Policy& policy)
      : context_(context), source_(source), policy_(policy) {}

  bool Check() {
    const int before = context_.diagnostics.error_count();
    for (const seccomp::ArchRules& arch : policy_.archs) {
      for (const seccomp::Rule& rule : arch.rules) {
        CheckAction(rule.action, rule.place);
      }
    }
    CheckAction(policy_.default_action, policy_.default_place);
    CheckExec();
    return context_.diagnostics.error_count() == before;
  }

 private:
  void Error(seccomp::Place place, const std::string& message) {
    source_.Error(context_, policy_.names[static_cast<size_t>(place.file)],
                  place.line, place.column, message);
  }

  // What somebody outside of the jail would have to answer.
  void CheckAction(const seccomp::Action& action, seccomp::Place place) {
    // A rule counts for each architecture, and is told of once.
    if (action.verdict != Verdict::kTrace &&
        action.verdict != Verdict::kUserNotif) {
      return;
    }
    if (!told_.insert({place.file, place.line, place.column}).second) return;
    if (action.verdict == Verdict::kTrace) {
      Error(place,
            "TRACE needs a tracer, and a jail has none: write ERRNO(ENOSYS), "
            "which is what the call would get");
    } else if (action.verdict == Verdict::kUserNotif) {
      Error(place,
            "USER_NOTIF needs a program that listens, and a jail has none: "
            "write ERRNO(ENOSYS), which is what the call would get");
    }
  }

  // The first call under the filter is the program's own start.
  void CheckExec() {
    const bool by_fd = context_.proto.exec_bin().exec_fd();
    seccomp_data call = {};
    call.arch = seccomp::AuditArch(seccomp::NativeArch());
    call.nr = by_fd ? SYS_execveat : SYS_execve;
    if (by_fd) call.args[4] = AT_EMPTY_PATH;
    const seccomp::Decision decision = seccomp::Evaluate(policy_, call);
    switch (decision.action.verdict) {
      case Verdict::kAllow:
      case Verdict::kLog:
      case Verdict::kTrace:  // told above
      case Verdict::kUserNotif:
        return;
      default:
        break;
    }
    const char* name = by_fd ? "execveat" : "execve";
    const bool by_rule = decision.rule != nullptr;
    Error(by_rule ? decision.rule->place : policy_.default_place,
          absl::StrCat(
              by_rule                           ? ""
              : policy_.default_place.line == 0 ? "without a DEFAULT, which "
                                                  "means KILL, the policy "
                                                : "DEFAULT ",
              "answers ", name, " with ", decision.action.ToString(),
              ", so that the program could not start: ALLOW { ", name, " }"));
  }

  ValidateContext& context_;
  const PolicySource& source_;
  const seccomp::Policy& policy_;
  std::set<std::tuple<int, int, int>> told_;
};

bool KeepsSysAdmin(const Process& process) {
  return process.capabilities.keep_all ||
         (process.capabilities.keep >> CAP_SYS_ADMIN & 1) != 0;
}

// Does the kernel take a filter of the target's?  seccomp(2)
bool MayInstall(const Process& process) {
  return process.no_new_privs.value || KeepsSysAdmin(process);
}

// "snek.kafel:12:3: KILL { ptrace }", for each rule that denies.
void NameDenials(const ValidateContext& context, const PolicySource& source,
                 WatchedPolicy& watched) {
  const seccomp::Policy& policy = *watched.policy;
  const auto name = [&](seccomp::Place place, const std::string& text) {
    std::string& rule = watched.rules[{place.file, place.line, place.column}];
    if (!rule.empty()) return;
    rule =
        source.WithPlace(context, policy.names[static_cast<size_t>(place.file)],
                         place.line, place.column, text);
  };
  for (const seccomp::ArchRules& arch : policy.archs) {
    for (const seccomp::Rule& rule : arch.rules) {
      if (!rule.action.IsKillOrErrno()) continue;
      name(rule.place,
           absl::StrCat(rule.action.ToString(), " { ", rule.call, " }"));
    }
  }
  if (policy.default_action.IsKillOrErrno() && policy.default_place.line > 0) {
    name(policy.default_place,
         absl::StrCat("DEFAULT ", policy.default_action.ToString()));
  }
}

void RefuseFilter(ValidateContext& context) {
  context.Error("disable_no_new_privs",
                "the kernel takes a seccomp policy only with no_new_privs, "
                "or from a program that keeps CAP_SYS_ADMIN");
}

// Reads, checks and compiles; nothing when something is wrong, which is told.
std::optional<Seccomp> CompilePolicy(ValidateContext& context,
                                     const PolicySource& source,
                                     WatchedPolicy& watched) {
  seccomp::PolicyErrors errors;
  std::optional<seccomp::Policy>& policy = watched.policy;
  policy = seccomp::ReadPolicy(source.text(), source.name(), watched.archs,
                               source.load(), errors);
  std::optional<seccomp::Program> program;
  if (policy) {
    if (!PolicyChecker(context, source, *policy).Check()) return std::nullopt;
    program = seccomp::Compile(*policy, errors);
  }
  for (const seccomp::PolicyError& error : errors.list()) {
    source.Error(context, error.file, error.line, error.column, error.message);
  }
  if (!program) return std::nullopt;
  for (const seccomp::PolicyError& note : policy->notes) {
    source.Warning(context, note.file, note.line, note.column, note.message);
  }
  if (context.proto.report_violations()) NameDenials(context, source, watched);
  Seccomp seccomp;
  seccomp.name = policy->name.empty() ? source.name() : policy->name;
  seccomp.program.assign(reinterpret_cast<const char*>(program->data()),
                         program->size() * sizeof(sock_filter));
  return seccomp;
}

// Not against what the config asks for: a jail in the jail needs mounts and
// namespaces, and CAP_SYS_ADMIN is kept for little else.
bool WantsDefault(ValidateContext& context) {
  const Process& process = context.spec.process;
  if (context.proto.seccomp_default() == config::JailConfig::NONE ||
      context.proto.allow_nested_userns() || KeepsSysAdmin(process)) {
    return false;
  }
  if (process.no_new_privs.value) return true;
  context.Warning("disable_no_new_privs",
                  "there is no seccomp filter: the kernel takes one only with "
                  "no_new_privs; seccomp_default: NONE if that is meant");
  return false;
}

// What these open, the default filter closes.
constexpr int kPointless[] = {CAP_SYS_MODULE, CAP_SYS_RAWIO, CAP_SYS_CHROOT,
                              CAP_SYS_PTRACE, CAP_SYS_PACCT, CAP_SYS_BOOT,
                              CAP_SYS_TIME,   CAP_SYSLOG,    CAP_PERFMON,
                              CAP_BPF};

void WarnOfPointlessCapabilities(ValidateContext& context) {
  for (int i = 0; i < context.proto.cap_size(); ++i) {
    const int number = CapabilityNumber(context.proto.cap(i));
    if (std::find(std::begin(kPointless), std::end(kPointless), number) ==
        std::end(kPointless)) {
      continue;
    }
    context.Warning(
        absl::StrCat("cap[", i, "]"),
        absl::StrCat("its calls are denied by the seccomp policy ",
                     seccomp::kDefaultPolicyName,
                     ": give one of your own, or seccomp_default: NONE"));
  }
}

// The architecture whose calls this machine's processors take, too.
std::optional<seccomp::Arch> Compatible() {
  switch (seccomp::NativeArch()) {
    case seccomp::Arch::kX86_64:
      return seccomp::Arch::kX86;
    case seccomp::Arch::kAarch64:
      return seccomp::Arch::kArm;
    default:
      return std::nullopt;
  }
}

// This machine's, and those of seccomp_arch.
std::vector<seccomp::Arch> FilteredArchs(ValidateContext& context) {
  std::vector<seccomp::Arch> archs = {seccomp::NativeArch()};
  for (int i = 0; i < context.proto.seccomp_arch_size(); ++i) {
    const std::string& name = context.proto.seccomp_arch(i);
    const std::string field = absl::StrCat("seccomp_arch[", i, "]");
    const auto arch = seccomp::ArchOf(name);
    if (arch && std::find(archs.begin(), archs.end(), *arch) != archs.end()) {
      context.Warning(
          field, absl::StrCat("has no effect: ", name, " is filtered already"));
    } else if (arch && arch == Compatible()) {
      archs.push_back(*arch);
    } else {
      context.Error(field,
                    arch || seccomp::IsForeignArch(name)
                        ? absl::StrCat("this machine, which is ",
                                       seccomp::ArchName(seccomp::NativeArch()),
                                       ", takes no calls of ", name)
                        : absl::StrCat("there is no architecture ", Quote(name),
                                       DidYouMean(name, seccomp::ArchNames())));
    }
  }
  return archs;
}

std::optional<Seccomp> DefaultSeccomp(ValidateContext& context,
                                      const std::vector<seccomp::Arch>& archs) {
  Seccomp seccomp;
  seccomp.name = std::string(seccomp::kDefaultPolicyName);
  seccomp.log = context.proto.seccomp_log();
  seccomp.origin = context.At("seccomp_default");
  if (archs.size() == 1) {
    const seccomp::FilterView filter = seccomp::DefaultFilter();
    seccomp.program.assign(reinterpret_cast<const char*>(filter.first),
                           filter.count * sizeof(sock_filter));
    return seccomp;
  }
  seccomp::PolicyErrors errors;
  const auto policy = seccomp::ReadPolicy(seccomp::kDefaultPolicyText,
                                          seccomp.name, archs, nullptr, errors);
  const auto program =
      policy ? seccomp::Compile(*policy, errors) : std::nullopt;
  if (!program) {
    context.Error("seccomp_default", errors.ToString());
    return std::nullopt;
  }
  seccomp.program.assign(reinterpret_cast<const char*>(program->data()),
                         program->size() * sizeof(sock_filter));
  return seccomp;
}

}  // namespace

void ValidateSeccomp(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  const bool has_file = !proto.seccomp_policy_file().empty();
  const bool has_string = proto.seccomp_string_size() > 0;
  const bool has_oci = !proto.seccomp_oci_file().empty();
  if (has_oci && (has_file || has_string)) {
    context.Error(
        "seccomp_oci_file",
        absl::StrCat(
            "contradicts ",
            context.At(has_file ? "seccomp_policy_file" : "seccomp_string[0]")
                .ToString(),
            ": one filter is installed, not two"));
    return;
  }
  if (has_file && has_string) {
    context.Error(
        "seccomp_policy_file",
        absl::StrCat("contradicts ", context.At("seccomp_string[0]").ToString(),
                     ": give the policy in one of them"));
    return;
  }
  WatchedPolicy watched;
  watched.archs = FilteredArchs(context);
  if (has_oci && proto.seccomp_arch_size() > 0) {
    context.Error("seccomp_arch[0]",
                  absl::StrCat("stands beside ",
                               context.At("seccomp_oci_file").ToString(),
                               ": a profile names its architectures itself"));
    return;
  }
  if (!has_file && !has_string && !has_oci) {
    if (WantsDefault(context)) {
      WarnOfPointlessCapabilities(context);
      context.spec.seccomp = DefaultSeccomp(context, watched.archs);
      if (context.spec.seccomp) WatchCalls(context, std::move(watched));
      return;
    }
    if (proto.seccomp_log()) {
      context.Warning("seccomp_log", "has no effect: there is no filter");
    }
    if (proto.seccomp_arch_size() > 0) {
      context.Warning("seccomp_arch[0]", "has no effect: there is no filter");
    }
    if (proto.seccomp_unotify() && !MayInstall(context.spec.process)) {
      RefuseFilter(context);
    }
    // Nothing forbids them.
    const std::optional<seccomp::Arch> compatible = Compatible();
    if (compatible && watched.archs.size() == 1) {
      watched.archs.push_back(*compatible);
    }
    WatchCalls(context, std::move(watched));
    return;
  }
  if (proto.has_seccomp_default()) {
    context.Warning("seccomp_default",
                    "has no effect: the config has a policy of its own");
  }
  PolicySource source;
  if (has_string) {
    source = PolicySource::FromStrings(context);
  } else if (has_file && !PolicySource::FromFile(context, source)) {
    return;
  }
  if (!MayInstall(context.spec.process)) {
    RefuseFilter(context);
  }
  std::optional<Seccomp> seccomp =
      has_oci ? CompileOciProfile(context, watched)
              : CompilePolicy(context, source, watched);
  if (!seccomp) return;
  seccomp->log = proto.seccomp_log();
  seccomp->origin = context.At(has_oci    ? "seccomp_oci_file"
                               : has_file ? "seccomp_policy_file"
                                          : "seccomp_string[0]");
  context.spec.seccomp = *std::move(seccomp);
  WatchCalls(context, std::move(watched));
}

}  // namespace jail
