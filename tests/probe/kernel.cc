// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "tests/probe/see.h"

namespace jail::probe {

std::string ReadWhole(const char* path) {
  std::string content;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return content;
  char buffer[4096];
  ssize_t length;
  while ((length = read(fd, buffer, sizeof buffer)) > 0) {
    content.append(buffer, static_cast<size_t>(length));
  }
  close(fd);
  return content;
}

void SeeFilesystem(Json& json) {
  char cwd[4096];
  // The raw call: libc would turn "(unreachable)" into an error.
  json.Key("cwd").String(getcwd(cwd, sizeof cwd) != nullptr
                             ? cwd
                             : std::string("error: ") + strerror(errno));
  std::vector<std::string> entries;
  if (DIR* root = opendir("/"); root != nullptr) {
    while (dirent* entry = readdir(root)) {
      std::string name = entry->d_name;
      if (name != "." && name != "..") entries.push_back(name);
    }
    closedir(root);
  }
  std::sort(entries.begin(), entries.end());
  json.Key("root").Strings(entries);
  struct stat st {
  }, parent{};
  stat("/", &st);
  stat("/..", &parent);
  json.Key("root_mode").Number(st.st_mode & 07777);
  json.Key("root_is_top")
      .Bool(st.st_ino == parent.st_ino && st.st_dev == parent.st_dev);
  json.Key("mountinfo").String(ReadWhole("/proc/self/mountinfo"));
  json.Key("uid_map").String(ReadWhole("/proc/self/uid_map"));
  json.Key("gid_map").String(ReadWhole("/proc/self/gid_map"));
  json.Key("setgroups").String(ReadWhole("/proc/self/setgroups"));
}

void SeeKernel(Json& json) {
  utsname names{};
  uname(&names);
  json.Key("hostname").String(names.nodename);
  json.Key("namespaces").Begin('{');
  for (const char* name :
       {"cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"}) {
    char target[128];
    std::string link = std::string("/proc/self/ns/") + name;
    ssize_t length = readlink(link.c_str(), target, sizeof target);
    if (length > 0) {
      json.Key(name).String(std::string(target, static_cast<size_t>(length)));
    }
  }
  json.End('}');

  json.Key("interfaces").Begin('{');
  int probe_socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (struct if_nameindex* list = if_nameindex(); list != nullptr) {
    for (auto* i = list; i->if_index != 0; ++i) {
      ifreq request{};
      strncpy(request.ifr_name, i->if_name, IFNAMSIZ - 1);
      bool up = ioctl(probe_socket, SIOCGIFFLAGS, &request) == 0 &&
                (request.ifr_flags & IFF_UP) != 0;
      json.Key(i->if_name).String(up ? "up" : "down");
    }
    if_freenameindex(list);
  }
  if (probe_socket >= 0) close(probe_socket);
  json.End('}');
}

}  // namespace jail::probe
