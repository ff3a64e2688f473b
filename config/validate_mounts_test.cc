// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "config/validate_test_helper.h"

namespace jail {
namespace {

using ::testing::ElementsAre;

// Appends what every config needs, and hands back the Spec.
Spec SpecOf(const std::string& text, const Caller& caller = RootCaller()) {
  const Validated v = ValidateText(
      absl::StrCat(text, " exec_bin { path: \"/bin/true\" }"), caller);
  EXPECT_TRUE(v.spec.has_value()) << v.Lines();
  return v.spec.value_or(Spec());
}

TEST(ValidateMounts, OneKindEach) {
  ExpectLines({
      {R"(mount { dst: "/a" })",
       {"mount[0]: says nothing to mount: set one of is_bind, fstype, "
        "src_content, is_symlink and overlay"}},
      {R"(mount { src: "/a" dst: "/a" })",
       {"mount[0]: does not say what to do with src: set is_bind, fstype or "
        "is_symlink"}},
      {R"(mount { dst: "/a" is_bind: true fstype: "tmpfs" })",
       {"mount[0].fstype: contradicts is_bind: a mount is one thing"}},
      {R"(mount { src: "/a" dst: "/a" is_bind: true fstype: "tmpfs" })",
       {"warning: mount[0].fstype: is not used: is_bind binds src"}},
      {R"(mount { src: "/a" dst: "/a" is_bind: true is_symlink: true })",
       {"warning: mount[0].is_bind: is not used: is_symlink makes a symbolic "
        "link"}},
      {R"(mount { src_content: "a" dst: "/a" is_bind: true })", {}},
      {R"(mount { dst: "/a" src_content: "x" is_symlink: true })",
       {"mount[0].is_symlink: contradicts src_content: a mount is one thing"}},
      {R"(mount { dst: "/a" fstype: "tmpfs" overlay { lower: "/l" } })",
       {"mount[0].overlay: contradicts fstype: a mount is one thing"}},
      {R"(mount { dst: "/a" src: "/b" src_content: "x" })",
       {"mount[0].src: contradicts src_content"}},
      {R"(mount { dst: "/a" src: "/b" overlay { lower: "/l" } })",
       {"mount[0].src: contradicts overlay"}},
  });
}

TEST(ValidateMounts, Targets) {
  const std::string long_name(256, 'n');
  ExpectLines({
      {R"(mount { dst: "" src: "/a" is_bind: true })",
       {"mount[0].dst: is empty"}},
      {R"(mount { dst: "/a/../etc" src: "/a" is_bind: true })",
       {"mount[0].dst: holds \"..\": \"/a/../etc\""}},
      {R"(mount { dst: "/a\000b" src: "/a" is_bind: true })",
       {"mount[0].dst: holds a NUL byte: \"/a\\x00b\""}},
      {absl::StrCat("mount { fstype: 'tmpfs' dst: '/", long_name, "' }"),
       {"mount[0].dst: has a name of 256 bytes in it; the most is 255"}},
      {R"(mount { prefix_dst_env: "NOPE" dst: "/a" fstype: "tmpfs" })",
       {"mount[0].prefix_dst_env: no variable \"NOPE\" in your environment"}},
      {R"(mount { dst: "/a" fstype: "tmpfs" } mount { dst: "/b" fstype: "tmpfs" }
          mount { dst: "a/" fstype: "tmpfs" })",
       {"warning: mount[0]: is hidden: mount[2] (default) is mounted later on "
        "the same place, /a"}},
      {R"(mount { dst: "/a" fstype: "tmpfs" }
          mount { dst: "/a" src: "b" is_symlink: true })",
       {"mount[1]: stands at /a where mount[0] (default) stands already"}},
      {R"(mount { dst: "/a" src: "b" is_symlink: true }
          mount { dst: "/a" fstype: "tmpfs" })",
       {"mount[1]: stands at /a where mount[0] (default) stands already"}},
      {R"(mount { dst: "/a/b" fstype: "tmpfs" } mount { dst: "/ab" fstype: "tmpfs" }
          mount { dst: "/a" fstype: "tmpfs" })",
       {"warning: mount[0]: is hidden: mount[2] (default) is mounted later on "
        "/a; put that one first"}},
      {R"(mount { dst: "/proc" fstype: "tmpfs" } mount_proc: true)",
       {"warning: mount[0]: is hidden: mount_proc (default) is mounted later "
        "on the same place, /proc"}},
      {R"(dev_preset: true mount { dst: "/dev" fstype: "tmpfs" })",
       {"mount[0]: stands at /dev where dev_preset (default) stands already"}},
  });
  std::string deep;
  for (int i = 0; i < 20; ++i)
    absl::StrAppend(&deep, "/", std::string(250, 'd'));
  ExpectLines({{absl::StrCat("mount { fstype: 'tmpfs' dst: '", deep, "' }"),
                {"mount[0].dst: is 5020 bytes long; the most is 4095"}}});
}

