// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <sys/personality.h>

#include <set>

#include "absl/strings/str_cat.h"
#include "config/path_rules.h"
#include "config/suggest.h"
#include "config/validate_context.h"
#include "jail/sys/capability.h"

namespace jail {
namespace {

constexpr uint32_t kMaxCpus = 8192;  // most that Linux can be built for

void ValidateStdio(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  Stdio& stdio = context.spec.process.stdio;
  stdio.silent = proto.silent();
  stdio.stderr_to_null = proto.stderr_to_null();
  stdio.origin = context.At(proto.silent() ? "silent" : "stderr_to_null");
  std::set<int> seen;
  for (int i = 0; i < proto.pass_fd_size(); ++i) {
    const int fd = proto.pass_fd(i);
    const std::string path = absl::StrCat("pass_fd[", i, "]");
    if (fd < 0) {
      context.Error(path, absl::StrCat("is negative: ", fd));
      continue;
    }
    if (!seen.insert(fd).second) {
      context.Error(path, absl::StrCat("names descriptor ", fd, " again"));
      continue;
    }
    if (fd <= 2) continue;  // always passed
    if (!context.caller.is_open(fd)) {
      // As in nsjail.  The number stays closed inside: only what is in the
      // list loses its close-on-exec flag.
      context.Warning(
          path, absl::StrCat("is left out: descriptor ", fd, " is not open"));
      continue;
    }
    stdio.pass_fd.push_back({fd, context.At(path)});
  }
}

void ValidateCapabilities(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  Capabilities& capabilities = context.spec.process.capabilities;
  capabilities.origin = context.At(proto.cap().empty() ? "keep_caps" : "cap");
  if (proto.keep_caps()) {
    capabilities.keep_all = true;
    context.Warning("keep_caps",
                    "the program keeps every capability: it is root of the "
                    "jail, and reaches more of the kernel");
  }
  for (int i = 0; i < proto.cap_size(); ++i) {
    const int number = CapabilityNumber(proto.cap(i));
    if (number >= 0) {
      capabilities.keep |= uint64_t{1} << number;
      continue;
    }
    std::vector<std::string> known;
    for (int n = 0; n < 64; ++n) {
      if (CapabilityNumber(CapabilityName(n)) == n) {
        known.push_back(CapabilityName(n));
      }
    }
    context.Error(absl::StrCat("cap[", i, "]"),
                  absl::StrCat("no capability ", Quoted(proto.cap(i)),
                               DidYouMean(proto.cap(i), known)));
  }
}

void ValidateUmask(ValidateContext& context) {
  const std::string& text = context.proto.umask();
  if (text.empty() || text.size() > 4 ||
      text.find_first_not_of("01234567") != std::string::npos ||
      std::stoul(text, nullptr, 8) > 0777) {
    context.Error(
        "umask",
        absl::StrCat("is not an octal number from 000 to 777: ", Quoted(text)));
    return;
  }
  context.spec.process.umask = std::stoul(text, nullptr, 8);
}

template <typename T>
void CheckRange(ValidateContext& context, const char* field, T value, T least,
                T most) {
  if (value >= least && value <= most) return;
  context.Error(field, absl::StrCat("is out of range: ", value, "; from ",
                                    least, " to ", most));
}

void ValidatePersonality(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  Located<uint64_t>& personality = context.spec.process.personality;
  const auto add = [&](bool wanted, uint64_t bit, const char* field) {
    if (!wanted) return;
    personality.value |= bit;
    personality.origin = context.At(field);
  };
  add(proto.persona_addr_compat_layout(), ADDR_COMPAT_LAYOUT,
      "persona_addr_compat_layout");
  add(proto.persona_mmap_page_zero(), MMAP_PAGE_ZERO, "persona_mmap_page_zero");
  add(proto.persona_read_implies_exec(), READ_IMPLIES_EXEC,
      "persona_read_implies_exec");
  add(proto.persona_addr_limit_3gb(), ADDR_LIMIT_3GB, "persona_addr_limit_3gb");
  add(proto.persona_addr_no_randomize(), ADDR_NO_RANDOMIZE,
      "persona_addr_no_randomize");
}

}  // namespace

void ValidateProcess(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  Process& process = context.spec.process;
  ValidateStdio(context);
  ValidateCapabilities(context);
  ValidateUmask(context);
  ValidatePersonality(context);

  process.no_new_privs = {!proto.disable_no_new_privs(),
                          context.At("disable_no_new_privs")};
  if (proto.disable_no_new_privs()) {
    context.Warning("disable_no_new_privs",
                    "set-user-id programs in the jail take effect");
  }
  process.new_session = !proto.skip_setsid();
  if (proto.skip_setsid()) {
    context.Warning("skip_setsid",
                    "the program stays in your session: it can type into your "
                    "terminal, and signal what runs in its foreground");
  }
  CheckRange<int>(context, "nice_level", proto.nice_level(), -20, 19);
  process.nice = {proto.nice_level(), context.At("nice_level")};
  if (proto.has_oom_score_adj()) {
    CheckRange<int>(context, "oom_score_adj", proto.oom_score_adj(), -1000,
                    1000);
    process.oom_score_adj = {proto.oom_score_adj(),
                             context.At("oom_score_adj")};
  }
  CheckRange<uint32_t>(context, "max_cpus", proto.max_cpus(), 0, kMaxCpus);
  process.max_cpus = {proto.max_cpus(), context.At("max_cpus")};
  process.disable_tsc = {proto.disable_tsc(), context.At("disable_tsc")};
  process.core_scheduling = {proto.use_core_scheduling(),
                             context.At("use_core_scheduling")};
}

}  // namespace jail
