// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/access_recorder.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/net.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "jail/parent/remote_memory.h"

namespace jail {
namespace {

using Kind = RecordedCall::Kind;

constexpr std::pair<int, const char*> kFamilies[] = {
    {AF_UNSPEC, "AF_UNSPEC"},   {AF_UNIX, "AF_UNIX"},
    {AF_INET, "AF_INET"},       {AF_INET6, "AF_INET6"},
    {AF_NETLINK, "AF_NETLINK"}, {AF_PACKET, "AF_PACKET"},
    {AF_VSOCK, "AF_VSOCK"}};

constexpr std::pair<int, const char*> kSocketTypes[] = {
    {SOCK_STREAM, "SOCK_STREAM"},
    {SOCK_DGRAM, "SOCK_DGRAM"},
    {SOCK_RAW, "SOCK_RAW"},
    {SOCK_SEQPACKET, "SOCK_SEQPACKET"}};
constexpr uint64_t kSocketTypeMask = 0xf;  // without SOCK_CLOEXEC and the like

template <size_t kCount>
std::string NameOf(const std::pair<int, const char*> (&names)[kCount],
                   uint64_t value, const char* what) {
  for (const auto& [number, name] : names) {
    if (static_cast<uint64_t>(number) == value) return name;
  }
  return absl::StrCat(what, " ", value);
}

template <typename T>
T Load(const std::string& bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), std::min(bytes.size(), sizeof value));
  return value;
}

uint32_t Lower(uint64_t argument) { return static_cast<uint32_t>(argument); }

// Where a relative path of the thread's begins, as its own mounts name it;
// empty: that can't be told.
std::string DirectoryOf(pid_t thread, const seccomp_notif& call, int dir) {
  std::string link = absl::StrCat("/proc/", thread, "/");
  const int fd = dir < 0 ? AT_FDCWD : static_cast<int>(call.data.args[dir]);
  if (fd == AT_FDCWD) {
    link += "cwd";
  } else {
    absl::StrAppend(&link, "fd/", fd);
  }
  char text[AccessRecorder::kMaxPath];
  const ssize_t size = readlink(link.c_str(), text, sizeof text);
  if (size <= 0 || text[0] != '/') return "";  // "pipe:[4711]"
  return {text, static_cast<size_t>(size)};
}

// False: it can't be read.
bool AddPath(const seccomp_notif& call, int path, int dir,
             std::optional<uint64_t> flags, std::vector<Access>& out) {
  const auto thread = static_cast<pid_t>(call.pid);
  const uint64_t address = call.data.args[path];
  if (address == 0) return true;  // utimensat(2) of a descriptor
  auto name = ReadRemoteString(thread, address, AccessRecorder::kMaxPath + 1);
  if (!name) return false;
  if (name->empty()) return true;  // AT_EMPTY_PATH: a descriptor
  Access access;
  access.flags = flags;
  access.what = *std::move(name);
  if (access.what.front() != '/') {
    std::string directory = DirectoryOf(thread, call, dir);
    if (!directory.empty() && directory.back() != '/') directory += '/';
    access.what.insert(0, directory);
  }
  if (access.what.size() > AccessRecorder::kMaxPath) {
    access.what.resize(AccessRecorder::kMaxPath);
    access.cut = true;
  }
  out.push_back(std::move(access));
  return true;
}

std::optional<uint64_t> FlagsOf(const seccomp_notif& call,
                                const RecordedCall& shape) {
  switch (shape.kind) {
    case Kind::kOpen:
      return Lower(call.data.args[shape.flags]);
    case Kind::kCreate:
      return O_CREAT | O_WRONLY | O_TRUNC;
    case Kind::kOpenHow: {
      // The first field of struct open_how.
      const std::string how =
          ReadRemote(static_cast<pid_t>(call.pid), call.data.args[shape.flags],
                     sizeof(uint64_t));
      if (how.size() < sizeof(uint64_t)) return std::nullopt;
      return Load<uint64_t>(how);
    }
    default:
      return std::nullopt;
  }
}