TEST(ValidateMounts, Binds) {
  ExpectLines({
      {R"(mount { dst: "/a" is_bind: true })",
       {"mount[0].src: is missing: which path of the host is to be bound?"}},
      {R"(mount { src: "/a\000" dst: "/a" is_bind: true })",
       {"mount[0].src: holds a NUL byte: \"/a\\x00\""}},
      {R"(mount { src: "/a" dst: "/a" is_bind: true prefix_src_env: "NOPE" })",
       {"mount[0].prefix_src_env: no variable \"NOPE\" in your environment"}},
      {R"(mount { src: "/a" dst: "/a" is_bind: true options: "size=4m" })",
       {"mount[0].options: take no \"size\" here: only a file system with "
        "fstype has options of its own"}},
  });
  const Spec spec = SpecOf(R"(
    mount { src: "//a/./b/" dst: "a//b/." is_bind: true }
    mount { src: "sub/../x" dst: "/x" is_bind: true options: "rbind,noexec" }
    mount { src: "/in" prefix_src_env: "WORK" dst: "out" prefix_dst_env: "WORK"
            is_bind: true is_dir: true options: "rw,nosymfollow" })");
  ASSERT_EQ(spec.mounts.size(), 3u);
  EXPECT_EQ(spec.mounts[0].target, "/a/b");
  EXPECT_EQ(std::get<BindMount>(spec.mounts[0].what).source, "/a/b");
  EXPECT_FALSE(spec.mounts[0].is_dir.has_value());
  // Only the kernel knows where ".." leads.
  EXPECT_EQ(std::get<BindMount>(spec.mounts[1].what).source, "/work/sub/../x");
  EXPECT_TRUE(spec.mounts[1].flags.noexec);
  EXPECT_TRUE(spec.mounts[1].flags.read_only);
  EXPECT_EQ(std::get<BindMount>(spec.mounts[2].what).source, "/srv/work/in");
  EXPECT_EQ(spec.mounts[2].target, "/srv/workout");
  EXPECT_EQ(spec.mounts[2].is_dir, true);
  EXPECT_FALSE(spec.mounts[2].flags.read_only);
  EXPECT_TRUE(spec.mounts[2].flags.nosymfollow);
}

TEST(ValidateMounts, PathsAreBytes) {
  const Spec spec =
      SpecOf(R"(mount { src_content: "\377\376" dst: "/caf\303\251" })");
  ASSERT_EQ(spec.mounts.size(), 1u);
  EXPECT_EQ(spec.mounts[0].target, "/caf\303\251");
  EXPECT_EQ(std::get<ContentFile>(spec.mounts[0].what).content, "\377\376");
}

