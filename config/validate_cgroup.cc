// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <limits>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "config/path_rules.h"
#include "config/validate_context.h"

namespace jail {
namespace {

constexpr uint64_t kMaxBytes = std::numeric_limits<int64_t>::max();
constexpr uint32_t kCgroupMaxPids = 4194304;  // PID_MAX_LIMIT

std::optional<Located<Bytes>> Size(ValidateContext& context, const char* field,
                                   uint64_t value) {
  if (value > kMaxBytes) {
    context.Error(field, absl::StrCat("is out of range: ", value,
                                      " bytes; the most is ", kMaxBytes));
  }
  return Located<Bytes>{{value}, context.At(field)};
}

constexpr uint32_t kMaxCpuWeight = 10000;  // CGROUP_WEIGHT_MAX
constexpr uint32_t kMaxListNumber = 65535;

// The limits that may be called best effort.
constexpr const char* kLimits[] = {
    "cgroup_mem_max",      "cgroup_mem_memsw_max",
    "cgroup_mem_swap_max", "cgroup_mem_high",
    "cgroup_pids_max",     "cgroup_cpu_ms_per_sec",
    "cgroup_cpu_weight",   "cgroup_cpuset_cpus",
    "cgroup_cpuset_mems",  "cgroup_net_cls_classid",
    "cgroup_io",           "cgroup_pressure"};

// "0-3,7", cpuset(7)'s list format.
bool IsNumberList(const std::string& text) {
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    const std::vector<std::string> ends =
        absl::StrSplit(part, absl::MaxSplits('-', 1));
    uint32_t first, last;
    if (!absl::SimpleAtoi(ends.front(), &first) ||
        !absl::SimpleAtoi(ends.back(), &last) || first > last ||
        last > kMaxListNumber) {
      return false;
    }
  }
  return true;
}

void ValidateCpuset(ValidateContext& context, const char* field,
                    const std::string& text,
                    std::optional<Located<std::string>>& out) {
  if (text.empty()) return;
  if (!IsNumberList(text)) {
    context.Error(field, absl::StrCat("is no list of numbers and ranges such "
                                      "as 0-3,7: \"",
                                      text, "\""));
    return;
  }
  out = {text, context.At(field)};
}

void ValidateIo(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  for (int i = 0; i < proto.cgroup_io_size(); ++i) {
    const config::CgroupIo& from = proto.cgroup_io(i);
    const std::string field = absl::StrCat("cgroup_io[", i, "]");
    CgroupIo io;
    io.origin = context.At(field);
    io.device = from.device();
    const std::vector<std::string> numbers = absl::StrSplit(io.device, ':');
    uint32_t ignored;
    const bool is_number = numbers.size() == 2 &&
                           absl::SimpleAtoi(numbers[0], &ignored) &&
                           absl::SimpleAtoi(numbers[1], &ignored);
    if (!is_number && (io.device.empty() || io.device[0] != '/')) {
      context.Error(field + ".device",
                    absl::StrCat("is neither major:minor, as 8:0, nor an "
                                 "absolute path: \"",
                                 io.device, "\""));
    }
    const auto set = [](uint64_t value, std::optional<uint64_t>& out) {
      if (value != 0) out = value;
    };
    set(from.rbps(), io.read_bytes);
    set(from.wbps(), io.write_bytes);
    set(from.riops(), io.read_ops);
    set(from.wiops(), io.write_ops);
    if (!io.read_bytes && !io.write_bytes && !io.read_ops && !io.write_ops) {
      context.Error(field, "limits nothing: set rbps, wbps, riops or wiops");
    }
    context.spec.cgroup.io.push_back(std::move(io));
  }
}

void ValidateBestEffort(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  Cgroup& cgroup = context.spec.cgroup;
  for (int i = 0; i < proto.cgroup_best_effort_size(); ++i) {
    const std::string& name = proto.cgroup_best_effort(i);
    if (name == "all") {
      cgroup.all_best_effort = true;
      cgroup.best_effort.insert(std::begin(kLimits), std::end(kLimits));
    } else if (std::find(std::begin(kLimits), std::end(kLimits), name) !=
               std::end(kLimits)) {
      cgroup.best_effort.insert(name);
    } else {
      context.Error(absl::StrCat("cgroup_best_effort[", i, "]"),
                    absl::StrCat("names no limit: \"", name,
                                 "\"; takes \"all\" or one of ",
                                 absl::StrJoin(kLimits, ", ")));
    }
  }
}

void ValidateOurs(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  Cgroup& cgroup = context.spec.cgroup;
  if (proto.cgroup_mem_high() != 0) {
    cgroup.memory_high =
        Size(context, "cgroup_mem_high", proto.cgroup_mem_high());
  }
  if (proto.cgroup_cpu_weight() > kMaxCpuWeight) {
    context.Error("cgroup_cpu_weight",
                  absl::StrCat("is out of range: ", proto.cgroup_cpu_weight(),
                               "; the most is ", kMaxCpuWeight));
  } else if (proto.cgroup_cpu_weight() != 0) {
    cgroup.cpu_weight = {proto.cgroup_cpu_weight(),
                         context.At("cgroup_cpu_weight")};
  }
  ValidateCpuset(context, "cgroup_cpuset_cpus", proto.cgroup_cpuset_cpus(),
                 cgroup.cpuset_cpus);
  ValidateCpuset(context, "cgroup_cpuset_mems", proto.cgroup_cpuset_mems(),
                 cgroup.cpuset_mems);
  ValidateIo(context);
  if (proto.cgroup_pressure()) cgroup.pressure = context.At("cgroup_pressure");
  ValidateBestEffort(context);
}

void ValidatePaths(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  Cgroup& cgroup = context.spec.cgroup;
  const auto mount = [&](const char* field, const std::string& text,
                         std::string& out) {
    absl::StatusOr<std::string> path =
        CleanOutsidePath(text, context.caller.working_directory);
    if (path.ok()) {
      out = *std::move(path);
    } else {
      context.Error(field, std::string(path.status().message()));
    }
  };
  // Beneath the mount, so never absolute: "NSJAIL", "a/b".
  const auto parent = [&](const char* field, const std::string& text,
                          std::string& out) {
    if (text.empty()) return;  // the mount itself
    absl::StatusOr<std::string> path = CleanInsidePath(text);
    if (path.ok()) {
      out = path->substr(1);
    } else {
      context.Error(field, std::string(path.status().message()));
    }
  };
  mount("cgroup_mem_mount", proto.cgroup_mem_mount(), cgroup.memory_mount);
  mount("cgroup_pids_mount", proto.cgroup_pids_mount(), cgroup.pids_mount);
  mount("cgroup_net_cls_mount", proto.cgroup_net_cls_mount(),
        cgroup.net_cls_mount);
  mount("cgroup_cpu_mount", proto.cgroup_cpu_mount(), cgroup.cpu_mount);
  mount("cgroupv2_mount", proto.cgroupv2_mount(), cgroup.v2_mount);
  parent("cgroup_mem_parent", proto.cgroup_mem_parent(), cgroup.memory_parent);
  parent("cgroup_pids_parent", proto.cgroup_pids_parent(), cgroup.pids_parent);
  parent("cgroup_net_cls_parent", proto.cgroup_net_cls_parent(),
         cgroup.net_cls_parent);
  parent("cgroup_cpu_parent", proto.cgroup_cpu_parent(), cgroup.cpu_parent);
}

}  // namespace

