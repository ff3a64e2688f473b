// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Namespaces, network, limits, log, cgroups, and what is not implemented.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>

#include "absl/strings/str_cat.h"
#include "config/validate_test_helper.h"

namespace jail {
namespace {

using std::chrono::milliseconds;

Spec SpecOf(const std::string& text) {
  const Validated v =
      ValidateText(absl::StrCat(text, " exec_bin { path: \"/bin/true\" }"));
  EXPECT_TRUE(v.spec.has_value()) << v.Lines();
  return v.spec.value_or(Spec());
}

TEST(ValidateNamespaces, WhatFieldsNeed) {
  ExpectLines({
      {"hostname: 'x' clone_newuts: false",
       {"hostname: needs clone_newuts: it would rename the whole machine"}},
      {absl::StrCat("hostname: '", std::string(65, 'h'), "'"),
       {"hostname: is 65 bytes long; the most is 64"}},
      {"hostname: 'a\\000b'", {"hostname: holds a NUL byte: \"a\\x00b\""}},
      {"clone_newuts: false", {}},
      {"pid1: REAPER clone_newpid: false",
       {"pid1: REAPER needs clone_newpid: only process 1 of a pid namespace "
        "gets its orphans"}},
      {"pid1: REAPER mode: EXECVE",
       {"pid1: REAPER needs a supervisor, and mode EXECVE has none"}},
      {"clone_newuser: false uidmap {} gidmap {}",
       {"warning: clone_newuser: is false: ids are the host's, and nothing but "
        "a seccomp filter denies the program user namespaces of its own",
        "warning: uidmap[0]: the program is user 0 of the host: files of root "
        "that the jail shows are open to it; map an unused id instead",
        "warning: gidmap[0]: the program is group 0 of the host: files of root "
        "that the jail shows are open to it; map an unused id instead"}},
  });
  Spec spec = SpecOf("");
  EXPECT_EQ(spec.hostname, "NSJAIL");
  EXPECT_FALSE(spec.allow_nested_userns);
  EXPECT_FALSE(spec.namespaces.Has(CLONE_NEWTIME));
  spec = SpecOf(
      "clone_newuts: false clone_newtime: true clone_newnet: false "
      "allow_nested_userns: true pid1: REAPER");
  EXPECT_EQ(spec.hostname, "");
  EXPECT_TRUE(spec.allow_nested_userns);
  EXPECT_TRUE(spec.namespaces.Has(CLONE_NEWTIME));
  EXPECT_EQ(spec.pid1, Pid1::kReaper);
  // The host's own lo is left alone.
  EXPECT_FALSE(spec.network.loopback_up.value);
}

TEST(ValidateNetwork, Interfaces) {
  ExpectLines({
      {"iface_own: 'eth0' iface_own: 'eth0'",
       {"iface_own[1]: names \"eth0\" again"}},
      {"iface_own: 'sixteen_bytes_xx'",
       {"iface_own[0]: is no interface's name (1 to 15 bytes): "
        "\"sixteen_bytes_xx\""}},
      {"iface_own: 'a/b'",
       {"iface_own[0]: is no interface's name (1 to 15 bytes): \"a/b\""}},
      {"iface_own: 'eth0' clone_newnet: false",
       {"iface_own[0]: needs clone_newnet: the jail shares your network"}},
  });
  ExpectLines({{"iface_own: 'eth0'",
                {"iface_own[0]: needs root: interfaces of the host are "
                 "changed"}},
               {"macvlan_iface: 'eth0'",
                {"macvlan_iface: needs root: interfaces of the host are "
                 "changed"}}},
              UserCaller());
}

TEST(ValidateNetwork, Macvlan) {
  const std::string iface = "macvlan_iface: 'eth0' ";
  ExpectLines({
      {iface + "macvlan_vs_ip: '192.168.0'",
       {"macvlan_vs_ip: is no IPv4 address: \"192.168.0\""}},
      {iface + "macvlan_vs_nm: '255.0.255.0'",
       {"macvlan_vs_nm: is no netmask, its one bits are not together: "
        "\"255.0.255.0\""}},
      {iface + "macvlan_vs_gw: 'x'",
       {"macvlan_vs_gw: is no IPv4 address: \"x\""}},
      {iface + "macvlan_vs_ma: 'ba:ad:ba:be:45'",
       {"macvlan_vs_ma: is no MAC address like ba:ad:ba:be:45:00: "
        "\"ba:ad:ba:be:45\""}},
      {iface + "macvlan_vs_ma: '01:00:00:00:00:00'",
       {"macvlan_vs_ma: is no address of one interface: "
        "\"01:00:00:00:00:00\""}},
      {iface + "macvlan_vs_mo: 'passthru' macvlan_vs_ma: '02:00:00:00:00:01'",
       {"warning: macvlan_vs_ma: has no effect in mode passthru: the kernel "
        "gives the interface's own MAC address"}},
      {iface + "macvlan_vs_mo: 'brige'",
       {"macvlan_vs_mo: is not private, vepa, bridge or passthru: \"brige\"; "
        "did you mean \"bridge\"?"}},
  });
  const Spec spec = SpecOf(iface +
                           "macvlan_vs_ma: 'ba:ad:ba:be:45:0f' "
                           "macvlan_vs_gw: '' macvlan_vs_mo: 'bridge'");
  ASSERT_TRUE(spec.network.macvlan.has_value());
  EXPECT_EQ(spec.network.macvlan->address, htonl(0xc0a80002));
  EXPECT_EQ(spec.network.macvlan->netmask, htonl(0xffffff00));
  EXPECT_EQ(spec.network.macvlan->gateway, 0u);
  EXPECT_EQ(spec.network.macvlan->mac, "\xba\xad\xba\xbe\x45\x0f");
  EXPECT_EQ(spec.network.macvlan->mode, 4u);
}

TEST(ValidateNetwork, Listen) {
  ExpectLines({
      {"mode: LISTEN", {"port: mode LISTEN needs a port, from 1 to 65535"}},
      {"mode: LISTEN port: 65536",
       {"port: is out of range: 65536; from 1 to 65535"}},
      {"mode: LISTEN port: 1 bindhost: 'localhost'",
       {"bindhost: is no IPv6 or IPv4 address: \"localhost\""}},
      {"mode: LISTEN port: 1 bindhost: '127.1'",
       {"bindhost: is no IPv6 or IPv4 address: \"127.1\""}},
      {"port: 80", {"warning: port: has no effect: it is for mode LISTEN"}},
  });
  EXPECT_FALSE(SpecOf("").listen.has_value());
  Spec spec = SpecOf(
      "mode: LISTEN port: 80 bindhost: '127.0.0.1' max_conns: 3 "
      "max_conns_per_ip: 2");
  ASSERT_TRUE(spec.listen.has_value());
  EXPECT_EQ(spec.listen->address, "::ffff:127.0.0.1");
  EXPECT_EQ(spec.listen->port, 80);
  EXPECT_EQ(spec.listen->max_conns, 3u);
  EXPECT_EQ(spec.listen->max_conns_per_ip, 2u);
  EXPECT_EQ(spec.listen->half_close, milliseconds(3000));
  spec = SpecOf("mode: LISTEN port: 80 half_close_ms: 70");
  EXPECT_EQ(spec.listen->half_close, milliseconds(70));
  EXPECT_EQ(spec.listen->address, "::");
}

TEST(ValidateLimits, Times) {
  ExpectLines({
      {"wall_time_ms: 3162240000001",
       {"wall_time_ms: is out of range: 3162240000001 ms; the most is "
        "3162240000000 (a hundred years)"}},
      {"cpu_time_ms: 18446744073709551615",
       {"cpu_time_ms: is out of range: 18446744073709551615 ms; the most is "
        "3162240000000 (a hundred years)"}},
      {"kill_grace_ms: 9223372036854775808",
       {"kill_grace_ms: is out of range: 9223372036854775808 ms; the most is "
        "3162240000000 (a hundred years)"}},
      {"half_close_ms: 3162240000001",
       {"half_close_ms: is out of range: 3162240000001 ms; the most is "
        "3162240000000 (a hundred years)"}},
      {"mode: EXECVE time_limit: 6",
       {"warning: time_limit: has no effect: mode EXECVE has no supervisor"}},
      {"mode: EXECVE wall_time_ms: 6 cpu_time_ms: 7",
       {"wall_time_ms: needs a supervisor, and mode EXECVE has none",
        "cpu_time_ms: needs a supervisor, and mode EXECVE has none"}},
      {"mode: EXECVE", {}},
  });
  Spec spec = SpecOf("");
  EXPECT_EQ(spec.limits.wall_time.value, milliseconds(600'000));
  EXPECT_EQ(spec.limits.cpu_time.value, milliseconds(0));
  spec = SpecOf(
      "time_limit: 5 wall_time_ms: 1500 cpu_time_ms: 700 kill_grace_ms: 90");
  EXPECT_EQ(spec.limits.wall_time.value, milliseconds(1500));
  EXPECT_EQ(spec.limits.wall_time.origin.path, "wall_time_ms");
  EXPECT_EQ(spec.limits.cpu_time.value, milliseconds(700));
  EXPECT_EQ(spec.limits.kill_grace, milliseconds(90));
  EXPECT_EQ(SpecOf("time_limit: 4294967295").limits.wall_time.value,
            milliseconds(4294967295000));
}

TEST(ValidateLimits, Output) {
  ExpectLines({
      {"stdout_limit_action: KILL",
       {"warning: stdout_limit_action: has no effect: stdout_limit is not "
        "set"}},
      {"stdout_limit: 5 silent: true",
       {"warning: stdout_limit: has no effect: silent is set"}},
      {"mode: EXECVE stdout_limit: 5 idle_time_ms: 50",
       {"idle_time_ms: needs a supervisor, and mode EXECVE has none",
        "stdout_limit: needs a supervisor, and mode EXECVE has none"}},
  });
  Spec spec = SpecOf("");
  EXPECT_EQ(spec.limits.output.value.value, 0u);
  EXPECT_EQ(spec.limits.idle_time.value, milliseconds(0));
  spec = SpecOf("stdout_limit: 5 stdout_limit_action: KILL idle_time_ms: 70");
  EXPECT_EQ(spec.limits.output.value.value, 5u);
  EXPECT_EQ(spec.limits.output.origin.path, "stdout_limit");
  EXPECT_TRUE(spec.limits.output_kills);
  EXPECT_EQ(spec.limits.idle_time.value, milliseconds(70));
}

TEST(ValidateLog, Places) {
  ExpectLines({
      {"log_fd: -1", {"log_fd: is negative: -1"}},
      {"log_fd: 9", {"log_fd: descriptor 9 is not open"}},
      {"log_fd: 5 log_file: '/x'",
       {"log_fd: contradicts log_file (default): the log goes to one place"}},
      {"log_file: 'a\\000'", {"log_file: holds a NUL byte: \"/work/a\\x00\""}},
  });
  Spec spec = SpecOf("");
  EXPECT_FALSE(spec.log.is_set);
  EXPECT_EQ(spec.log.level, Log::Level::kInfo);
  spec = SpecOf("log_file: 'x.log' log_level: ERROR");
  EXPECT_TRUE(spec.log.is_set);
  EXPECT_EQ(spec.log.file, "/work/x.log");
  EXPECT_EQ(spec.log.level, Log::Level::kError);
  spec = SpecOf("log_fd: 5");
  EXPECT_TRUE(spec.log.is_set);
  EXPECT_EQ(spec.log.fd, 5);
}

TEST(ValidateLog, CommandLineWins) {
  ParsedConfig config;
  config.proto.set_log_file("/of/file");
  config.proto.set_log_fd(5);
  config.proto.mutable_exec_bin()->set_path("/x");
  config.sources.Set("log_file", {"log_file", "a.cfg", 3, 1});
  config.sources.Set("log_fd", {"log_fd", "command line"});
  Diagnostics diagnostics;
  const std::optional<Spec> spec = Validate(config, RootCaller(), diagnostics);
  ASSERT_TRUE(spec.has_value());
  EXPECT_EQ(spec->log.file, "");
  EXPECT_EQ(spec->log.fd, 5);
}

TEST(ValidateCgroup, Errors) {
  ExpectLines({
      {"cgroup_mem_max: 9223372036854775808",
       {"cgroup_mem_max: is out of range: 9223372036854775808 bytes; the most "
        "is 9223372036854775807"}},
      {"cgroup_mem_max: 9000000 cgroup_mem_memsw_max: 8000000",
       {"cgroup_mem_memsw_max: is less than cgroup_mem_max: it counts memory "
        "and swap together: 8000000 < 9000000"}},
      {"cgroup_mem_swap_max: -2",
       {"cgroup_mem_swap_max: is negative: -2; -1 means not set"}},
      {"cgroup_mem_memsw_max: 8000000 cgroup_mem_swap_max: 0",
       {"cgroup_mem_swap_max: contradicts cgroup_mem_memsw_max (default): set "
        "one of them"}},
      {"cgroup_pids_max: 4194305",
       {"cgroup_pids_max: is out of range: 4194305; the most is 4194304"}},
      {"cgroupv2_mount: ''", {"cgroupv2_mount: is empty"}},
      {"cgroup_mem_parent: '../x'",
       {"cgroup_mem_parent: holds \"..\": \"../x\""}},
      // A place alone limits nothing.
      {"cgroup_mem_mount: '/m' cgroup_pids_parent: 'P' use_cgroupv2: true "
       "cgroup_mem_memsw_max: 0 cgroup_mem_swap_max: -1",
       {}},
  });
  const Spec spec = SpecOf("cgroup_mem_parent: '/a/b/' detect_cgroupv2: true");
  EXPECT_EQ(spec.cgroup.memory_parent, "a/b");
  EXPECT_EQ(spec.cgroup.pids_parent, "NSJAIL");
  EXPECT_EQ(spec.cgroup.pids_mount, "/sys/fs/cgroup/pids");
  EXPECT_EQ(spec.cgroup.version, Cgroup::Version::kDetect);
}

TEST(RefuseUnimplemented, NamesEachField) {
  constexpr char kNotYet[] = ": is not implemented yet; remove it\n";
  EXPECT_EQ(LinesOf("traffic_rule {} user_net {}"),
            absl::StrCat("traffic_rule[0]", kNotYet, "user_net", kNotYet));
}

}  // namespace
}  // namespace jail
