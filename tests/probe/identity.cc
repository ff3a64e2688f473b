// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/probe/see.h"

namespace jail::probe {
namespace {

void SeeCapabilities(Json& json) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[2] = {};
  syscall(SYS_capget, &header, data);
  auto both = [](uint32_t low, uint32_t high) {
    return low | static_cast<unsigned long long>(high) << 32;
  };
  unsigned long long bounding = 0, ambient = 0;
  for (int cap = 0; cap < 64; ++cap) {
    if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1) bounding |= 1ull << cap;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, cap, 0, 0) == 1) {
      ambient |= 1ull << cap;
    }
  }
  json.Key("caps").Begin('{');
  json.Key("effective").Unsigned(both(data[0].effective, data[1].effective));
  json.Key("permitted").Unsigned(both(data[0].permitted, data[1].permitted));
  json.Key("inheritable")
      .Unsigned(both(data[0].inheritable, data[1].inheritable));
  json.Key("bounding").Unsigned(bounding);
  json.Key("ambient").Unsigned(ambient);
  json.End('}');
}

// The type and description of a special keyring, or empty.
std::string DescribeKeyring(int id) {
  char text[512];
  long serial = syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, id, 0);
  if (serial < 0) return "";
  long length = syscall(SYS_keyctl, KEYCTL_DESCRIBE, serial, text, sizeof text);
  return length > 0 ? std::string(text) : "";
}

}  // namespace

void SeeIdentity(Json& json) {
  uid_t ruid = 0, euid = 0, suid = 0;
  gid_t rgid = 0, egid = 0, sgid = 0;
  getresuid(&ruid, &euid, &suid);
  getresgid(&rgid, &egid, &sgid);
  json.Key("uids").Numbers(
      {ruid, euid, suid, setfsuid(static_cast<uid_t>(-1))});
  json.Key("gids").Numbers(
      {rgid, egid, sgid, setfsgid(static_cast<gid_t>(-1))});
  gid_t groups[1024];
  int count = getgroups(1024, groups);
  std::vector<long long> list;
  for (int i = 0; i < count; ++i) list.push_back(groups[i]);
  json.Key("groups").Numbers(list);
  SeeCapabilities(json);
  json.Key("no_new_privs").Number(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
  json.Key("seccomp_mode").Number(prctl(PR_GET_SECCOMP, 0, 0, 0, 0));
  json.Key("securebits").Number(prctl(PR_GET_SECUREBITS, 0, 0, 0, 0));
  json.Key("dumpable").Number(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
  json.Key("session_keyring")
      .Number(syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID,
                      KEY_SPEC_SESSION_KEYRING, 0));
  json.Key("session_keyring_is")
      .String(DescribeKeyring(KEY_SPEC_SESSION_KEYRING));
}

}  // namespace jail::probe
