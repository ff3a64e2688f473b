// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// The thread that "waits" is the test's own: its memory is read as another's.
#include "jail/parent/access_recorder.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/audit.h>
#include <linux/net.h>
#include <linux/openat2.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "jail/sys/fd.h"

namespace jail {
namespace {

using testing::ElementsAre;

template <typename T>
std::string Bytes(const T& value, size_t size = sizeof(T)) {
  return {reinterpret_cast<const char*>(&value), size};
}

std::string Unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  return Bytes(address, offsetof(sockaddr_un, sun_path) + path.size());
}

TEST(AddressText, OfEachFamily) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(80);
  v4.sin_addr.s_addr = htonl(0xc0000201);
  EXPECT_EQ(AddressText(Bytes(v4)), "192.0.2.1:80");
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(443);
  v6.sin6_addr = in6addr_loopback;
  EXPECT_EQ(AddressText(Bytes(v6)), "[::1]:443");
  EXPECT_EQ(AddressText(Unix("/run/x")), "unix:/run/x");
  EXPECT_EQ(AddressText(Unix(std::string("/run/x\0rest", 11))), "unix:/run/x");
  EXPECT_EQ(AddressText(Unix(std::string("\0ab\0c", 5))),
            std::string("unix:@ab\0c", 10));
  EXPECT_EQ(AddressText(Unix("")), "unix:");
  const sa_family_t netlink = AF_NETLINK, odd = 99;
  EXPECT_EQ(AddressText(Bytes(netlink)), "AF_NETLINK");
  EXPECT_EQ(AddressText(Bytes(odd)), "family 99");
}

// What is shorter than its family says is no reason to read beyond it.
TEST(AddressText, OfTooFewBytes) {
  EXPECT_EQ(AddressText(""), "");
  EXPECT_EQ(AddressText("x"), "");
  const sa_family_t v4 = AF_INET, v6 = AF_INET6, local = AF_UNIX;
  EXPECT_EQ(AddressText(Bytes(v4)), "0.0.0.0:0");
  EXPECT_EQ(AddressText(Bytes(v6)), "[::]:0");
  EXPECT_EQ(AddressText(Bytes(local)), "unix:");
}

template <typename T>
uint64_t Argument(T* pointer) {
  return reinterpret_cast<uint64_t>(pointer);
}

constexpr uint32_t k64Bit = __AUDIT_ARCH_64BIT;

// "path", "path|flags"; or "unreadable".
std::vector<std::string> Look(const char* syscall, std::vector<uint64_t> args,
                              uint32_t arch = k64Bit) {
  seccomp_notif call{};
  call.data.arch = arch;
  call.pid = static_cast<uint32_t>(gettid());
  std::copy(args.begin(), args.end(), call.data.args);
  const auto accesses = LookAtAccess(call, *FindRecordedCall(syscall));
  if (!accesses) return {"unreadable"};
  std::vector<std::string> texts;
  for (const Access& access : *accesses) {
    texts.push_back(access.what);
    if (access.flags) absl::StrAppend(&texts.back(), "|", *access.flags);
    if (access.cut) texts.back() += "|cut";
    if (!access.syscall.empty()) texts.back() += "|" + access.syscall;
  }
  return texts;
}

TEST(LookAtAccess, AddressesOfMessages) {
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(53);
  mmsghdr messages[3] = {};
  for (int i : {0, 2}) {
    messages[i].msg_hdr.msg_name = &v4;
    messages[i].msg_hdr.msg_namelen = sizeof v4;
  }
  EXPECT_THAT(Look("sendmsg", {3, Argument(&messages[0].msg_hdr), 0}),
              ElementsAre("0.0.0.0:53"));
  EXPECT_THAT(Look("sendmsg", {3, Argument(&messages[1].msg_hdr), 0}),
              ElementsAre());
  EXPECT_THAT(Look("sendmmsg", {3, Argument(messages), 3, 0}),
              ElementsAre("0.0.0.0:53", "0.0.0.0:53"));
  EXPECT_THAT(Look("sendmmsg", {3, Argument(messages), 2, 0}),
              ElementsAre("0.0.0.0:53"));
  EXPECT_THAT(Look("sendmsg", {3, 1, 0}), ElementsAre("unreadable"));
  messages[0].msg_hdr.msg_name = reinterpret_cast<void*>(1);
  EXPECT_THAT(Look("sendmsg", {3, Argument(&messages[0].msg_hdr), 0}),
              ElementsAre("unreadable"));
}

