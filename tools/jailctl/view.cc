// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/view.h"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "jail/sys/capability.h"

namespace jail::jailctl {
namespace {

constexpr uint64_t kNewTime = 0x80;  // CLONE_NEWTIME

void AddFlags(const MountFlags& flags, std::string& text) {
  absl::StrAppend(&text, flags.read_only ? ", read-only" : ", WRITABLE");
  if (flags.noexec) absl::StrAppend(&text, ", nothing can be executed");
  if (flags.nosymfollow)
    absl::StrAppend(&text, ", symbolic links lead nowhere");
}

std::string Options(const std::vector<MountOption>& options) {
  std::string text;
  for (const MountOption& option : options) {
    absl::StrAppend(&text, text.empty() ? " (" : ", ", option.key);
    if (option.value) absl::StrAppend(&text, "=", *option.value);
  }
  return text.empty() ? text : text + ")";
}

std::string Size(uint64_t bytes) {
  for (const auto& [unit, name] :
       {std::pair<uint64_t, const char*>{1 << 30, "GiB"},
        {1 << 20, "MiB"},
        {1 << 10, "KiB"}}) {
    if (bytes >= unit && bytes % unit == 0) {
      return absl::StrCat(bytes / unit, " ", name);
    }
  }
  return absl::StrCat(bytes, " bytes");
}

std::string Duration(std::chrono::milliseconds time) {
  if (time.count() == 0) return "no limit";
  return time.count() % 1000 == 0 ? absl::StrCat(time.count() / 1000, " s")
                                  : absl::StrCat(time.count(), " ms");
}

// What stands at a mount's target.
struct Describe {
  std::string operator()(const BindMount& bind) const {
    return absl::StrCat("the host's ", bind.source);
  }
  std::string operator()(const FilesystemMount& filesystem) const {
    return absl::StrCat("a new ", filesystem.fstype,
                        Options(filesystem.options));
  }
  std::string operator()(const ProcMount& proc) const {
    switch (proc.kind) {
      case ProcKind::kFresh:
        return "a new procfs" + Options(proc.options);
      case ProcKind::kSubsetPid:
        return "a new procfs of the jail's processes only";
      case ProcKind::kBind:
        return "the host's /proc";
      case ProcKind::kNone:
        break;
    }
    return "nothing";
  }
  std::string operator()(const OverlayMount& overlay) const {
    return absl::StrCat(
        "the host's ", absl::StrJoin(overlay.lower, " over "),
        overlay.upper_tmpfs.value == 0
            ? std::string()
            : absl::StrCat(", what is written goes to ",
                           Size(overlay.upper_tmpfs.value), " of memory"));
  }
  std::string operator()(const ContentFile& file) const {
    return absl::StrCat("a file of ", file.content.size(),
                        " bytes from the config");
  }
  std::string operator()(const Symlink& link) const {
    return absl::StrCat("-> ", link.target);
  }
  std::string operator()(const DevPreset&) const {
    return "null, zero, full, random, urandom, tty, shm, pts, ptmx, fd, stdin, "
           "stdout, stderr";
  }
  std::string operator()(const ProvidedMount&) const {
    return "a mount of the launching program";
  }
};

Topic Program(const Spec& spec) {
  const Process& process = spec.process;
  Topic topic{"program", "Program", {}};
  topic.rows.push_back({"command", absl::StrJoin(process.command.argv, " "),
                        process.command.origin});
  if (process.command.by_fd) {
    topic.rows.push_back({"executed", "opened outside, need not exist inside",
                          process.command.origin});
  } else if (process.command.file.find('/') == std::string::npos) {
    topic.rows.push_back({"looked up in",
                          absl::StrJoin(process.command.search, ":"),
                          process.command.origin});
  }
  topic.rows.push_back({"directory", process.cwd, process.cwd_origin});
  topic.rows.push_back({"environment",
                        process.environment.empty()
                            ? "empty"
                            : absl::StrJoin(process.environment, " "),
                        {}});
  std::string stdio = process.stdio.silent ? "/dev/null" : "the caller's";
  if (!process.stdio.silent && process.stdio.stderr_to_null) {
    stdio = "the caller's, stderr /dev/null";
  }
  for (const Located<int>& fd : process.stdio.pass_fd) {
    absl::StrAppend(&stdio, ", and descriptor ", fd.value);
  }
  topic.rows.push_back({"stdio", stdio, process.stdio.origin});
  topic.rows.push_back({"process 1",
                        spec.pid1 == Pid1::kReaper
                            ? "a tiny init, the program is process 2"
                            : "the program itself",
                        spec.pid1_origin});
  return topic;
}

Topic FileSystem(const Spec& spec) {
  Topic topic{"file_system", "File system", {}};
  if (!spec.namespaces.Has(CLONE_NEWNS)) {
    topic.rows.push_back(
        {"/", "THE HOST'S, as it is", spec.namespaces.origin_of_mount});
    return topic;
  }
  std::string root = spec.root.directory.empty()
                         ? "a new tmpfs"
                         : absl::StrCat("the host's ", spec.root.directory);
  absl::StrAppend(&root, spec.root.writable ? ", WRITABLE" : ", read-only");
  topic.rows.push_back({"/", root, spec.root.origin});
  for (const Mount& mount : spec.mounts) {
    std::string text = std::visit(Describe(), mount.what);
    if (!std::holds_alternative<Symlink>(mount.what) &&
        !std::holds_alternative<DevPreset>(mount.what)) {
      AddFlags(mount.flags, text);
    }
    if (!mount.mandatory) absl::StrAppend(&text, ", where it exists");
    topic.rows.push_back({mount.target, text, mount.origin});
  }
  return topic;
}

std::string Ids(const std::vector<IdMapping>& map) {
  std::string text;
  for (const IdMapping& mapping : map) {
    absl::StrAppend(&text, text.empty() ? "" : "; ", mapping.inside,
                    " inside is ", mapping.outside, " outside");
    if (mapping.count > 1) {
      absl::StrAppend(&text, " (and the ", mapping.count - 1, " after)");
    }
  }
  return text.empty() ? "the caller's" : text;
}

Topic User(const Spec& spec) {
  Topic topic{"user", "User and powers", {}};
  topic.rows.push_back(
      {"uid", Ids(spec.uid_map),
       spec.uid_map.empty() ? Origin() : spec.uid_map[0].origin});
  topic.rows.push_back(
      {"gid", Ids(spec.gid_map),
       spec.gid_map.empty() ? Origin() : spec.gid_map[0].origin});
  const Capabilities& caps = spec.process.capabilities;
  std::vector<std::string> kept;
  for (int i = 0; i < 64; i++) {
    if (caps.keep >> i & 1) kept.push_back(CapabilityName(i));
  }
  topic.rows.push_back({"capabilities",
                        caps.keep_all  ? "ALL KEPT"
                        : kept.empty() ? "none"
                                       : absl::StrJoin(kept, ", "),
                        caps.origin});
  topic.rows.push_back({"no_new_privs",
                        spec.process.no_new_privs.value ? "on" : "OFF",
                        spec.process.no_new_privs.origin});
  topic.rows.push_back({"system calls",
                        spec.seccomp
                            ? absl::StrCat("filtered: ", spec.seccomp->name,
                                           spec.watch && spec.watch->violations
                                               ? "; what it denies is told"
                                               : "")
                            : "all, there is no filter",
                        spec.seccomp ? spec.seccomp->origin : Origin()});
  return topic;
}

Topic NamespacesOf(const Spec& spec) {
  Topic topic{"namespaces", "Namespaces", {}};
  std::vector<std::string> own, shared;
  for (const auto& [flag, name] :
       {std::pair<uint64_t, const char*>{CLONE_NEWUSER, "user"},
        {CLONE_NEWNS, "mount"},
        {CLONE_NEWPID, "pid"},
        {CLONE_NEWNET, "net"},
        {CLONE_NEWIPC, "ipc"},
        {CLONE_NEWUTS, "uts"},
        {CLONE_NEWCGROUP, "cgroup"},
        {kNewTime, "time"}}) {
    (spec.namespaces.Has(flag) ? own : shared).push_back(name);
  }
  topic.rows.push_back(
      {"its own", own.empty() ? "none" : absl::StrJoin(own, ", "), {}});
  topic.rows.push_back({"the host's",
                        shared.empty() ? "none" : absl::StrJoin(shared, ", "),
                        {}});
  return topic;
}

Topic NetworkOf(const Spec& spec) {
  Topic topic{"network", "Network", {}};
  if (!spec.namespaces.Has(CLONE_NEWNET)) {
    topic.rows.push_back({"interfaces", "THE HOST'S, all of them",
                          spec.namespaces.origin_of_net});
    return topic;
  }
  const Network& network = spec.network;
  std::string interfaces = network.loopback_up.value ? "lo" : "lo (down)";
  for (const Located<std::string>& own : network.own_interfaces) {
    absl::StrAppend(&interfaces, ", ", own.value, " (taken from the host)");
  }
  if (network.macvlan) {
    absl::StrAppend(&interfaces, ", vs (on ", network.macvlan->parent, ")");
  }
  topic.rows.push_back({"interfaces", interfaces, network.loopback_up.origin});
  if (!spec.hostname.empty()) {
    topic.rows.push_back({"host name", spec.hostname, spec.hostname_origin});
  }
  return topic;
}

std::string LimitText(const Rlimit& limit) {
  switch (limit.from) {
    case Rlimit::From::kCallersSoft:
      return "the caller's soft limit";
    case Rlimit::From::kCallersHard:
      return "the caller's hard limit";
    case Rlimit::From::kInfinity:
      return "none";
    case Rlimit::From::kValue:
      break;
  }
  switch (limit.resource) {
    case RLIMIT_AS:
    case RLIMIT_CORE:
    case RLIMIT_DATA:
    case RLIMIT_FSIZE:
    case RLIMIT_STACK:
    case RLIMIT_MEMLOCK:
    case RLIMIT_MSGQUEUE:
      return Size(limit.value);
    case RLIMIT_CPU:
      return absl::StrCat(limit.value, " s for each process");
    default:
      return absl::StrCat(limit.value);
  }
}

void AddCgroupLimits(const Cgroup& cgroup, Topic& topic) {
  const auto add = [&](const char* what, const char* field,
                       const std::string& value, const Origin& origin) {
    const bool best_effort =
        cgroup.all_best_effort || cgroup.best_effort.contains(field);
    topic.rows.push_back(
        {what, absl::StrCat(value, best_effort ? ", best effort" : ""),
         origin});
  };
  const auto add_size = [&](const char* what, const char* field,
                            const std::optional<Located<Bytes>>& limit) {
    if (limit) add(what, field, Size(limit->value.value), limit->origin);
  };
  const auto add_text = [&](const char* what, const char* field,
                            const auto& limit) {
    if (limit) add(what, field, absl::StrCat(limit->value), limit->origin);
  };
  add_size("memory of all", "cgroup_mem_max", cgroup.memory_max);
  add_size("memory and swap", "cgroup_mem_memsw_max", cgroup.memory_memsw_max);
  add_size("swap", "cgroup_mem_swap_max", cgroup.memory_swap_max);
  add_size("memory, slowed", "cgroup_mem_high", cgroup.memory_high);
  add_text("processes", "cgroup_pids_max", cgroup.pids_max);
  if (cgroup.cpu_per_second) {
    add("CPU of all", "cgroup_cpu_ms_per_sec",
        absl::StrCat(cgroup.cpu_per_second->value.count(), " ms a second"),
        cgroup.cpu_per_second->origin);
  }
  add_text("CPU weight", "cgroup_cpu_weight", cgroup.cpu_weight);
  add_text("CPU numbers", "cgroup_cpuset_cpus", cgroup.cpuset_cpus);
  add_text("memory nodes", "cgroup_cpuset_mems", cgroup.cpuset_mems);
  for (const CgroupIo& io : cgroup.io) {
    add("device", "cgroup_io", io.device, io.origin);
  }
  add_text("network class", "cgroup_net_cls_classid", cgroup.net_cls_classid);
}

Topic LimitsOf(const Spec& spec) {
  Topic topic{"limits", "Limits", {}};
  topic.rows.push_back({"wall time", Duration(spec.limits.wall_time.value),
                        spec.limits.wall_time.origin});
  topic.rows.push_back({"CPU time of all", Duration(spec.limits.cpu_time.value),
                        spec.limits.cpu_time.origin});
  if (spec.process.rlimits.empty()) {
    topic.rows.push_back({"rlimits", "the caller's", {}});
  }
  for (const Rlimit& limit : spec.process.rlimits) {
    topic.rows.push_back({limit.name, LimitText(limit), limit.origin});
  }
  AddCgroupLimits(spec.cgroup, topic);
  topic.rows.push_back({"nice", absl::StrCat(spec.process.nice.value),
                        spec.process.nice.origin});
  if (spec.process.max_cpus.value != 0) {
    topic.rows.push_back({"processors",
                          absl::StrCat(spec.process.max_cpus.value),
                          spec.process.max_cpus.origin});
  }
  return topic;
}

// What of the host reaches into the jail, on one line each.
Topic Host(const Spec& spec) {
  Topic topic{"host", "What the program sees of the host", {}};
  std::vector<std::string> reads, writes;
  for (const Mount& mount : spec.mounts) {
    std::vector<std::string> sources;
    if (const auto* bind = std::get_if<BindMount>(&mount.what)) {
      sources.push_back(bind->source);
    } else if (const auto* overlay = std::get_if<OverlayMount>(&mount.what)) {
      sources = overlay->lower;
    } else if (const auto* proc = std::get_if<ProcMount>(&mount.what)) {
      if (proc->kind == ProcKind::kBind) sources.push_back("/proc");
    }
    const bool writable =
        std::holds_alternative<BindMount>(mount.what) && !mount.flags.read_only;
    for (const std::string& source : sources) {
      (writable ? writes : reads).push_back(source);
    }
  }
  if (!spec.root.directory.empty()) {
    (spec.root.writable ? writes : reads).push_back(spec.root.directory);
  }
  if (!spec.namespaces.Has(CLONE_NEWNS)) writes.push_back("/");
  topic.rows.push_back(
      {"reads", reads.empty() ? "nothing" : absl::StrJoin(reads, " "), {}});
  topic.rows.push_back(
      {"writes", writes.empty() ? "nothing" : absl::StrJoin(writes, " "), {}});
  return topic;
}

}  // namespace

View MakeView(const Spec& spec) {
  return {spec.name,
          {Program(spec), FileSystem(spec), User(spec), NamespacesOf(spec),
           NetworkOf(spec), LimitsOf(spec), Host(spec)},
          FindWeaknesses(spec)};
}

}  // namespace jail::jailctl
