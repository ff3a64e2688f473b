// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "tools/jailctl/view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "config/validate_test_helper.h"

namespace jail::jailctl {
namespace {

using testing::HasSubstr;
using testing::Not;

// The configuration that has nothing weak but what nobody can have yet.
const char* const kStrong[] = {
    "uidmap { inside_id: \"65534\" outside_id: \"65534\" }",
    "gidmap { inside_id: \"65534\" outside_id: \"65534\" }",
    "time_limit: 5",
    "rlimit_cpu: 5",
    "rlimit_as: 512",
    "rlimit_fsize: 8",
    "rlimit_nofile: 64",
    "rlimit_nproc: 16",
    "rlimit_nproc_type: VALUE",
    "nice_level: 5",
    "exec_bin { path: \"/bin/true\" }",
};

// It, with the fields of `more` instead of its own.
std::string StrongBut(const std::string& more) {
  std::string text = more + "\n";
  for (const std::string line : kStrong) {
    const std::string field = line.substr(0, line.find_first_of(" :"));
    if (more.rfind(field + ":", 0) != 0) text += line + "\n";
  }
  return text;
}

View ViewOf(const std::string& text) {
  Validated validated = ValidateText(text);
  EXPECT_TRUE(validated.spec.has_value()) << validated.Lines();
  return validated.spec ? MakeView(*validated.spec) : View();
}

// "severe: ...", one a line.
std::string WeakLines(const std::string& more) {
  std::string lines;
  for (const Weakness& weakness : ViewOf(StrongBut(more)).weaknesses) {
    lines += SeverityName(weakness.severity) + ": " + weakness.what + "\n";
  }
  return lines;
}

TEST(Weakness, FewOfAStrongConfig) {
  EXPECT_EQ(WeakLines(""),
            "medium: Memory is limited for each process alone (rlimit_as): "
            "many processes together can take all of the machine's\n");
}

struct Case {
  const char* config;
  const char* line;
};

class WeaknessOf : public testing::TestWithParam<Case> {};

TEST_P(WeaknessOf, IsFound) {
  EXPECT_THAT(WeakLines(""), Not(HasSubstr(GetParam().line)));
  EXPECT_THAT(WeakLines(GetParam().config), HasSubstr(GetParam().line));
}

INSTANTIATE_TEST_SUITE_P(
    All, WeaknessOf,
    testing::Values(
        Case{"clone_newnet: false", "high: The host's network"},
        Case{"clone_newpid: false", "high: No pid namespace"},
        Case{"clone_newns: false", "severe: No mount namespace"},
        Case{"clone_newipc: false", "medium: The host's System V IPC"},
        Case{"clone_newuts: false", "low: No uts namespace"},
        Case{"clone_newcgroup: false", "low: No cgroup namespace"},
        Case{"keep_caps: true", "high: All capabilities over the jail's own"},
        Case{"cap: \"CAP_NET_RAW\"",
             "medium: Capabilities are kept: CAP_NET_RAW"},
        Case{"disable_no_new_privs: true", "high: no_new_privs is off"},
        Case{"seccomp_default: NONE",
             "medium: No filter: the program may make every system call, and a "
             "fault of the kernel behind any of them is a way out"},
        Case{"skip_setsid: true",
             "high: The program stays in the caller's "
             "session"},
        Case{"pass_fd: 5", "medium: Descriptor 5 is the caller's"},
        Case{"allow_nested_userns: true",
             "medium: The program can make user namespaces"},
        Case{"mount { src: \"/srv/x\" dst: \"/x\" is_bind: true rw: true }",
             "high: The host's /srv/x (/x inside) can be written: files there "
             "outlive the jail"},
        Case{"mount { src: \"/etc\" dst: \"/etc\" is_bind: true rw: true }",
             "severe: The host's /etc can be written: the system itself"},
        Case{"mount { src: \"/run/docker.sock\" dst: \"/d\" is_bind: true }",
             "high: The host's /run/docker.sock (/d inside) may hold sockets"},
        Case{"mount { src: \"/\" dst: \"/host\" is_bind: true }",
             "medium: The host's / (/host inside) may hold secrets"},
        Case{"mount { dst: \"/t\" fstype: \"tmpfs\" rw: true }",
             "medium: The tmpfs at /t has no size"},
        Case{"mount_proc: true", "low: The procfs at /proc shows the machine"},
        Case{"no_pivotroot: true", "high: The old root stays mounted"},
        Case{"chroot_dir: \"/srv/root\" is_root_rw: true",
             "high: The root is the host's /srv/root, and can be written"},
        Case{"rlimit_as_type: INF", "medium: No memory limit"},
        Case{"rlimit_data: 64", "process alone (rlimit_data)"},
        Case{"rlimit_nproc_type: SOFT",
             "medium: The number of processes is the caller's limit"},
        Case{"time_limit: 0", "medium: No limit of wall time"},
        Case{"time_limit: 86400", "low: The program may run for 86400 s"},
        Case{"disable_rl: true",
             "medium: Resource limits are the caller's "
             "own"},
        Case{"rlimit_fsize_type: INF", "low: rlimit_fsize is infinite"}));

TEST(Weakness, OfTheHostsRoot) {
  std::string lines;
  for (const Weakness& weakness :
       ViewOf("uidmap { inside_id: \"0\" outside_id: \"0\" }"
              "exec_bin { path: \"/bin/true\" }")
           .weaknesses) {
    lines += SeverityName(weakness.severity) + ": " + weakness.what + "\n";
  }
  EXPECT_THAT(lines, HasSubstr("high: The host's root is uid 0 inside"));
}

TEST(Weakness, NotesTheDefaultsThatSurprise) {
  const View view = ViewOf("exec_bin { path: \"/bin/true\" }");
  std::string notes;
  for (const Weakness& weakness : view.weaknesses) {
    if (weakness.severity == Severity::kNote) notes += weakness.what + "\n";
  }
  EXPECT_EQ(notes,
            "By default the program is killed after 600 s of wall time\n"
            "By default no file may grow beyond 1 MiB (SIGXFSZ)\n"
            "By default a process has at most 32 open files\n"
            "By default a process has at most 4096 MiB of address space: Go, "
            "Java and node may not start\n"
            "By default a process has at most 600 s of CPU time\n"
            "By default the program runs at the lowest priority (nice 19)\n");
}

TEST(Weakness, WorstFirst) {
  const View view = ViewOf(
      "clone_newuts: false clone_newnet: false clone_newns: false "
      "exec_bin { path: \"/bin/true\" }");
  ASSERT_FALSE(view.weaknesses.empty());
  EXPECT_EQ(view.weaknesses.front().severity, Severity::kSevere);
  for (size_t i = 1; i < view.weaknesses.size(); i++) {
    EXPECT_GE(view.weaknesses[i - 1].severity, view.weaknesses[i].severity);
  }
}

TEST(View, TextNeverHoldsControlCharacters) {
  const View view = ViewOf(
      "name: \"a\\033[31m\" envar: \"X=\\033]0;title\\007\" "
      "exec_bin { path: \"/bin/true\" arg: \"\\r\\033[2J\" }");
  const std::string text = ViewText(view, Painter(false));
  for (char c : text) EXPECT_TRUE(c == '\n' || (c >= 0x20 && c != 0x7f));
}

TEST(View, JsonHasEachTopic) {
  const View view = ViewOf(StrongBut(""));
  const auto json = nlohmann::json::parse(ViewJson(view));
  for (const Topic& topic : view.topics) {
    EXPECT_TRUE(json[topic.id].is_array()) << topic.id;
    EXPECT_EQ(json[topic.id].size(), topic.rows.size()) << topic.id;
  }
  EXPECT_EQ(json["weaknesses"].size(), view.weaknesses.size());
}

TEST(Style, WrapsAtSpacesAndIndents) {
  EXPECT_EQ(Wrap("one two three", 2, 9), "one two\n  three");
  EXPECT_EQ(Wrap("unbreakablylong", 2, 6), "unbreakablylong");
}

}  // namespace
}  // namespace jail::jailctl
