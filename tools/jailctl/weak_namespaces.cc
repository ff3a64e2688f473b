// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <sched.h>

#include "absl/strings/str_cat.h"
#include "jail/sys/capability.h"
#include "tools/jailctl/weakness.h"

namespace jail::jailctl {
namespace {

// Is the host's root among the ids that the program has?
const IdMapping* MapsHostRoot(const std::vector<IdMapping>& map) {
  for (const IdMapping& mapping : map) {
    if (mapping.outside == 0) return &mapping;
  }
  return nullptr;
}

}  // namespace

void FindWeakNamespaces(const Spec& spec, std::vector<Weakness>& found) {
  const Namespaces& namespaces = spec.namespaces;
  if (!namespaces.Has(CLONE_NEWUSER)) {
    found.push_back({Severity::kSevere,
                     "No user namespace: whatever the program becomes, it is "
                     "that on the host too",
                     "clone_newuser: true", namespaces.origin_of_user});
  }
  if (!namespaces.Has(CLONE_NEWNS)) {
    found.push_back({Severity::kSevere,
                     "No mount namespace: the program sees the host's whole "
                     "file system",
                     "clone_newns: true", namespaces.origin_of_mount});
  }
  if (!namespaces.Has(CLONE_NEWPID)) {
    found.push_back({Severity::kHigh,
                     "No pid namespace: the program sees the host's processes, "
                     "can signal those of its user, and its own may outlive it",
                     "clone_newpid: true", namespaces.origin_of_pid});
  }
  if (!namespaces.Has(CLONE_NEWNET)) {
    found.push_back({Severity::kHigh,
                     "The host's network: the program reaches other machines, "
                     "the services on 127.0.0.1 and abstract Unix sockets",
                     "clone_newnet: true", namespaces.origin_of_net});
  }
  if (!namespaces.Has(CLONE_NEWIPC)) {
    found.push_back({Severity::kMedium,
                     "The host's System V IPC and message queues are shared",
                     "clone_newipc: true", namespaces.origin_of_ipc});
  }
  if (!namespaces.Has(CLONE_NEWCGROUP)) {
    found.push_back({Severity::kLow,
                     "No cgroup namespace: the host's cgroup paths are visible",
                     "clone_newcgroup: true", namespaces.origin_of_cgroup});
  }
  if (!namespaces.Has(CLONE_NEWUTS)) {
    found.push_back({Severity::kLow,
                     "No uts namespace: the host's name is visible",
                     "clone_newuts: true", namespaces.origin_of_uts});
  }
  for (const Located<std::string>& interface : spec.network.own_interfaces) {
    found.push_back({Severity::kMedium,
                     absl::StrCat("The interface ", interface.value,
                                  " is given to the program, and with it the "
                                  "network behind it"),
                     "leave out iface_own", interface.origin});
  }
  if (spec.network.macvlan) {
    found.push_back({Severity::kMedium,
                     absl::StrCat("The program is on the network of ",
                                  spec.network.macvlan->parent,
                                  ", without a packet filter"),
                     "leave out macvlan_iface", spec.network.macvlan->origin});
  }
}

void FindWeakPrivileges(const Spec& spec, std::vector<Weakness>& found) {
  const Process& process = spec.process;
  const bool in_userns = spec.namespaces.Has(CLONE_NEWUSER);
  const Capabilities& caps = process.capabilities;
  if (caps.keep_all) {
    found.push_back(
        {in_userns ? Severity::kHigh : Severity::kSevere,
         in_userns
             ? "All capabilities over the jail's own namespaces are kept: "
               "mounts can be undone, and much more of the kernel reached"
             : "All capabilities over the host are kept",
         "leave out keep_caps, name single ones with cap", caps.origin});
  } else if (caps.keep != 0) {
    std::string names;
    for (int i = 0; i < 64; i++) {
      if (caps.keep >> i & 1) {
        absl::StrAppend(&names, names.empty() ? "" : ", ", CapabilityName(i));
      }
    }
    found.push_back({in_userns ? Severity::kMedium : Severity::kHigh,
                     absl::StrCat("Capabilities are kept: ", names),
                     "leave out cap", caps.origin});
  }
  if (in_userns) {
    if (const IdMapping* uid = MapsHostRoot(spec.uid_map)) {
      found.push_back(
          {Severity::kHigh,
           absl::StrCat("The host's root is uid ", uid->inside,
                        " inside: on every mount the program may do "
                        "to files what root may"),
           "uidmap { inside_id: \"65534\" outside_id: \"65534\" }",
           uid->origin});
    }
    if (const IdMapping* gid = MapsHostRoot(spec.gid_map)) {
      found.push_back({Severity::kMedium,
                       absl::StrCat("The host's group root is gid ",
                                    gid->inside, " inside"),
                       "gidmap { inside_id: \"65534\" outside_id: \"65534\" }",
                       gid->origin});
    }
  }
  if (!process.no_new_privs.value) {
    found.push_back({Severity::kHigh,
                     "no_new_privs is off: set-user-id programs and file "
                     "capabilities take effect",
                     "leave out disable_no_new_privs",
                     process.no_new_privs.origin});
  }
  if (!process.new_session) {
    found.push_back({Severity::kHigh,
                     "The program stays in the caller's session: it can type "
                     "into the caller's terminal",
                     "leave out skip_setsid",
                     {"skip_setsid", "", 0, 0}});
  }
  for (const Located<int>& fd : process.stdio.pass_fd) {
    found.push_back({Severity::kMedium,
                     absl::StrCat("Descriptor ", fd.value,
                                  " is the caller's: one of a directory leads "
                                  "out of the jail"),
                     "leave out pass_fd", fd.origin});
  }
  if (!spec.seccomp) {
    found.push_back({Severity::kMedium,
                     "No filter: the program may make every system call, and a "
                     "fault of the kernel behind any of them is a way out",
                     "leave out what switches the default filter off "
                     "(seccomp_default: NONE, allow_nested_userns, keep_caps, "
                     "CAP_SYS_ADMIN, disable_no_new_privs), or give a policy: "
                     "seccomp_string",
                     {"seccomp_default", "", 0, 0}});
  }
  if (spec.allow_nested_userns) {
    found.push_back({Severity::kMedium,
                     "The program can make user namespaces, and in them reach "
                     "much more of the kernel",
                     "leave out allow_nested_userns",
                     spec.nested_userns_origin});
  }
}

}  // namespace jail::jailctl
