// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/access_recorder.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
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

std::string SocketText(const seccomp_notif& call, const RecordedCall& shape) {
  if (shape.kind == Kind::kSocket) {
    return absl::StrCat(
        NameOf(kFamilies, Lower(call.data.args[0]), "family"), " ",
        NameOf(kSocketTypes, call.data.args[1] & kSocketTypeMask, "type"));
  }
  const uint32_t size = Lower(call.data.args[shape.path + 1]);
  return AddressText(
      ReadRemote(static_cast<pid_t>(call.pid), call.data.args[shape.path],
                 std::min<size_t>(size, sizeof(sockaddr_storage))));
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
    case Kind::kAddress:
    case Kind::kSendTo:
    case Kind::kSocket: {
      Access access;
      access.is_socket = true;
      access.what = SocketText(call, shape);
      if (access.what.empty()) return std::nullopt;
      accesses.push_back(std::move(access));
      return accesses;
    }
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
  Key key{access.is_socket, access.what, syscall, access.flags, access.cut};
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
