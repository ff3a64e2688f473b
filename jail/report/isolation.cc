// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/report/isolation.h"

#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <set>
#include <string>
#include <vector>

#include "jail/sys/capability.h"
#include "jail/sys/printable.h"

namespace jail {
namespace {

// In the order of namespaces(7); CLONE_NEWTIME is not in older headers.
constexpr struct {
  uint64_t flag;
  const char* name;
} kNamespaces[] = {
    {CLONE_NEWUSER, "user"},     {CLONE_NEWNS, "mnt"},  {CLONE_NEWPID, "pid"},
    {CLONE_NEWNET, "net"},       {CLONE_NEWIPC, "ipc"}, {CLONE_NEWUTS, "uts"},
    {CLONE_NEWCGROUP, "cgroup"}, {0x00000080u, "time"},
};

constexpr struct {
  int resource;
  const char* name;
  const char* unit;
} kRlimits[] = {
    {RLIMIT_AS, "rlimit_as", "bytes"},
    {RLIMIT_CORE, "rlimit_core", "bytes"},
    {RLIMIT_CPU, "rlimit_cpu", "s"},
    {RLIMIT_DATA, "rlimit_data", "bytes"},
    {RLIMIT_FSIZE, "rlimit_fsize", "bytes"},
    {RLIMIT_NOFILE, "rlimit_nofile", "files"},
    {RLIMIT_NPROC, "rlimit_nproc", "processes"},
    {RLIMIT_STACK, "rlimit_stack", "bytes"},
    {RLIMIT_MEMLOCK, "rlimit_memlock", "bytes"},
    {RLIMIT_RTPRIO, "rlimit_rtprio", "priority"},
    {RLIMIT_MSGQUEUE, "rlimit_msgqueue", "bytes"},
};

void AddIdMap(const std::vector<IdMapping>& map,
              google::protobuf::RepeatedPtrField<report::IdMapping>* out) {
  for (const IdMapping& line : map) {
    report::IdMapping* mapping = out->Add();
    mapping->set_inside(line.inside);
    mapping->set_outside(line.outside);
    mapping->set_count(line.count);
  }
}

// A mount's last step is not reached where an earlier one of its steps met a
// tolerated errno and skipped the rest.
bool SkippedAtRunTime(const PlannedMount& mount, const Ending& ending) {
  return mount.last_step >= 0 &&
         static_cast<size_t>(mount.last_step) < ending.step_states.size() &&
         ending.step_states[mount.last_step] == Progress::kNotReached;
}

// The plan's prlimit64 steps hold the values that were set, whatever the
// configuration took them from ("soft", "hard").
void AddRlimits(const Plan& plan, report::Isolation& isolation) {
  for (const Step& step : plan.child) {
    if (step.nr != SYS_prlimit64 || step.arg_count < 3) continue;
    if (step.args[2].kind != Arg::kPointer ||
        step.args[2].value + sizeof(struct rlimit64) > plan.arena.size()) {
      continue;
    }
    struct rlimit64 limit;
    memcpy(&limit, plan.arena.data() + step.args[2].value, sizeof limit);
    for (const auto& known : kRlimits) {
      if (static_cast<uint64_t>(known.resource) != step.args[1].value) continue;
      report::LimitInForce* in_force = isolation.add_limits();
      in_force->set_name(known.name);
      in_force->set_value(limit.rlim_cur);
      in_force->set_unit(known.unit);
    }
  }
}

void AddTimeLimit(const char* name, std::chrono::milliseconds limit,
                  report::Isolation& isolation) {
  if (limit.count() <= 0) return;
  report::LimitInForce* in_force = isolation.add_limits();
  in_force->set_name(name);
  in_force->set_value(static_cast<uint64_t>(limit.count()));
  in_force->set_unit("ms");
}

// The limits that were written, and those that could not be.
void AddCgroup(const Plan& plan, const Ending& ending,
               report::Isolation& isolation) {
  if (!plan.cgroup) return;
  report::CgroupInForce* cgroup = isolation.mutable_cgroup();
  cgroup->set_source(CgroupSourceName(ending.cgroup_source));
  for (const std::string& path : ending.cgroup_paths) {
    cgroup->add_paths(ToUtf8(path));
  }
  std::set<std::string> lost;
  for (const CgroupLoss& loss : ending.cgroup_losses) {
    lost.insert(loss.origin.path);
    report::LimitNotInForce* limit = isolation.add_limits_not_in_force();
    limit->set_name(loss.origin.path);
    limit->set_reason(ToUtf8(loss.reason));
  }
  for (const CgroupLimit& limit : plan.cgroup->limits) {
    if (lost.contains(limit.origin.path)) continue;
    // cgroup_pressure asks for numbers, and limits nothing.
    if (*limit.unit == '\0' && limit.text.empty()) continue;
    report::LimitInForce* in_force = isolation.add_limits();
    in_force->set_name(limit.origin.path);
    in_force->set_value(limit.value);
    in_force->set_unit(limit.unit);
    if (!limit.text.empty()) in_force->set_text(ToUtf8(limit.text));
  }
}

}  // namespace

report::Isolation IsolationInForce(const Spec& spec, const Plan& plan,
                                   const Ending& ending) {
  report::Isolation isolation;
  for (const auto& known : kNamespaces) {
    if (spec.namespaces.Has(known.flag)) isolation.add_namespaces(known.name);
  }
  bool new_user = spec.namespaces.Has(CLONE_NEWUSER);
  if (new_user) {
    AddIdMap(spec.uid_map, isolation.mutable_uid_map());
    AddIdMap(spec.gid_map, isolation.mutable_gid_map());
  }
  isolation.set_uid(spec.uid_map.empty() ? getuid() : spec.uid_map[0].inside);
  isolation.set_gid(spec.gid_map.empty() ? getgid() : spec.gid_map[0].inside);
  for (const PlannedMount& planned : plan.mounts) {
    report::MountInForce* mount = isolation.add_mounts();
    mount->set_target(ToUtf8(planned.target));
    mount->set_source(ToUtf8(planned.source));
    mount->set_fstype(ToUtf8(planned.fstype));
    for (const std::string& flag : planned.flags) mount->add_flags(flag);
    mount->set_skipped(planned.skipped || SkippedAtRunTime(planned, ending));
  }
  const Capabilities& caps = spec.process.capabilities;
  if (caps.keep_all) isolation.add_capabilities("all");
  for (int i = 0; i < 64 && !caps.keep_all; ++i) {
    if ((caps.keep >> i & 1) != 0) {
      isolation.add_capabilities(CapabilityName(i));
    }
  }
  isolation.set_no_new_privs(spec.process.no_new_privs.value);
  isolation.set_seccomp(spec.seccomp ? ToUtf8(spec.seccomp->name) : "none");
  if (spec.seccomp) {
    isolation.set_seccomp_instructions(spec.seccomp->Instructions());
    isolation.set_seccomp_log(spec.seccomp->log);
  }
  AddRlimits(plan, isolation);
  AddCgroup(plan, ending, isolation);
  AddTimeLimit("wall_time_ms", spec.limits.wall_time.value, isolation);
  AddTimeLimit("cpu_time_ms", spec.limits.cpu_time.value, isolation);
  AddTimeLimit("idle_time_ms", spec.limits.idle_time.value, isolation);
  if (const uint64_t bytes = spec.limits.output.value.value; bytes > 0) {
    report::LimitInForce* in_force = isolation.add_limits();
    in_force->set_name("stdout_limit");
    in_force->set_value(bytes);
    in_force->set_unit("bytes");
  }
  isolation.set_pid1(spec.pid1 == Pid1::kReaper ? "REAPER" : "TARGET");
  isolation.set_nested_userns_denied(new_user && !spec.allow_nested_userns);
  return isolation;
}

}  // namespace jail
