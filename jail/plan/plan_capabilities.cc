// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <linux/capability.h>
#include <linux/prctl.h>
#include <linux/sched.h>
#include <linux/securebits.h>
#include <sys/syscall.h>

#include "jail/plan/parts.h"
#include "jail/sys/capability.h"

namespace jail {
namespace {

struct CapabilitySets {  // two words of capget(2), version 3
  __user_cap_data_struct words[2];
};

CapabilitySets Sets(uint64_t permitted, uint64_t inheritable) {
  CapabilitySets sets{};
  for (int i = 0; i < 2; ++i) {
    sets.words[i].permitted = static_cast<uint32_t>(permitted >> (32 * i));
    sets.words[i].effective = sets.words[i].permitted;
    sets.words[i].inheritable = static_cast<uint32_t>(inheritable >> (32 * i));
  }
  return sets;
}

// Root inside gets no capability by exec, and nobody any by a change of ids.
constexpr uint64_t kLockedSecurebits =
    SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_NO_SETUID_FIXUP |
    SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
    SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;

uint64_t All(const HostFacts& facts) {
  return (uint64_t{1} << (facts.last_cap + 1)) - 1;
}

}  // namespace

void DropCapabilities(const Spec& spec, const HostFacts& facts,
                      PlanBuilder& b) {
  const Capabilities& wanted = spec.process.capabilities;
  const bool in_new_userns = spec.namespaces.Has(CLONE_NEWUSER);
  const uint64_t held = in_new_userns ? All(facts) : facts.effective_caps;
  const uint64_t keep = (wanted.keep_all ? All(facts) : wanted.keep) & held;
  b.Because(wanted.origin);
  // Both calls take CAP_SETPCAP; who has none holds nothing to take away.
  if (held & (uint64_t{1} << CAP_SETPCAP)) {
    b.Prctl(PR_SET_SECUREBITS, keep == 0 ? kLockedSecurebits : 0, 0, 0, "")
        .Why(keep == 0 ? "no exec or change of ids gives capabilities" : "");
    for (int capability = 0; capability <= facts.last_cap; ++capability) {
      if (keep & (uint64_t{1} << capability)) continue;
      b.Prctl(PR_CAPBSET_DROP, static_cast<uint64_t>(capability), 0, 0,
              CapabilityName(capability));
    }
  }
  b.Prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, "");
  const CapabilitySets sets = Sets(keep, keep);
  const __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const uint64_t header_at = b.PutStruct(header);
  const uint64_t sets_at = b.PutStruct(sets);
  b.Call(SYS_capset, {Pointer(header_at), Pointer(sets_at)},
         keep == 0 ? "none" : "");
  for (int capability = 0; capability <= facts.last_cap; ++capability) {
    if (!(keep & (uint64_t{1} << capability))) continue;
    b.Prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE,
            static_cast<uint64_t>(capability), 0, CapabilityName(capability));
  }
  const uint64_t read_at = b.PutBuffer(sizeof sets, alignof(CapabilitySets));
  b.Call(SYS_capget, {Pointer(header_at), Pointer(read_at)}, "")
      .MustFill(read_at, sets_at, sizeof sets)
      .Why("are they what was asked for?");
}

void SetNoNewPrivs(const Spec& spec, PlanBuilder& b) {
  if (!spec.process.no_new_privs.value) return;
  b.Because(spec.process.no_new_privs.origin);
  b.Prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, "");
}

}  // namespace jail