// Memory that a program of 32 bits could name.
class Low {
 public:
  Low()
      : base_(mmap(nullptr, 4096, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0)) {}
  ~Low() { munmap(base_, 4096); }
  bool valid() const { return base_ != MAP_FAILED; }
  uint32_t Put(const void* data, size_t size) {
    char* const at = static_cast<char*>(base_) + used_;
    std::memcpy(at, data, size);
    used_ += (size + 15) / 16 * 16;
    return static_cast<uint32_t>(Argument(at));
  }

 private:
  void* base_;
  size_t used_ = 0;
};

TEST(LookAtAccess, OfProgramsOf32Bits) {
  Low low;
  ASSERT_TRUE(low.valid());
  sockaddr_in v4{};
  v4.sin_family = AF_INET;
  v4.sin_port = htons(80);
  const uint32_t address = low.Put(&v4, sizeof v4);
  // Seven fields of 32 bits, and the length that was sent.
  const uint32_t messages[16] = {address, sizeof v4, 0, 0,       0,
                                 0,       0,         0, address, sizeof v4};
  const uint32_t many = low.Put(messages, sizeof messages);
  constexpr uint32_t kI386 = 0;
  EXPECT_THAT(Look("sendmsg", {3, many, 0}, kI386), ElementsAre("0.0.0.0:80"));
  EXPECT_THAT(Look("sendmmsg", {3, many, 2, 0}, kI386),
              ElementsAre("0.0.0.0:80", "0.0.0.0:80"));
  const auto call = [&](int number, std::vector<uint32_t> args) {
    return Look("socketcall",
                {static_cast<uint64_t>(number),
                 low.Put(args.data(), args.size() * sizeof args[0])},
                kI386);
  };
  const uint32_t size = sizeof v4;
  EXPECT_THAT(call(SYS_SOCKET, {AF_INET6, SOCK_DGRAM, 0}),
              ElementsAre("AF_INET6 SOCK_DGRAM|socket"));
  EXPECT_THAT(call(SYS_CONNECT, {3, address, size}),
              ElementsAre("0.0.0.0:80|connect"));
  EXPECT_THAT(call(SYS_BIND, {3, address, size}),
              ElementsAre("0.0.0.0:80|bind"));
  EXPECT_THAT(call(SYS_SENDTO, {3, 0, 0, 0, address, size}),
              ElementsAre("0.0.0.0:80|sendto"));
  EXPECT_THAT(call(SYS_SENDTO, {3, 0, 0, 0, 0, 0}), ElementsAre());
  EXPECT_THAT(call(SYS_SENDMSG, {3, many, 0}),
              ElementsAre("0.0.0.0:80|sendmsg"));
  EXPECT_THAT(call(SYS_SENDMMSG, {3, many, 1, 0}),
              ElementsAre("0.0.0.0:80|sendmmsg"));
  EXPECT_THAT(call(SYS_LISTEN, {3, 1}), ElementsAre());
  EXPECT_THAT(Look("socketcall", {SYS_CONNECT, 1}, kI386),
              ElementsAre("unreadable"));
}

constexpr uint64_t kNoDirectory = static_cast<uint32_t>(AT_FDCWD);

