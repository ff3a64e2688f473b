// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_DID_YOU_MEAN_H_
#define CONFIG_DID_YOU_MEAN_H_

#include <string>
#include <vector>

namespace jail {

// "; did you mean \"tmpfs\"?" for the known word that is nearest to `word`, or
// nothing when none is near.
std::string DidYouMean(const std::string& word,
                       const std::vector<std::string>& known);

}  // namespace jail

#endif  // CONFIG_DID_YOU_MEAN_H_
