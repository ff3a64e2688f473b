// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a seccomp profile.  Beside not crashing, the reader must
//  - tell each fault in one line that is safe to print, and make no filter
//    then,
//  - make a filter that the kernel takes, and that does what the entries say,
//    read as rules of ours, wherever one entry alone speaks of a call.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "jail/seccomp/evaluate.h"
#include "jail/seccomp/oci.h"
#include "jail/sys/printable.h"

namespace {

using jail::seccomp::Arch;

constexpr size_t kMaxLine = 1000;

[[noreturn]] void Fail(const std::string& what, const std::string& text) {
  std::fprintf(stderr, "%s\n--- for ---\n%s\n", what.c_str(), text.c_str());
  std::abort();
}

void CheckErrors(const jail::seccomp::PolicyErrors& errors,
                 const std::string& text) {
  for (const jail::seccomp::PolicyError& error : errors.list()) {
    const std::string line = error.ToString();
    if (error.message.empty() || jail::Printable(line, kMaxLine) != line) {
      Fail("not safe to print, or too long: " + line, text);
    }
  }
}

// i386's socketcall(2) and ipc(2): libseccomp opens them for calls inside.
bool IsMultiplexed(Arch arch, uint32_t number) {
  return arch == Arch::kX86 && (number == 102 || number == 117);
}

void CheckDecisions(const jail::seccomp::OciProfile& profile,
                    const std::string& text) {
  for (const jail::seccomp::ArchRules& arch : profile.policy.archs) {
    std::map<uint32_t, int> rules;
    for (const auto& rule : arch.rules) ++rules[rule.number];
    // A call that no entry names.
    rules[999] = 0;
    for (const auto& [number, count] : rules) {
      if (count > 1 || IsMultiplexed(arch.arch, number)) continue;
      for (const uint64_t arg :
           {uint64_t{0}, uint64_t{1}, uint64_t{40}, uint64_t{0xffffffff},
            uint64_t{0x100000001}, ~uint64_t{0}}) {
        seccomp_data call{};
        call.arch = jail::seccomp::AuditArch(arch.arch);
        call.nr = static_cast<int>(number);
        for (auto& value : call.args) value = arg;
        const auto outcome = jail::seccomp::Run(profile.filter, call);
        const auto decision = jail::seccomp::Evaluate(profile.policy, call);
        if (!outcome || outcome->value != decision.action.ReturnValue()) {
          Fail("number " + std::to_string(number) + " with " +
                   std::to_string(arg) + " on " + ArchName(arch.arch) + ": " +
                   (outcome ? jail::seccomp::ReturnName(outcome->value)
                            : "no outcome") +
                   ", not " + decision.action.ToString(),
               text);
        }
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  jail::seccomp::ProfileHost host;
  host.arch = Arch::kX86_64;
  host.capabilities = {"CAP_SYS_ADMIN"};
  host.kernel = {5, 14};
  jail::seccomp::PolicyErrors errors;
  const auto profile =
      jail::seccomp::ReadOciProfile(text, "fuzz.json", host, errors);
  CheckErrors(errors, text);
  if (profile.has_value() != errors.empty()) {
    Fail("errors and a filter, or neither", text);
  }
  if (!profile) return 0;
  if (!jail::seccomp::IsValid(profile->filter)) {
    Fail("a filter that the kernel refuses", text);
  }
  for (const std::string& note : profile->notes) {
    if (jail::Printable(note, note.size()) != note) {
      Fail("a note that is not safe to print", text);
    }
  }
  CheckDecisions(*profile, text);
  return 0;
}