bool Is32Bit(const seccomp_notif& call) {
  return (call.data.arch & __AUDIT_ARCH_64BIT) == 0;
}

// How a struct msghdr and a struct mmsghdr begin, and their sizes.
struct MessageLayout {
  size_t pointer, header, one_of_many;
};
constexpr MessageLayout kMessage64 = {8, 56, 64}, kMessage32 = {4, 28, 32};
static_assert(sizeof(void*) != 8 ||
              (sizeof(msghdr) == kMessage64.header &&
               sizeof(mmsghdr) == kMessage64.one_of_many));
constexpr size_t kMaxMessages = UIO_MAXIOV;  // the kernel takes no more

// What is sent without an address is none.  False: it can't be read.
bool AddAddress(const seccomp_notif& call, uint64_t address, uint32_t size,
                std::vector<Access>& out) {
  if (address == 0 || size == 0) return true;
  Access access;
  access.is_socket = true;
  access.what =
      AddressText(ReadRemote(static_cast<pid_t>(call.pid), address,
                             std::min<size_t>(size, sizeof(sockaddr_storage))));
  if (access.what.empty()) return false;
  out.push_back(std::move(access));
  return true;
}

bool AddMessages(const seccomp_notif& call, uint64_t address, uint64_t count,
                 size_t step, std::vector<Access>& out) {
  const MessageLayout& layout = Is32Bit(call) ? kMessage32 : kMessage64;
  for (uint64_t i = 0; i < std::min<uint64_t>(count, kMaxMessages); ++i) {
    const std::string header =
        ReadRemote(static_cast<pid_t>(call.pid), address + i * step,
                   layout.pointer + sizeof(uint32_t));
    if (header.size() < layout.pointer + sizeof(uint32_t)) return false;
    const uint64_t name =
        Is32Bit(call) ? Load<uint32_t>(header) : Load<uint64_t>(header);
    if (!AddAddress(call, name, Load<uint32_t>(header.substr(layout.pointer)),
                    out)) {
      return false;
    }
  }
  return true;
}

bool AddSocketCall(const seccomp_notif& call, const RecordedCall& shape,
                   std::vector<Access>& out) {
  const auto& args = call.data.args;
  const MessageLayout& layout = Is32Bit(call) ? kMessage32 : kMessage64;
  switch (shape.kind) {
    case Kind::kMessage:
      return AddMessages(call, args[shape.path], 1, layout.header, out);
    case Kind::kMessages:
      return AddMessages(call, args[shape.path], Lower(args[shape.path + 1]),
                         layout.one_of_many, out);
    case Kind::kSocket: {
      Access access;
      access.is_socket = true;
      access.what =
          absl::StrCat(NameOf(kFamilies, Lower(args[0]), "family"), " ",
                       NameOf(kSocketTypes, args[1] & kSocketTypeMask, "type"));
      out.push_back(std::move(access));
      return true;
    }
    default:
      return AddAddress(call, args[shape.path], Lower(args[shape.path + 1]),
                        out) &&
             (shape.kind == Kind::kSendTo || !out.empty());
  }
}

// i386's one call for all of them: linux/net.h has their numbers.
const char* NameOfSocketCall(uint32_t number) {
  switch (number) {
    case SYS_SOCKET:
      return "socket";
    case SYS_BIND:
      return "bind";
    case SYS_CONNECT:
      return "connect";
    case SYS_SENDTO:
      return "sendto";
    case SYS_SENDMSG:
      return "sendmsg";
    case SYS_SENDMMSG:
      return "sendmmsg";
    default:
      return nullptr;
  }
}