TEST(ValidateMounts, Options) {
  ExpectLines({
      {R"(mount { dst: "/a" fstype: "tmpfs" rw: true options: "ro" })",
       {"mount[0].options: contradict rw: true"}},
      {R"(mount { dst: "/a" fstype: "tmpfs" noexec: true options: "exec" })",
       {"mount[0].options: contradict noexec: true"}},
      {R"(mount { dst: "/a" fstype: "tmpfs" options: "ro,rw" })",
       {"mount[0].options: contradicts itself at \"rw\""}},
      {R"(mount { dst: "/a" fstype: "tmpfs" options: "shared" })",
       {"mount[0].options: cannot hold \"shared\": every mount of a jail is "
        "private"}},
      {R"(mount { dst: "/a" fstype: "tmpfs" options: "noatime" })",
       {"warning: mount[0].options: leave out \"noatime\": access times are "
        "relatime here"}},
      {R"(mount { dst: "/a" fstype: "tmpfs" options: "=1" })",
       {"mount[0].options: has an option without a name: \"=1\""}},
      {R"(mount { dst: "/a" fstype: "tmpfs" options: "a\000b" })",
       {"mount[0].options: holds a NUL byte: \"a\\x00b\""}},
      {absl::StrCat("mount { dst: '/a' fstype: 'tmpfs' options: 'k=",
                    std::string(256, 'v'), "' }"),
       {"mount[0].options: has an option of 258 bytes; the kernel takes names "
        "and values of at most 255 bytes"}},
  });
  const Spec spec = SpecOf(
      R"(mount { src: "none" dst: "/a" fstype: "tmpfs"
                 options: "rw,,nosuid,size=4m,k=a\\,b,x=\\y,relatime,flag" })");
  const auto& made = std::get<FilesystemMount>(spec.mounts.at(0).what);
  EXPECT_EQ(made.source, "none");
  std::vector<std::string> options;
  for (const MountOption& option : made.options) {
    options.push_back(
        absl::StrCat(option.key, "=", option.value.value_or("-")));
  }
  EXPECT_THAT(options, ElementsAre("size=4m", "k=a,b", "x=\\y", "flag=-"));
  EXPECT_FALSE(spec.mounts[0].flags.read_only);
  EXPECT_TRUE(spec.mounts[0].flags.nosuid);
}

TEST(ValidateMounts, FileSystems) {
  ExpectLines({
      {R"(mount { dst: "/a" fstype: "tmpfs" is_dir: false })",
       {"mount[0].is_dir: cannot be false: a file system is a directory"}},
      {R"(mount { dst: "/a" fstype: "tm\000pfs" })",
       {"mount[0].fstype: holds a NUL byte: \"tm\\x00pfs\""}},
      {R"(mount { dst: "/a" src: "a\000b" fstype: "tmpfs" })",
       {"mount[0].src: holds a NUL byte: \"a\\x00b\""}},
      {absl::StrCat("mount { dst: '/a' fstype: 'ext4' src: '",
                    std::string(300, 's'), "' }"),
       {"mount[0].src: is 300 bytes long; the kernel takes at most 255"}},
      {R"(mount { dst: "/a" fstype: "tmpfs" mandatory: false })",
       {"warning: mount[0].mandatory: has an effect on binds only"}},
  });
}

TEST(ValidateMounts, ContentSymlinkOverlay) {
  ExpectLines({
      {R"(mount { dst: "/a" src_content: "x" is_dir: true })",
       {"mount[0].is_dir: cannot be true: src_content is no directory"}},
      {R"(mount { dst: "/a" src: "b" is_symlink: true is_dir: true })",
       {"mount[0].is_dir: cannot be true: a symbolic link is no directory"}},
      {R"(mount { dst: "/a" is_symlink: true })",
       {"mount[0].src: is missing: where is the symbolic link to point?"}},
      {R"(mount { dst: "/a" is_symlink: true src: "x\000" })",
       {"mount[0].src: holds a NUL byte: \"x\\x00\""}},
      {absl::StrCat("mount { dst: '/a' is_symlink: true src: '",
                    std::string(4096, 's'), "' }"),
       {"mount[0].src: is 4096 bytes long; the most is 4095"}},
      {R"(mount { dst: "/a" overlay {} })",
       {"mount[0].overlay.lower: is missing: an overlay has one layer at "
        "least"}},
      {R"(mount { dst: "/a" overlay { lower: "/x" lower: "" } })",
       {"mount[0].overlay.lower[1]: is empty"}},
      {R"(mount { dst: "/a" overlay { lower: "/x" } is_dir: false })",
       {"mount[0].is_dir: cannot be false: an overlay is a directory"}},
      {R"(mount { dst: "/a" rw: true overlay { lower: "/x" } })",
       {"mount[0].rw: contradicts overlay.upper_tmpfs_bytes: 0: nothing would "
        "take the writes"}},
      {R"(mount { dst: "/a" rw: false
                  overlay { lower: "/x" upper_tmpfs_bytes: 9 } })",
       {"mount[0].rw: contradicts overlay.upper_tmpfs_bytes: it is for "
        "writes"}},
  });
  const Spec spec = SpecOf(R"(
    mount { dst: "/empty" src_content: "" }
    mount { dst: "/bin" src: "usr/bin/../bin" is_symlink: true }
    mount { dst: "/o" overlay { lower: "/x" lower: "y" upper_tmpfs_bytes: 9 } })");
  EXPECT_EQ(std::get<ContentFile>(spec.mounts.at(0).what).content, "");
  EXPECT_EQ(std::get<Symlink>(spec.mounts.at(1).what).target, "usr/bin/../bin");
  const auto& overlay = std::get<OverlayMount>(spec.mounts.at(2).what);
  EXPECT_THAT(overlay.lower, ElementsAre("/x", "/work/y"));
  EXPECT_EQ(overlay.upper_tmpfs.value, 9u);
  EXPECT_FALSE(spec.mounts[2].flags.read_only);
}

