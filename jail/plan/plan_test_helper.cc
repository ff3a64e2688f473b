// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/plan/plan_test_helper.h"

#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cerrno>

#include "jail/plan/describe.h"
#include "jail/plan/planner.h"

namespace jail {
namespace {

Origin At(const std::string& path, int line) {
  return {path, "test.cfg", line, 1};
}

void AddSystem(Spec& spec) {
  spec.mounts.push_back(BindOf("/usr", "/usr", 10));
  spec.mounts.push_back(BindOf("/etc/passwd", "/etc/passwd", 11));
  spec.mounts.push_back(TmpfsAt("/tmp", "4m", 12));
  Mount proc;
  proc.target = "/proc";
  proc.what = ProcMount{};
  proc.origin = At("mount_proc", 13);
  spec.mounts.push_back(proc);
}

Case RootCase() {
  Case c{"root", MinimalSpec(), RootFacts()};
  AddSystem(c.spec);
  c.spec.hostname = "jail";
  c.spec.hostname_origin = At("hostname", 3);
  c.spec.uid_map = {{1000, 100000, 1, false, At("uidmap[0]", 4)}};
  c.spec.gid_map = {{1000, 100000, 1, false, At("gidmap[0]", 5)}};
  Process& process = c.spec.process;
  process.command = {"python3",
                     {"python3", "-c", "print(1)"},
                     false,
                     {"/usr/bin", "/bin"},
                     At("exec_bin", 6)};
  process.environment = {"PATH=/usr/bin:/bin", "HOME=/tmp"};
  process.rlimits = {
      {RLIMIT_AS, "rlimit_as", Rlimit::From::kValue, 1 << 30,
       At("rlimit_as", 7)},
      {RLIMIT_NOFILE, "rlimit_nofile", Rlimit::From::kCallersSoft, 0, {}}};
  process.umask = 077;
  process.oom_score_adj = Located<int>{500, At("oom_score_adj", 8)};
  process.max_cpus = {2, At("max_cpus", 9)};
  process.stdio.pass_fd = {{5, At("pass_fd[0]", 14)}};
  process.disable_tsc = {true, At("disable_tsc", 15)};
  process.personality = {0x40000, At("persona_addr_no_randomize", 16)};
  return c;
}

Case UnprivilegedCase() {
  Case c{"unprivileged", MinimalSpec(), UnprivilegedFacts()};
  AddSystem(c.spec);
  return c;
}

Case DevPresetCase() {
  Case c{"dev_preset", MinimalSpec(), UnprivilegedFacts()};
  Mount dev;
  dev.target = "/dev";
  dev.what = DevPreset{};
  dev.origin = At("dev_preset", 20);
  c.spec.mounts.push_back(dev);
  Mount queue;  // into what the preset has made
  queue.target = "/dev/mqueue";
  queue.what = FilesystemMount{"mqueue", "", {}};
  queue.origin = At("mount[0]", 21);
  c.spec.mounts.push_back(queue);
  return c;
}

Case OverlayCase() {
  Case c{"overlay", MinimalSpec(), UnprivilegedFacts()};
  Mount overlay;
  overlay.target = "/work";
  overlay.what = OverlayMount{{"/srv/a", "/srv/b"}, {1 << 20}};
  overlay.flags.read_only = false;
  overlay.origin = At("mount[0]", 30);
  c.spec.mounts.push_back(overlay);
  Mount read_only;
  read_only.target = "/base";
  read_only.what = OverlayMount{{"/srv/a"}, {0}};
  read_only.origin = At("mount[1]", 31);
  c.spec.mounts.push_back(read_only);
  Mount file;
  file.target = "/etc/motd";
  file.what = ContentFile{"hello\n"};
  file.origin = At("mount[2]", 32);
  c.spec.mounts.push_back(file);
  Mount link;
  link.target = "/etc/link";
  link.what = Symlink{"motd"};
  link.origin = At("mount[3]", 33);
  c.spec.mounts.push_back(link);
  Mount optional = BindOf("/srv/b", "/opt/b", 34);
  optional.mandatory = false;
  c.spec.mounts.push_back(optional);
  Mount missing = BindOf("/nowhere", "/opt/c", 35);
  missing.mandatory = false;
  c.facts.paths["/nowhere"] = {ENOENT, 0};
  c.spec.mounts.push_back(missing);
  return c;
}

Case ReaperCase() {
  Case c{"reaper", MinimalSpec(), UnprivilegedFacts()};
  c.spec.pid1 = Pid1::kReaper;
  c.spec.pid1_origin = At("pid1", 40);
  c.spec.process.capabilities.keep = uint64_t{1} << CAP_NET_BIND_SERVICE;
  c.spec.process.capabilities.origin = At("cap[0]", 41);
  c.spec.seccomp =
      Seccomp{"test", std::string(16, '\0'), true, At("seccomp_string[0]", 42)};
  return c;
}

// report_violations, for a target with descriptors of its own.
Case ViolationsCase() {
  Case c{"violations", MinimalSpec(), UnprivilegedFacts()};
  c.spec.process.stdio.pass_fd = {{3, At("pass_fd[0]", 43)},
                                  {5, At("pass_fd[1]", 44)}};
  c.spec.seccomp = Seccomp{"test", std::string(16, '\0'), false,
                           At("seccomp_string[0]", 42)};
  CallWatch watch;
  watch.filter = std::string(32, '\1');
  watch.seal = std::string(24, '\2');
  watch.key[0] = 0x1111111111111111;
  watch.key[1] = 0x2222222222222222;
  watch.violations = true;
  watch.origin = At("report_violations", 45);
  c.spec.watch = watch;
  return c;
}

// seccomp_unotify, without a policy.
Case AccessesCase() {
  Case c{"accesses", MinimalSpec(), UnprivilegedFacts()};
  CallWatch watch;
  watch.filter = std::string(32, '\1');
  watch.seal = std::string(24, '\2');
  watch.key[0] = 0x1111111111111111;
  watch.key[1] = 0x2222222222222222;
  watch.accesses = true;
  watch.origin = At("seccomp_unotify", 45);
  c.spec.watch = watch;
  return c;
}

// Created ahead: with a channel, and with all that such a jail keeps.
Case CreatedCase() {
  Case c = ReaperCase();
  c.name = "created";
  c.spec.process.stdio.channel = true;
  c.spec.process.waits_for_start = true;
  return c;
}

Case NetworkCase() {
  Case c{"network", MinimalSpec(), RootFacts()};
  c.spec.network.own_interfaces = {{"veth1", At("iface_own[0]", 50)}};
  Macvlan macvlan;
  macvlan.parent = "eth0";
  macvlan.address = 0x0200a8c0;
  macvlan.netmask = 0x00ffffff;
  macvlan.gateway = 0x0100a8c0;
  macvlan.origin = At("macvlan_iface", 51);
  c.spec.network.macvlan = macvlan;
  return c;
}

// One required limit, one that may be lost, and a hierarchy that helps.
Case CgroupV1Case() {
  Case c{"cgroup_v1", MinimalSpec(), RootFacts()};
  for (const char* controller : {"pids", "memory", "freezer"}) {
    c.facts.cgroup.v1[controller].mount = std::string("/v1/") + controller;
  }
  c.spec.cgroup.pids_mount = "/v1/pids";
  c.spec.cgroup.pids_parent = "NSJAIL";
  c.spec.cgroup.pids_max = {15, At("cgroup_pids_max", 55)};
  c.spec.cgroup.memory_mount = "/v1/memory";
  c.spec.cgroup.memory_parent = "NSJAIL";
  c.spec.cgroup.memory_max = {{1 << 26}, At("cgroup_mem_max", 56)};
  c.spec.cgroup.best_effort = {"cgroup_mem_max"};
  return c;
}

Case ExecveCase() {
  Case c{"execve", MinimalSpec(), UnprivilegedFacts()};
  c.spec.mode = Mode::kExecve;
  c.facts.leads_process_group = true;
  c.facts.ignored_signals = {SIGPIPE};
  return c;
}

Case ChrootCase() {
  Case c{"chroot", MinimalSpec(), RootFacts()};
  c.spec.root.directory = "/srv/root";
  c.spec.root.origin = At("chroot_dir", 60);
  c.spec.mounts.push_back(BindOf("/usr/bin", "/usr/local/bin", 61));
  c.spec.process.stdio.stderr_to_null = true;
  return c;
}

// A mount of the Spec's at "/" is the root.
Case RootMountCase() {
  Case c{"root_mount", MinimalSpec(), UnprivilegedFacts()};
  Mount root;
  root.target = "/";
  root.what = OverlayMount{{"/srv/root"}, {1 << 20}};
  root.flags.nodev = true;
  root.flags.noexec = true;
  root.origin = At("mount[0]", 90);
  c.spec.mounts.push_back(root);
  c.spec.mounts.push_back(BindOf("/usr", "/usr", 91));
  return c;
}

// What the launching program gives: a mount, and a channel.
Case ProvidedCase() {
  Case c{"provided", MinimalSpec(), RootFacts()};
  Mount mount;
  mount.target = "/home";
  mount.what = ProvidedMount{0};
  mount.flags = {.read_only = false, .nosuid = true, .nodev = true};
  mount.is_dir = true;
  mount.origin = {"provided_mounts[0]", "", 0, 0};
  c.spec.mounts.push_back(mount);
  c.spec.pid1 = Pid1::kReaper;
  c.spec.process.stdio.channel = true;
  return c;
}

Case HelperCase() {
  Case c{"helper", MinimalSpec(), UnprivilegedFacts()};
  c.facts.newuidmap = "/usr/bin/newuidmap";
  c.facts.newgidmap = "/usr/bin/newgidmap";
  c.spec.uid_map = {{0, 100000, 65536, true, At("uidmap[0]", 70)}};
  c.spec.gid_map = {{0, 100000, 65536, true, At("gidmap[0]", 71)}};
  return c;
}

Case HostIdsCase() {
  Case c{"host_ids", MinimalSpec(), RootFacts()};
  c.spec.namespaces.flags &= ~uint64_t{CLONE_NEWUSER};
  c.spec.namespaces.flags &= ~uint64_t{CLONE_NEWPID};
  c.spec.uid_map = {{65534, 65534, 1, false, At("uidmap[0]", 80)}};
  c.spec.gid_map = {{65534, 65534, 1, false, At("gidmap[0]", 81)}};
  c.spec.root.pivot = false;
  c.spec.process.command.by_fd = true;
  return c;
}

}  // namespace

HostFacts RootFacts() {
  HostFacts facts;
  facts.kernel = {6, 1};
  facts.last_cap = 40;
  facts.effective_caps = (uint64_t{1} << 41) - 1;
  facts.rlimits.fill({1024, 4096});
  facts.rlimits[RLIMIT_AS] = {RLIM_INFINITY, RLIM_INFINITY};
  facts.cpus = {0, 1, 2, 3};
  facts.effective_caps &= ~(uint64_t{1} << CAP_SYS_RESOURCE);
  facts.paths["/usr"] = {0, S_IFDIR | 0755};
  facts.paths["/etc/passwd"] = {0, S_IFREG | 0644};
  return facts;
}

HostFacts UnprivilegedFacts() {
  HostFacts facts = RootFacts();
  facts.uid = facts.euid = 1000;
  facts.gid = facts.egid = 1000;
  facts.groups = {1000, 27};
  facts.effective_caps = 0;
  return facts;
}

Mount BindOf(const std::string& source, const std::string& target, int line) {
  Mount mount;
  mount.target = target;
  mount.what = BindMount{source};
  mount.origin = At("mount[" + std::to_string(line % 10) + "]", line);
  return mount;
}

Mount TmpfsAt(const std::string& target, const std::string& size, int line) {
  Mount mount = BindOf("", target, line);
  mount.what = FilesystemMount{"tmpfs", "", {{"size", size}}};
  mount.flags.read_only = false;
  return mount;
}

Spec MinimalSpec() {
  Spec spec;
  spec.namespaces.flags = CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID |
                          CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS |
                          CLONE_NEWCGROUP;
  spec.process.command = {"/bin/true", {"/bin/true"}, false, {}, {}};
  return spec;
}

std::vector<Case> Cases() {
  std::vector<Case> cases;
  cases.push_back({"minimal", MinimalSpec(), UnprivilegedFacts()});
  cases.push_back(RootCase());
  cases.push_back(UnprivilegedCase());
  cases.push_back(DevPresetCase());
  cases.push_back(OverlayCase());
  cases.push_back(ReaperCase());
  cases.push_back(ViolationsCase());
  cases.push_back(AccessesCase());
  cases.push_back(NetworkCase());
  cases.push_back(CgroupV1Case());
  cases.push_back(CreatedCase());
  cases.push_back(ExecveCase());
  cases.push_back(ChrootCase());
  cases.push_back(RootMountCase());
  cases.push_back(HelperCase());
  cases.push_back(HostIdsCase());
  cases.push_back(ProvidedCase());
  return cases;
}

Case CaseNamed(const std::string& name) {
  for (Case& c : Cases()) {
    if (c.name == name) return c;
  }
  ADD_FAILURE() << "no case " << name;
  return {};
}

Plan PlanOf(const Spec& spec, const HostFacts& facts) {
  Plan plan;
  SetupFailure failure;
  const absl::Status status = MakePlan(spec, facts, plan, failure);
  EXPECT_TRUE(status.ok()) << status;
  return plan;
}

std::vector<std::string> Lines(const Plan& plan) {
  std::vector<std::string> lines;
  for (int i = 0; i < static_cast<int>(plan.child.size()); ++i) {
    lines.push_back(DescribeStep(plan, i));
  }
  return lines;
}

}  // namespace jail