// The call that a socketcall(2) stands for.
bool AddSocketCallOfMemory(const seccomp_notif& call,
                           std::vector<Access>& out) {
  const char* const name = NameOfSocketCall(Lower(call.data.args[0]));
  if (name == nullptr) return true;
  const RecordedCall* const shape = FindRecordedCall(name);
  if (shape == nullptr) return true;
  uint32_t args[6] = {};
  // The kernel reads no more than the call has.
  const size_t count = shape->kind == Kind::kSendTo     ? 6
                       : shape->kind == Kind::kMessages ? 4
                                                        : 3;
  const std::string memory =
      ReadRemote(static_cast<pid_t>(call.pid), call.data.args[1],
                 count * sizeof(uint32_t));
  if (memory.size() < count * sizeof(uint32_t)) return false;
  std::memcpy(args, memory.data(), memory.size());
  seccomp_notif inner = call;
  std::copy(std::begin(args), std::end(args), std::begin(inner.data.args));
  if (!AddSocketCall(inner, *shape, out)) return false;
  for (Access& access : out) access.syscall = name;
  return true;
}

}  // namespace

std::string AddressText(const std::string& bytes) {
  if (bytes.size() < sizeof(sa_family_t)) return "";
  const auto family = Load<sa_family_t>(bytes);
  char text[INET6_ADDRSTRLEN] = "";
  switch (family) {
    case AF_INET: {
      const auto address = Load<sockaddr_in>(bytes);
      inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
      return absl::StrCat(text, ":", ntohs(address.sin_port));
    }
    case AF_INET6: {
      const auto address = Load<sockaddr_in6>(bytes);
      inet_ntop(AF_INET6, &address.sin6_addr, text, sizeof text);
      return absl::StrCat("[", text, "]:", ntohs(address.sin6_port));
    }
    case AF_UNIX: {
      std::string path = bytes.substr(offsetof(sockaddr_un, sun_path));
      // An abstract name has zeroes as any byte, another ends at the first.
      if (!path.empty() && path[0] == '\0') {
        path[0] = '@';
      } else {
        path.resize(std::min(path.find('\0'), path.size()));
      }
      return absl::StrCat("unix:", path);
    }
    default:
      return NameOf(kFamilies, family, "family");
  }
}

std::optional<std::vector<Access>> LookAtAccess(const seccomp_notif& call,
                                                const RecordedCall& shape) {
  std::vector<Access> accesses;
  switch (shape.kind) {
    case Kind::kSocketCall:
      if (!AddSocketCallOfMemory(call, accesses)) return std::nullopt;
      return accesses;
    case Kind::kAddress:
    case Kind::kSendTo:
    case Kind::kMessage:
    case Kind::kMessages:
    case Kind::kSocket:
      if (!AddSocketCall(call, shape, accesses)) return std::nullopt;
      return accesses;
    default:
      break;
  }
  const auto flags = FlagsOf(call, shape);
  if (!AddPath(call, shape.path, shape.dir, flags, accesses)) {
    return std::nullopt;
  }
  if (shape.second_path >= 0 &&
      !AddPath(call, shape.second_path, shape.second_dir, flags, accesses)) {
    return std::nullopt;
  }
  return accesses;
}

void AccessRecorder::Count(const std::string& syscall, const Access& access) {
  Key key{access.is_socket, access.what,
          access.syscall.empty() ? syscall : access.syscall, access.flags,
          access.cut};
  const auto found = counts_.find(key);
  if (found != counts_.end()) {
    ++found->second;
    return;
  }
  if (counts_.size() >= kMaxEntries ||
      text_bytes_ + access.what.size() > kMaxTextBytes) {
    ++not_recorded_;
    return;
  }
  text_bytes_ += access.what.size();
  counts_.emplace(std::move(key), 1);
}

AccessRecord AccessRecorder::Record() const {
  AccessRecord record;
  record.not_recorded = not_recorded_;
  record.unreadable = unreadable_;
  for (const auto& [key, count] : counts_) {
    const auto& [is_socket, what, syscall, flags, cut] = key;
    if (is_socket) {
      record.sockets.push_back({what, syscall, count});
    } else {
      record.files.push_back({what, syscall, flags, cut, count});
    }
  }
  const auto by_count = [](const auto& a, const auto& b) {
    return a.count > b.count;
  };
  std::stable_sort(record.files.begin(), record.files.end(), by_count);
  std::stable_partition(
      record.files.begin(), record.files.end(),
      [](const auto& file) { return file.flags.has_value(); });
  std::stable_sort(record.sockets.begin(), record.sockets.end(), by_count);
  return record;
}

}  // namespace jail
