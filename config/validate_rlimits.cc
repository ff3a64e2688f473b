// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <sys/resource.h>

#include <limits>

#include "absl/strings/str_cat.h"
#include "config/validate_context.h"

namespace jail {
namespace {

constexpr uint64_t kKiB = 1024;
constexpr uint64_t kMiB = 1024 * kKiB;
constexpr uint64_t kMaxRtprio = 99;  // sched(7)

// One resource limit of the configuration.
struct Resource {
  const char* field;
  int resource;
  uint64_t unit;          // in the kernel's unit
  const char* unit_name;  // of large units only
  uint64_t (config::JailConfig::*value)() const;
  bool (config::JailConfig::*has_value)() const;
  config::RLimit (config::JailConfig::*type)() const;
  bool (config::JailConfig::*has_type)() const;
};
#define JAIL_RLIMIT(name, resource, unit, unit_name)  \
  {                                                   \
    "rlimit_" #name, resource, unit, unit_name,       \
        &config::JailConfig::rlimit_##name,           \
        &config::JailConfig::has_rlimit_##name,       \
        &config::JailConfig::rlimit_##name##_type,    \
        &config::JailConfig::has_rlimit_##name##_type \
  }
constexpr Resource kResources[] = {
    JAIL_RLIMIT(as, RLIMIT_AS, kMiB, "MiB"),
    JAIL_RLIMIT(core, RLIMIT_CORE, kMiB, "MiB"),
    JAIL_RLIMIT(cpu, RLIMIT_CPU, 1, nullptr),
    JAIL_RLIMIT(data, RLIMIT_DATA, kMiB, "MiB"),
    JAIL_RLIMIT(fsize, RLIMIT_FSIZE, kMiB, "MiB"),
    JAIL_RLIMIT(memlock, RLIMIT_MEMLOCK, kKiB, "KiB"),
    JAIL_RLIMIT(msgqueue, RLIMIT_MSGQUEUE, 1, nullptr),
    JAIL_RLIMIT(nofile, RLIMIT_NOFILE, 1, nullptr),
    JAIL_RLIMIT(nproc, RLIMIT_NPROC, 1, nullptr),
    JAIL_RLIMIT(rtprio, RLIMIT_RTPRIO, 1, nullptr),
    JAIL_RLIMIT(stack, RLIMIT_STACK, kMiB, "MiB"),
};
#undef JAIL_RLIMIT

// `value` in the kernel's unit.
uint64_t InKernelUnit(ValidateContext& context, const Resource& resource,
                      uint64_t value) {
  if (value > std::numeric_limits<uint64_t>::max() / resource.unit) {
    context.Warning(
        resource.field,
        absl::StrCat("is no limit: ", value, " ", resource.unit_name,
                     " are more than 64 bits of bytes"));
    return RLIM_INFINITY;
  }
  if (resource.resource == RLIMIT_RTPRIO && value > kMaxRtprio) {
    context.Error(resource.field, absl::StrCat("is out of range: ", value,
                                               "; from 0 to ", kMaxRtprio));
  }
  return value * resource.unit;
}

}  // namespace

void ValidateRlimits(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  for (const Resource& resource : kResources) {
    Rlimit limit;
    limit.resource = resource.resource;
    limit.name = resource.field;
    limit.origin = context.At(resource.field);
    const std::string type_field = absl::StrCat(resource.field, "_type");
    const config::RLimit type = (proto.*resource.type)();
    const bool has_value = (proto.*resource.has_value)();
    // nsjail has no such limit.
    if (resource.resource == RLIMIT_DATA && !has_value) {
      if (!(proto.*resource.has_type)()) continue;
      if (type == config::VALUE) {
        context.Error(type_field, absl::StrCat("is VALUE, and ", resource.field,
                                               " has none"));
      }
    }
    if (type == config::VALUE) {
      limit.value = InKernelUnit(context, resource, (proto.*resource.value)());
    } else {
      if (!has_value) limit.origin = context.At(type_field);
      limit.from = type == config::SOFT   ? Rlimit::From::kCallersSoft
                   : type == config::HARD ? Rlimit::From::kCallersHard
                                          : Rlimit::From::kInfinity;
      if (has_value && !proto.disable_rl()) {
        context.Warning(
            resource.field,
            absl::StrCat("is not used: ", type_field, " is ",
                         config::RLimit_Name(type), "; set it to VALUE"));
      }
    }
    if (!proto.disable_rl()) {
      context.spec.process.rlimits.push_back(std::move(limit));
    }
  }
}

}  // namespace jail