TEST(LookAtAccess, PathsAndTheirFlags) {
  const char path[] = "/etc/motd", other[] = "/other";
  EXPECT_THAT(Look("open", {Argument(path), O_RDWR}),
              ElementsAre(absl::StrCat("/etc/motd|", O_RDWR)));
  EXPECT_THAT(Look("openat", {kNoDirectory, Argument(path), O_RDONLY}),
              ElementsAre("/etc/motd|0"));
  // The kernel looks at 32 bits.
  EXPECT_THAT(Look("openat", {kNoDirectory, Argument(path),
                              (uint64_t{7} << 32) | O_WRONLY}),
              ElementsAre(absl::StrCat("/etc/motd|", O_WRONLY)));
  EXPECT_THAT(
      Look("creat", {Argument(path)}),
      ElementsAre(absl::StrCat("/etc/motd|", O_CREAT | O_WRONLY | O_TRUNC)));
  open_how how{};
  how.flags = O_PATH;
  EXPECT_THAT(Look("openat2",
                   {kNoDirectory, Argument(path), Argument(&how), sizeof how}),
              ElementsAre(absl::StrCat("/etc/motd|", O_PATH)));
  EXPECT_THAT(Look("stat", {Argument(path)}), ElementsAre("/etc/motd"));
  EXPECT_THAT(Look("rename", {Argument(path), Argument(other)}),
              ElementsAre("/etc/motd", "/other"));
  EXPECT_THAT(Look("linkat", {kNoDirectory, Argument(path), kNoDirectory,
                              Argument(other), 0}),
              ElementsAre("/etc/motd", "/other"));
  // What a symbolic link holds is text.
  EXPECT_THAT(Look("symlink", {Argument(path), Argument(other)}),
              ElementsAre("/other"));
}

TEST(LookAtAccess, RelativePathsStandBehindTheirDirectory) {
  char cwd[4096];
  ASSERT_NE(getcwd(cwd, sizeof cwd), nullptr);
  const char path[] = "a/b";
  EXPECT_THAT(Look("stat", {Argument(path)}),
              ElementsAre(absl::StrCat(cwd, "/a/b")));
  EXPECT_THAT(Look("mkdirat", {kNoDirectory, Argument(path), 0}),
              ElementsAre(absl::StrCat(cwd, "/a/b")));
  const Fd root(open("/", O_PATH | O_CLOEXEC)),
      dev(open("/dev", O_PATH | O_CLOEXEC));
  EXPECT_THAT(
      Look("mkdirat", {static_cast<uint64_t>(root.get()), Argument(path), 0}),
      ElementsAre("/a/b"));
  EXPECT_THAT(
      Look("renameat2", {static_cast<uint64_t>(dev.get()), Argument(path),
                         static_cast<uint64_t>(root.get()), Argument(path), 0}),
      ElementsAre("/dev/a/b", "/a/b"));
  // Nothing, or no directory with a name.
  int pipes[2];
  ASSERT_EQ(pipe2(pipes, O_CLOEXEC), 0);
  const Fd read_end(pipes[0]), write_end(pipes[1]);
  for (const int fd : {-1, 987654, pipes[0]}) {
    EXPECT_THAT(Look("mkdirat", {static_cast<uint32_t>(fd), Argument(path), 0}),
                ElementsAre("a/b"));
  }
}

TEST(LookAtAccess, ADescriptorIsNoPath) {
  EXPECT_THAT(Look("newfstatat", {0, Argument(""), 0, AT_EMPTY_PATH}),
              ElementsAre());
  EXPECT_THAT(Look("utimensat", {0, 0, 0, 0}), ElementsAre());
}

TEST(LookAtAccess, WhatCantBeRead) {
  EXPECT_THAT(Look("openat", {kNoDirectory, 1, 0}), ElementsAre("unreadable"));
  EXPECT_THAT(Look("open", {~uint64_t{0}, 0}), ElementsAre("unreadable"));
  const char path[] = "/x";
  EXPECT_THAT(Look("rename", {Argument(path), 1}), ElementsAre("unreadable"));
  EXPECT_THAT(Look("connect", {0, 1, 16}), ElementsAre("unreadable"));
  EXPECT_THAT(Look("connect", {0, Argument(path), 0}),
              ElementsAre("unreadable"));
  // Without its flags, a file is still a file.
  EXPECT_THAT(Look("openat2", {kNoDirectory, Argument(path), 1, 24}),
              ElementsAre("/x"));
}

