// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "config/validate_test_helper.h"

namespace jail {
namespace {

// Lines of a config that has maps; paths of the test's files become "FILES".
std::string Lines(const std::string& text, const Caller& caller) {
  const Validated v = ValidateText(
      absl::StrCat(text, " exec_bin { path: \"/bin/true\" }"), caller);
  return absl::StrReplaceAll(v.Lines(), {{TestFiles(), "FILES/"}});
}

Spec SpecOf(const std::string& text, const Caller& caller) {
  const Validated v = ValidateText(
      absl::StrCat(text, " exec_bin { path: \"/bin/true\" }"), caller);
  EXPECT_TRUE(v.spec.has_value()) << v.Lines();
  return v.spec.value_or(Spec());
}

constexpr char kOutside0[] =
    " 0 of the host: files of root that the jail shows are open to it; map an "
    "unused id instead\n";

TEST(ValidateIds, EmptyIsTheCaller) {
  const Spec spec = SpecOf("", UserCaller());
  ASSERT_EQ(spec.uid_map.size(), 1u);
  EXPECT_EQ(spec.uid_map[0].inside, 1000u);
  EXPECT_EQ(spec.uid_map[0].outside, 1000u);
  EXPECT_EQ(spec.uid_map[0].count, 1u);
  EXPECT_EQ(Lines("", RootCaller()),
            absl::StrCat("warning: uidmap: the program is user", kOutside0,
                         "warning: gidmap: the program is group", kOutside0));
}

TEST(ValidateIds, NamesNumbersAndRoot) {
  const std::string text =
      "uidmap { inside_id: 'bob' outside_id_if_root: '70000' } "
      "gidmap { inside_id: '7' outside_id_if_root: 'staff' }";
  Spec spec = SpecOf(text, RootCaller());
  EXPECT_EQ(spec.uid_map.at(0).inside, 1001u);
  EXPECT_EQ(spec.uid_map.at(0).outside, 70000u);
  EXPECT_EQ(spec.gid_map.at(0).inside, 7u);
  EXPECT_EQ(spec.gid_map.at(0).outside, 50u);
  spec = SpecOf(text, UserCaller());
  EXPECT_EQ(spec.uid_map.at(0).outside, 1000u);
  EXPECT_EQ(spec.gid_map.at(0).outside, 1000u);
}

struct Case {
  const char* text;
  const char* line;
};

TEST(ValidateIds, ErrorsOfRoot) {
  const std::string gid = " gidmap { outside_id: '65534' }";
  for (const Case& c : std::initializer_list<Case>{
           {"uidmap { outside_id: 'anne' }",
            "uidmap[0].outside_id: no user \"anne\" in FILES/passwd; "
            "did "
            "you mean \"ann\"?"},
           {"uidmap { outside_id: '4294967295' }",
            "uidmap[0].outside_id: is out of range: 4294967295; ids go up to "
            "4294967294"},
           {"uidmap { outside_id: '5' outside_id_if_root: '-1' }",
            "uidmap[0].outside_id_if_root: no user \"-1\" in "
            "FILES/passwd"},
           {"uidmap { outside_id: '5' count: 0 }",
            "uidmap[0].count: is 0; the least is 1"},
           {"uidmap { outside_id: '5' count: 4294967295 }",
            "uidmap[0].count: is too large: the last id would be 4294967299, "
            "and ids go up to 4294967294"},
           {"uidmap { inside_id: '0' outside_id: '5' count: 5 } "
            "uidmap { inside_id: '4' outside_id: '50' }",
            "uidmap[1]: its ids inside overlap those of uidmap[0] (default)"},
           {"uidmap { inside_id: '0' outside_id: '5' count: 5 } "
            "uidmap { inside_id: '5' outside_id: '9' }",
            "uidmap[1]: its ids outside overlap those of uidmap[0] (default)"},
           {"uidmap { outside_id: '0' }",
            "warning: uidmap[0]: the program is user 0 of the host: files of "
            "root that the jail shows are open to it; map an unused id "
            "instead"},
       }) {
    SCOPED_TRACE(c.text);
    EXPECT_EQ(Lines(c.text + gid, RootCaller()), absl::StrCat(c.line, "\n"));
  }
}

TEST(ValidateIds, MapsThatTheKernelWouldNotTake) {
  const std::string gid = " gidmap { outside_id: '65534' }";
  std::string many, wide;
  for (int i = 0; i < 341; ++i) {
    absl::StrAppend(&many, "uidmap { inside_id: '", i, "' outside_id: '", 5 + i,
                    "' }");
  }
  for (int i = 0; i < 200; ++i) {
    absl::StrAppend(&wide, "uidmap { inside_id: '", 1000000000 + i,
                    "' outside_id: '", 2000000000 + i, "' }");
  }
  EXPECT_EQ(Lines(many + gid, RootCaller()),
            "uidmap: has 341 entries; the kernel takes at most 340\n");
  EXPECT_EQ(Lines(wide + gid, RootCaller()),
            "uidmap: is 4800 bytes long as a map; the kernel takes at most "
            "4095\n");
}

TEST(ValidateIds, UnreadableFile) {
  Caller caller = RootCaller();
  caller.passwd_file = "/nonexistent/passwd";
  EXPECT_EQ(
      Lines("uidmap { outside_id: 'ann' } gidmap { outside_id: '5' }", caller),
      "uidmap[0].outside_id: cannot look up user \"ann\": open "
      "/nonexistent/passwd: ENOENT (No such file or directory)\n");
}

TEST(ValidateIds, UserMapsOnlyHimself) {
  EXPECT_EQ(Lines("uidmap { outside_id: '65534' }", UserCaller()),
            "uidmap[0]: maps user 65534, and without root only your own id, "
            "1000, can be mapped: leave outside_id empty, or set use_newidmap, "
            "or run as root\n");
  EXPECT_EQ(Lines("uidmap { inside_id: '0' count: 3 }", UserCaller()),
            "uidmap[0]: maps user 1000 to 1002, and without root only your own "
            "id, 1000, can be mapped: leave outside_id empty, or set "
            "use_newidmap, or run as root\n");
  EXPECT_EQ(Lines("gidmap { inside_id: '0' } gidmap { inside_id: '1' "
                  "outside_id: '5' }",
                  UserCaller()),
            "gidmap[1]: maps group 5, and without root only your own id, 1000, "
            "can be mapped: leave outside_id empty, or set use_newidmap, or "
            "run as root\n");
}

TEST(ValidateIds, SubordinateRanges) {
  const Spec spec = SpecOf(
      "uidmap { inside_id: '0' } "
      "uidmap { inside_id: '1' outside_id: '100000' count: 65536 "
      "         use_newidmap: true } "
      "uidmap { inside_id: '70000' outside_id: '300005' count: 5 "
      "         use_newidmap: true }",
      UserCaller());
  ASSERT_EQ(spec.uid_map.size(), 3u);
  // One helper writes the whole map.
  for (const IdMapping& mapping : spec.uid_map) EXPECT_TRUE(mapping.by_helper);
  EXPECT_FALSE(spec.gid_map.at(0).by_helper);

  EXPECT_EQ(Lines("uidmap { inside_id: '1' outside_id: '200000' count: 10 "
                  "use_newidmap: true }",
                  UserCaller()),
            "uidmap[0]: newuidmap may not map 200000 to 200009: FILES/subuid "
            "does not grant them to ann: hint: as root, add the line "
            "\"ann:200000:10\" to FILES/subuid\n");
  Caller nameless = UserCaller();
  nameless.uid = 4000;
  nameless.subgid_file = "/nonexistent/subgid";
  EXPECT_EQ(Lines("gidmap { inside_id: '1' outside_id: '100000' "
                  "use_newidmap: true }",
                  nameless),
            "gidmap[0]: newgidmap may not map 100000: /nonexistent/subgid does "
            "not grant it to 4000: hint: as root, add the line "
            "\"4000:100000:1\" to /nonexistent/subgid\n");
  // Root writes maps without the helper.
  EXPECT_FALSE(SpecOf("uidmap { outside_id: '900000' use_newidmap: true } "
                      "gidmap { outside_id: '5' }",
                      RootCaller())
                   .uid_map.at(0)
                   .by_helper);
}

TEST(ValidateIds, CallerInAUserNamespace) {
  Caller caller = RootCaller();  // as `unshare -r` makes one
  caller.uids = caller.gids = {{0, 1}};
  const std::string text =
      "uidmap { inside_id: '65534' outside_id_if_root: '65534' } "
      "gidmap { inside_id: '65534' outside_id_if_root: '65534' }";
  EXPECT_EQ(Lines(text, caller),
            "warning: uidmap[0]: the program is user 0 of your user namespace: "
            "files of root that the jail shows are open to it; map an unused "
            "id instead\n"
            "warning: gidmap[0]: the program is group 0 of your user "
            "namespace: files of root that the jail shows are open to it; map "
            "an unused id instead\n");
  EXPECT_EQ(Lines("uidmap { outside_id: '65534' } "
                  "gidmap { outside_id: '0' count: 2 }",
                  caller),
            "uidmap[0]: maps user 65534, and your own user namespace has no "
            "such id (see /proc/self/uid_map)\n"
            "gidmap[0]: maps group 0 to 1, and your own user namespace has no "
            "such id (see /proc/self/gid_map)\n"
            "warning: gidmap[0]: the program is group 0 of your user "
            "namespace: files of root that the jail shows are open to it; map "
            "an unused id instead\n");
  caller.uids = caller.gids = {{0, 100}, {65534, 1}};
  EXPECT_EQ(Lines(text, caller), "");
}

TEST(ValidateIds, WithoutUserNamespace) {
  const std::string weak =
      "warning: clone_newuser: is false: ids are the host's, and nothing but a "
      "seccomp filter denies the program user namespaces of its own\n";
  EXPECT_EQ(Lines("clone_newuser: false uidmap { inside_id: '5' count: 2 } "
                  "uidmap { inside_id: '9' outside_id: '9' } "
                  "gidmap { inside_id: '5' }",
                  RootCaller()),
            absl::StrCat(
                weak,
                "uidmap[0]: count must be 1 when clone_newuser is false: "
                "nothing is mapped, the program runs with inside_id\n"
                "uidmap[1]: only one uidmap makes sense when clone_newuser is "
                "false\n"));
  EXPECT_EQ(
      Lines("clone_newuser: false gidmap { inside_id: '5' }", RootCaller()),
      absl::StrCat(weak, "warning: uidmap: the program is user", kOutside0));
  EXPECT_EQ(Lines("clone_newuser: false", UserCaller()),
            "clone_newuser: false needs root: the other namespaces cannot be "
            "made by a user without it\n");
  const std::string none =
      "clone_newuser: false clone_newns: false clone_newpid: false "
      "clone_newnet: false clone_newipc: false clone_newuts: false "
      "clone_newcgroup: false ";
  EXPECT_EQ(Lines(none, UserCaller()), weak);
  EXPECT_EQ(Lines(none + "chroot_dir: '/srv' is_root_rw: true", UserCaller()),
            "clone_newuser: false needs root: a user may change the root in a "
            "user namespace only\n");
}

}  // namespace
}  // namespace jail
