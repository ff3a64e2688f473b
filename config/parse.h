// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_PARSE_H_
#define CONFIG_PARSE_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "config/diagnostics.h"
#include "config/source_map.h"
#include "proto/jail.pb.h"

namespace jail {

inline constexpr size_t kMaxConfigBytes = 1 << 20;
inline constexpr int kMaxConfigNesting = 32;
inline constexpr int kMaxRepeatedItems = 10'000;
// Errors that are told of one config; parsing stops there.
inline constexpr int kMaxConfigErrors = 100;

enum class ConfigFormat {
  kDetect,  // JSON when the first character that is no space is "{"
  kText,
  kJson,
};

struct ParsedConfig {
  config::JailConfig proto;
  SourceMap sources;
};

// Text to proto.  Every fault goes to `diagnostics`; what could be read is
// returned all the same, so that validation can find more.
ParsedConfig ParseConfig(const std::string& text, const std::string& file,
                         ConfigFormat format, Diagnostics& diagnostics);

// Reads a configuration file: a regular file (no FIFO, no device) of at most
// kMaxConfigBytes.
absl::StatusOr<std::string> ReadConfigFile(const std::string& path);

}  // namespace jail

#endif  // CONFIG_PARSE_H_