TEST(LookAtAccess, APathThatIsTooLongIsCutAndSaysSo) {
  const std::string longest = "/" + std::string(4094, 'x');
  const std::string longer = longest + "y";
  EXPECT_THAT(Look("stat", {Argument(longest.c_str())}), ElementsAre(longest));
  EXPECT_THAT(Look("stat", {Argument(longer.c_str())}),
              ElementsAre(longest + "|cut"));
  const std::string relative(4095, 'x');
  const std::string text = Look("stat", {Argument(relative.c_str())})[0];
  EXPECT_EQ(text.size(), 4095 + std::strlen("|cut"));
}

TEST(LookAtAccess, Sockets) {
  const std::string address = Unix("/run/x");
  EXPECT_THAT(Look("connect", {3, Argument(address.data()), address.size()}),
              ElementsAre("unix:/run/x"));
  EXPECT_THAT(Look("bind", {3, Argument(address.data()), address.size() - 1}),
              ElementsAre("unix:/run/"));
  EXPECT_THAT(
      Look("sendto", {3, 0, 0, 0, Argument(address.data()), address.size()}),
      ElementsAre("unix:/run/x"));
  EXPECT_THAT(Look("socket", {AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0}),
              ElementsAre("AF_INET6 SOCK_DGRAM"));
  EXPECT_THAT(Look("socket", {99, 15, 0}), ElementsAre("family 99 type 15"));
  // A length that is none, as an int: no more is read than an address has.
  const std::string many(1 << 16, '\0');
  EXPECT_THAT(Look("connect", {3, Argument(many.data()), 0xffffffff}),
              ElementsAre("AF_UNSPEC"));
}

Access File(const std::string& path, std::optional<uint64_t> flags) {
  return {false, path, flags, false};
}

TEST(AccessRecorder, CountsWhatIsTheSame) {
  AccessRecorder recorder;
  for (int i = 0; i < 3; ++i) recorder.Count("openat", File("/a", 0));
  recorder.Count("openat", File("/b", 0));
  recorder.Count("openat", File("/a", 1));
  for (int i = 0; i < 9; ++i) recorder.Count("stat", File("/a", std::nullopt));
  for (int i = 0; i < 2; ++i) {
    recorder.Count("connect", {true, "unix:/a", std::nullopt, false});
  }
  recorder.CountUnreadable();
  const AccessRecord record = recorder.Record();
  std::vector<std::string> files;
  for (const AccessRecord::File& file : record.files) {
    files.push_back(absl::StrCat(file.count, " ", file.syscall, " ", file.path,
                                 " ", file.flags.value_or(99)));
  }
  // Opened ones first.
  EXPECT_THAT(files, ElementsAre("3 openat /a 0", "1 openat /a 1",
                                 "1 openat /b 0", "9 stat /a 99"));
  ASSERT_EQ(record.sockets.size(), 1u);
  EXPECT_EQ(record.sockets[0].count, 2u);
  EXPECT_EQ(record.not_recorded, 0u);
  EXPECT_EQ(record.unreadable, 1u);
}

TEST(AccessRecorder, HoldsSoManyAndNoMore) {
  AccessRecorder recorder;
  for (size_t i = 0; i < AccessRecorder::kMaxEntries + 5; ++i) {
    recorder.Count("stat", File(absl::StrCat("/", i), std::nullopt));
  }
  // What is there is counted on.
  recorder.Count("stat", File("/0", std::nullopt));
  const AccessRecord record = recorder.Record();
  EXPECT_EQ(record.files.size(), AccessRecorder::kMaxEntries);
  EXPECT_EQ(record.not_recorded, 5u);
  EXPECT_EQ(record.files[0].count, 2u);
}

TEST(AccessRecorder, HoldsSoMuchTextAndNoMore) {
  AccessRecorder recorder;
  const size_t fit = AccessRecorder::kMaxTextBytes / AccessRecorder::kMaxPath;
  for (size_t i = 0; i < fit + 7; ++i) {
    std::string path = absl::StrCat("/", i, "/");
    path.resize(AccessRecorder::kMaxPath, 'x');
    recorder.Count("stat", File(path, std::nullopt));
  }
  const AccessRecord record = recorder.Record();
  EXPECT_EQ(record.files.size(), fit);
  EXPECT_EQ(record.not_recorded, 7u);
}

}  // namespace
}  // namespace jail