void ValidateCgroup(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  Cgroup& cgroup = context.spec.cgroup;
  cgroup.version = proto.detect_cgroupv2() ? Cgroup::Version::kDetect
                   : proto.use_cgroupv2()  ? Cgroup::Version::kV2
                                           : Cgroup::Version::kV1;
  if (proto.cgroup_mem_max() != 0) {
    cgroup.memory_max = Size(context, "cgroup_mem_max", proto.cgroup_mem_max());
  }
  if (proto.cgroup_mem_memsw_max() != 0) {
    cgroup.memory_memsw_max =
        Size(context, "cgroup_mem_memsw_max", proto.cgroup_mem_memsw_max());
    if (proto.cgroup_mem_memsw_max() < proto.cgroup_mem_max()) {
      context.Error("cgroup_mem_memsw_max",
                    absl::StrCat("is less than cgroup_mem_max: it counts "
                                 "memory and swap together: ",
                                 proto.cgroup_mem_memsw_max(), " < ",
                                 proto.cgroup_mem_max()));
    }
  }
  if (proto.cgroup_mem_swap_max() < -1) {
    context.Error("cgroup_mem_swap_max",
                  absl::StrCat("is negative: ", proto.cgroup_mem_swap_max(),
                               "; -1 means not set"));
  } else if (proto.cgroup_mem_swap_max() >= 0) {
    cgroup.memory_swap_max =
        Size(context, "cgroup_mem_swap_max",
             static_cast<uint64_t>(proto.cgroup_mem_swap_max()));
  }
  if (cgroup.memory_memsw_max && cgroup.memory_swap_max) {
    context.Error(
        "cgroup_mem_swap_max",
        absl::StrCat("contradicts ", cgroup.memory_memsw_max->origin.ToString(),
                     ": set one of them"));
  }
  if (proto.cgroup_pids_max() > kCgroupMaxPids) {
    context.Error("cgroup_pids_max",
                  absl::StrCat("is out of range: ", proto.cgroup_pids_max(),
                               "; the most is ", kCgroupMaxPids));
  }
  if (proto.cgroup_pids_max() != 0) {
    cgroup.pids_max = {proto.cgroup_pids_max(), context.At("cgroup_pids_max")};
  }
  if (proto.cgroup_cpu_ms_per_sec() != 0) {
    cgroup.cpu_per_second = {
        std::chrono::milliseconds(proto.cgroup_cpu_ms_per_sec()),
        context.At("cgroup_cpu_ms_per_sec")};
  }
  if (proto.cgroup_net_cls_classid() != 0) {
    cgroup.net_cls_classid = {proto.cgroup_net_cls_classid(),
                              context.At("cgroup_net_cls_classid")};
  }
  cgroup.v2_given = proto.has_cgroupv2_mount();
  cgroup.v1_given =
      proto.has_cgroup_mem_mount() || proto.has_cgroup_mem_parent() ||
      proto.has_cgroup_pids_mount() || proto.has_cgroup_pids_parent() ||
      proto.has_cgroup_cpu_mount() || proto.has_cgroup_cpu_parent() ||
      proto.has_cgroup_net_cls_mount() || proto.has_cgroup_net_cls_parent();
  ValidateOurs(context);
  ValidatePaths(context);
}

}  // namespace jail
