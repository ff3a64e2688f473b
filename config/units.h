// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_UNITS_H_
#define CONFIG_UNITS_H_

#include <string>

#include "config/diagnostics.h"
#include "config/parse.h"
#include "config/schema.h"

namespace jail {

// The unit of a number: "MiB", "seconds"; empty when it counts things.
std::string UnitOf(const FieldDescriptor& field);

// Warns of numbers that make sense only in another unit than their field's:
// `rlimit_as: 134217728` is 128 TiB, since it counts MiB.  Comes after the
// other checks: a field that has an error gets no warning.
void CheckUnits(const ParsedConfig& config, Diagnostics& diagnostics);

}  // namespace jail

#endif  // CONFIG_UNITS_H_
