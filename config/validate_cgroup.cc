// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "absl/strings/str_cat.h"
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
  ValidatePaths(context);
}

}  // namespace jail
