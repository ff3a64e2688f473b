// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_REFERENCE_SHELL_H_
#define TOOLS_REFERENCE_SHELL_H_

#include <string>

namespace jail {

// Completions of jail's options, for /usr/share/bash-completion/completions,
// zsh's site-functions and fish's vendor_completions.d.
std::string BashCompletion();
std::string ZshCompletion();
std::string FishCompletion();

}  // namespace jail

#endif  // TOOLS_REFERENCE_SHELL_H_