TEST(ValidateMounts, Proc) {
  ExpectLines({
      {R"(mount_proc: true proc_path: "/a/../b")",
       {"proc_path: holds \"..\": \"/a/../b\""}},
      {R"(mount_proc: true proc_path: "/")",
       {"proc_path: cannot be the jail's root"}},
      {"is_proc_rw: true",
       {"warning: is_proc_rw: has no effect: no procfs is mounted"}},
      {"proc: BIND is_proc_rw: true",
       {"is_proc_rw: cannot be true with proc: BIND: the host's /proc is bound "
        "read-only"}},
      {"proc: SUBSET_PID clone_newpid: false",
       {"proc: needs clone_newpid: a new procfs shows the processes of the "
        "jail's own pid namespace; take proc: BIND (the host's) or proc: "
        "NONE"}},
      {R"(mount { dst: "/proc" fstype: "proc" } clone_newpid: false)",
       {"mount[0].fstype: needs clone_newpid: a new procfs shows the processes "
        "of the jail's own pid namespace; take proc: BIND (the host's) or "
        "proc: NONE"}},
      {"proc: BIND clone_newpid: false", {}},
  });
  EXPECT_TRUE(SpecOf("mount_proc: true proc: NONE").mounts.empty());
  const Spec spec = SpecOf(R"(
    mount_proc: true proc_path: "p" is_proc_rw: true
    mount { dst: "/proc" fstype: "proc" options: "subset=pid,hidepid=2" })");
  ASSERT_EQ(spec.mounts.size(), 2u);
  const auto& first = std::get<ProcMount>(spec.mounts[0].what);
  EXPECT_EQ(first.kind, ProcKind::kSubsetPid);
  ASSERT_EQ(first.options.size(), 1u);
  EXPECT_EQ(first.options[0].key, "hidepid");
  EXPECT_EQ(spec.mounts[1].target, "/p");
  EXPECT_EQ(std::get<ProcMount>(spec.mounts[1].what).kind, ProcKind::kFresh);
  EXPECT_FALSE(spec.mounts[1].flags.read_only);
}

TEST(ValidateMounts, Root) {
  Spec spec = SpecOf(R"(mount { src: "/" dst: "/" is_bind: true }
                        mount { dst: "/tmp" fstype: "tmpfs" rw: true })");
  EXPECT_EQ(spec.root.directory, "/");
  EXPECT_FALSE(spec.root.writable);
  ASSERT_EQ(spec.mounts.size(), 2u);
  EXPECT_EQ(spec.mounts[0].target, "/");
  EXPECT_EQ(spec.mounts[1].target, "/tmp");

  spec = SpecOf(R"(dev_preset: true is_root_rw: true
                   mount { dst: "/" fstype: "tmpfs" options: "size=1m" })");
  EXPECT_EQ(spec.root.directory, "");
  EXPECT_TRUE(spec.root.writable);
  ASSERT_EQ(spec.mounts.size(), 2u);
  EXPECT_EQ(spec.mounts[0].target, "/");
  EXPECT_FALSE(spec.mounts[0].flags.read_only);
  EXPECT_EQ(spec.mounts[1].target, "/dev");

  spec = SpecOf(R"(chroot_dir: "tree/" is_root_rw: true no_pivotroot: true)");
  EXPECT_EQ(spec.root.directory, "/work/tree");
  EXPECT_TRUE(spec.root.writable);
  EXPECT_FALSE(spec.root.pivot);

  ExpectLines({
      {R"(chroot_dir: "/a\000")",
       {"chroot_dir: holds a NUL byte: \"/a\\x00\""}},
      {R"(chroot_dir: "/r" mount { src: "/" dst: "/" is_bind: true })",
       {"mount[0]: stands at / where chroot_dir (default) stands already"}},
      {R"(mount { src: "/" dst: "/" is_bind: true }
          mount { dst: "/" fstype: "tmpfs" })",
       {"mount[1]: stands at / where mount[0] (default) stands already"}},
      {R"(mount { src: "/" dst: "/" is_bind: true mandatory: false })",
       {"mount[0].mandatory: cannot be false at /: a jail has a root"}},
      {R"(mount { dst: "/" fstype: "proc" })",
       {"mount[0]: only a bind, a file system or an overlay can stand at /"}},
      {R"(mount { dst: "/a" fstype: "tmpfs" }
          mount { src: "/" dst: "/" is_bind: true })",
       {"warning: mount[1]: becomes the jail's root, and hides none of the "
        "mounts before it"}},
  });
}

