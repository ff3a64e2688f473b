// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/units.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace jail {
namespace {

using config::JailConfig;

enum class Unit {
  kMebibytes,
  kKibibytes,
  kBytes,
  kSeconds,
  kMilliseconds,
  kMillisecondsPerSecond
};

// A field of JailConfig whose number has a unit.
struct FieldUnit {
  const char* name;
  Unit unit;
  bool (JailConfig::*is_set)() const;
  uint64_t (*value)(const JailConfig&);
  // rlimit_as_type of rlimit_as; null for what is no rlimit.
  config::RLimit (JailConfig::*type)() const;
};

#define JAIL_FIELD(field, unit, type)                            \
  {                                                              \
#field, Unit::unit, &JailConfig::has_##field,                  \
   [](const JailConfig& config) -> uint64_t {                     \
     return std::max<decltype(config.field())>(0, config.field()); \
   },                                                             \
   type \
  }
#define JAIL_RLIMIT(field, unit) \
  JAIL_FIELD(field, unit, &JailConfig::field##_type)

constexpr FieldUnit kFieldUnits[] = {
    JAIL_FIELD(time_limit, kSeconds, nullptr),
    JAIL_RLIMIT(rlimit_as, kMebibytes),
    JAIL_RLIMIT(rlimit_core, kMebibytes),
    JAIL_RLIMIT(rlimit_cpu, kSeconds),
    JAIL_RLIMIT(rlimit_data, kMebibytes),
    JAIL_RLIMIT(rlimit_fsize, kMebibytes),
    JAIL_RLIMIT(rlimit_stack, kMebibytes),
    JAIL_RLIMIT(rlimit_memlock, kKibibytes),
    JAIL_RLIMIT(rlimit_msgqueue, kBytes),
    JAIL_FIELD(cgroup_mem_max, kBytes, nullptr),
    JAIL_FIELD(cgroup_mem_memsw_max, kBytes, nullptr),
    JAIL_FIELD(cgroup_mem_swap_max, kBytes, nullptr),
    JAIL_FIELD(cgroup_mem_high, kBytes, nullptr),
    JAIL_FIELD(cgroup_cpu_ms_per_sec, kMillisecondsPerSecond, nullptr),
    JAIL_FIELD(wall_time_ms, kMilliseconds, nullptr),
    JAIL_FIELD(cpu_time_ms, kMilliseconds, nullptr),
    JAIL_FIELD(kill_grace_ms, kMilliseconds, nullptr),
    JAIL_FIELD(idle_time_ms, kMilliseconds, nullptr),
    JAIL_FIELD(stdout_limit, kBytes, nullptr),
};

#undef JAIL_RLIMIT
#undef JAIL_FIELD

std::optional<Unit> FindUnit(const FieldDescriptor& field) {
  if (field.containing_type() != &JailConfigDescriptor()) return std::nullopt;
  for (const FieldUnit& entry : kFieldUnits) {
    if (absl::string_view(entry.name) == field.name()) return entry.unit;
  }
  return std::nullopt;
}

// "128 TiB", "1.5 GiB".
std::string Size(double bytes) {
  static constexpr const char* kNames[] = {"bytes", "KiB", "MiB", "GiB",
                                           "TiB",   "PiB", "EiB", "ZiB"};
  size_t i = 0;
  while (bytes >= 1024 && i + 1 < std::size(kNames)) {
    bytes /= 1024;
    ++i;
  }
  return absl::StrCat(
      absl::StrFormat("%.*f", bytes == int(bytes) ? 0 : 1, bytes), " ",
      kNames[i]);
}

std::string Duration(uint64_t seconds) {
  if (seconds >= 2 * 86400) return absl::StrCat(seconds / 86400, " days");
  if (seconds >= 2 * 3600) return absl::StrCat(seconds / 3600, " hours");
  return absl::StrCat(seconds / 60, " minutes");
}

// What is odd about `value`; empty when nothing is.
std::string Odd(const FieldUnit& field, uint64_t value) {
  constexpr uint64_t kMebi = 1 << 20;
  switch (field.unit) {
    case Unit::kMebibytes: {
      // Nobody has a stack of 4 GiB; `ulimit -s` counts KiB.
      const bool stack = field.is_set == &JailConfig::has_rlimit_stack;
      if (value < (stack ? 4096 : kMebi)) return "";
      return absl::StrCat("is ", value, " MiB (", Size(value * 1048576.0),
                          "): the unit is MiB; did you mean ",
                          value < kMebi ? value >> 10 : value >> 20, "?");
    }
    case Unit::kKibibytes:
      if (value < 64 * kMebi) return "";
      return absl::StrCat("is ", value, " KiB (", Size(value * 1024.0),
                          "): the unit is KiB; did you mean ", value >> 10,
                          "?");
    case Unit::kBytes: {
      if (field.is_set == &JailConfig::has_rlimit_msgqueue ||
          field.is_set == &JailConfig::has_stdout_limit) {
        return "";
      }
      if (value == 0 || value >= kMebi) return "";
      const uint64_t meant = value < 65536 ? value << 20 : value << 10;
      return absl::StrCat("is ", value,
                          " bytes: the unit is bytes; did you mean ", meant,
                          " (", Size(static_cast<double>(meant)), ")?");
    }
    case Unit::kSeconds: {
      // 30000 is more likely 30 s in milliseconds than 8 hours and 20 minutes.
      const bool in_ms =
          value >= 10000 && value % 1000 == 0 && value % 3600 != 0;
      if (!in_ms || value >= uint64_t{1} << 32) return "";
      return absl::StrCat("is ", value, " seconds (", Duration(value),
                          "): the unit is seconds; did you mean ", value / 1000,
                          "?");
    }
    case Unit::kMilliseconds:
      if (value == 0 || value >= 20) return "";
      return absl::StrCat("is ", value,
                          " milliseconds: the unit is milliseconds; did you "
                          "mean ",
                          value * 1000, "?");
    case Unit::kMillisecondsPerSecond:
      if (value == 0 || value >= 10) return "";
      return absl::StrCat("is ", value, " ms of each second (", value / 10.0,
                          " % of one processor): the unit is "
                          "milliseconds a second; did you mean ",
                          value * 1000, "?");
  }
  return "";
}

}  // namespace

std::string UnitOf(const FieldDescriptor& field) {
  const std::optional<Unit> unit = FindUnit(field);
  if (!unit.has_value()) return "";
  switch (*unit) {
    case Unit::kMebibytes:
      return "MiB";
    case Unit::kKibibytes:
      return "KiB";
    case Unit::kBytes:
      return "bytes";
    case Unit::kSeconds:
      return "seconds";
    case Unit::kMilliseconds:
      return "milliseconds";
    case Unit::kMillisecondsPerSecond:
      return "milliseconds a second";
  }
  return "";
}

void CheckUnits(const ParsedConfig& config, Diagnostics& diagnostics) {
  const JailConfig& proto = config.proto;
  for (const FieldUnit& field : kFieldUnits) {
    if (!(proto.*field.is_set)()) continue;
    // A number beside `rlimit_as_type: INF` does not count.
    if (field.type != nullptr && (proto.*field.type)() != config::VALUE) {
      continue;
    }
    // What is an error already needs no warning.
    if (std::string odd = Odd(field, field.value(proto));
        !odd.empty() && !diagnostics.HasError(field.name)) {
      diagnostics.Warning(config.sources.Find(field.name), std::move(odd));
    }
  }
}

}  // namespace jail
