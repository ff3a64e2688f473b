// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/denied_calls.h"

#include <algorithm>

namespace jail {

DeniedCalls::Name DeniedCalls::NameOf(const seccomp_data& call,
                                      const CallJudgement& judgement) {
  return {call.arch, call.nr, judgement.error.value_or(0)};
}

DeniedCalls::Kind DeniedCalls::KindOf(const seccomp_data& call,
                                      const CallJudgement& judgement) {
  Kind kind{NameOf(call, judgement), {}};
  for (size_t i = 0; i < kind.second.size(); ++i) {
    uint64_t looked_at = 0;
    if ((judgement.halves >> 2 * i & 1) != 0) looked_at |= 0xffffffff;
    if ((judgement.halves >> 2 * i & 2) != 0)
      looked_at |= ~uint64_t{0xffffffff};
    kind.second[i] = call.args[i] & looked_at;
  }
  return kind;
}

bool DeniedCalls::IsNew(const seccomp_data& call,
                        const CallJudgement& judgement) const {
  if (calls_.size() >= kMaxKinds) return false;
  const auto kinds = kinds_.find(NameOf(call, judgement));
  if (kinds == kinds_.end()) return true;
  return kinds->second < kMaxKindsOfCall &&
         calls_.count(KindOf(call, judgement)) == 0;
}

void DeniedCalls::Add(const seccomp_data& call, const CallJudgement& judgement,
                      Violation first) {
  size_t text = 0;
  for (const Violation::String& string : first.strings) {
    text += string.value.size();
  }
  if (text_bytes_ + text > kMaxTextBytes) {
    first.strings.clear();
  } else {
    text_bytes_ += text;
  }
  DeniedCallRecord denied;
  denied.first = std::move(first);
  denied.error = judgement.error.value_or(0);
  denied.count = 1;
  if (calls_.emplace(KindOf(call, judgement), std::move(denied)).second) {
    ++kinds_[NameOf(call, judgement)];
  }
}

void DeniedCalls::Count(const seccomp_data& call,
                        const CallJudgement& judgement) {
  const auto found = calls_.find(KindOf(call, judgement));
  ++(found == calls_.end() ? not_recorded_ : found->second.count);
}

std::vector<DeniedCallRecord> DeniedCalls::Calls() const {
  std::vector<DeniedCallRecord> calls;
  calls.reserve(calls_.size());
  for (const auto& [kind, call] : calls_) calls.push_back(call);
  std::stable_sort(calls.begin(), calls.end(),
                   [](const DeniedCallRecord& a, const DeniedCallRecord& b) {
                     return a.count > b.count;
                   });
  return calls;
}

}  // namespace jail