TEST(ValidateMounts, ChrootOfTheCommandLineWins) {
  ParsedConfig config;
  config.proto.set_chroot_dir("/r");
  config.sources.Set("chroot_dir", {"chroot_dir", "command line"});
  config::MountPt& mount = *config.proto.add_mount();
  mount.set_src("/other");
  mount.set_dst("/");
  mount.set_is_bind(true);
  config.sources.Set("mount[0]", {"mount[0]", "a.cfg", 7, 3});
  config.proto.add_uidmap()->set_outside_id("5");
  config.proto.add_gidmap()->set_outside_id("5");
  config.proto.mutable_exec_bin()->set_path("/x");
  Validated v;
  v.spec = Validate(config, RootCaller(), v.diagnostics);
  EXPECT_EQ(v.Lines(),
            "a.cfg:7:3: warning: mount[0]: is left out: --chroot gives the "
            "jail's root\n");
  ASSERT_TRUE(v.spec.has_value());
  EXPECT_EQ(v.spec->root.directory, "/r");
  EXPECT_TRUE(v.spec->mounts.empty());
}

TEST(ValidateMounts, NeedMountNamespace) {
  ExpectLines({
      {R"(clone_newns: false mount { dst: "/a" fstype: "tmpfs" }
          dev_preset: true)",
       {"dev_preset: needs clone_newns: it would change the file system of the "
        "whole machine",
        "mount[0]: needs clone_newns: it would change the file system of the "
        "whole machine"}},
      {"clone_newns: false mount_proc: true",
       {"warning: mount_proc: is left out: clone_newns is false"}},
  });
  ExpectLines({{R"(clone_newns: false chroot_dir: "/r")",
                {"chroot_dir: cannot be read-only without clone_newns: set "
                 "is_root_rw (--rw), or clone_newns"}}});
  Spec spec = SpecOf(R"(clone_newns: false cwd: "/anywhere")");
  EXPECT_EQ(spec.root.directory, "");
  EXPECT_FALSE(spec.root.pivot);
  EXPECT_EQ(spec.process.cwd, "/anywhere");
  spec = SpecOf(R"(clone_newns: false chroot_dir: "/r" is_root_rw: true)");
  EXPECT_EQ(spec.root.directory, "/r");
}

TEST(ValidateMounts, Cwd) {
  ExpectLines({
      {R"(cwd: "/a/..")", {"cwd: holds \"..\": \"/a/..\""}},
      {R"(cwd: "/hom" mount { dst: "/home" fstype: "tmpfs" })",
       {"cwd: is not in the jail: no mount makes /hom; did you mean "
        "\"/home\"?"}},
      {R"(cwd: "/tmp/x" mount { dst: "/tmp" fstype: "tmpfs" })",
       {"cwd: is not in the jail: no mount makes /tmp/x"}},
      // Can be there.
      {R"(cwd: "/tmp/x" mount { dst: "/tmp" fstype: "tmpfs" }
          mount { dst: "/tmp/x/y" fstype: "tmpfs" })",
       {}},
      {R"(cwd: "/usr/lib" mount { src: "/usr" dst: "/usr" is_bind: true })",
       {}},
      {R"(cwd: "/anything" chroot_dir: "/r")", {}},
      {R"(cwd: "home" mount { dst: "/home" fstype: "tmpfs" })", {}},
      // A wrong mount draws no second error.
      {R"(cwd: "/home" mount { dst: "/home" })",
       {"mount[0]: says nothing to mount: set one of is_bind, fstype, "
        "src_content, is_symlink and overlay"}},
  });
}

}  // namespace
}  // namespace jail
