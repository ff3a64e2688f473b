// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/network.h"

#include <errno.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <netlink/addr.h>
#include <netlink/errno.h>
#include <netlink/route/link.h>
#include <netlink/route/link/macvlan.h>
#include <netlink/socket.h>
#include <sys/socket.h>

#include <memory>
#include <string>
#include <utility>

namespace jail {
namespace {

constexpr char kMacvlanName[] = "vs";  // as nsjail calls it

struct FreeSocket {
  void operator()(nl_sock* socket) const { nl_socket_free(socket); }
};
struct PutLink {
  void operator()(rtnl_link* link) const { rtnl_link_put(link); }
};
struct PutAddress {
  void operator()(nl_addr* address) const { nl_addr_put(address); }
};
using Socket = std::unique_ptr<nl_sock, FreeSocket>;
using Link = std::unique_ptr<rtnl_link, PutLink>;
using Address = std::unique_ptr<nl_addr, PutAddress>;

// The errno behind one of libnl's own error numbers, as far as a request of
// ours can meet them; 0: only libnl has a word for it.
int Errno(int nl_error) {
  switch (nl_error < 0 ? -nl_error : nl_error) {
    case NLE_PERM:
      return EPERM;
    case NLE_NOACCESS:
      return EACCES;
    case NLE_NODEV:
    case NLE_OBJ_NOTFOUND:
      return ENODEV;
    case NLE_EXIST:
      return EEXIST;
    case NLE_BUSY:
      return EBUSY;
    case NLE_OPNOTSUPP:
      return EOPNOTSUPP;
    case NLE_NOMEM:
      return ENOMEM;
    case NLE_NOADDR:
      return EADDRNOTAVAIL;
    case NLE_INVAL:
      return EINVAL;
    default:
      return 0;
  }
}

bool Fail(SetupFailure& failure, const ParentOp& op, std::string operation,
          std::string object, int error, std::string detail = "") {
  failure.stage = "parent";
  failure.operation = std::move(operation);
  failure.object = std::move(object);
  failure.error = error;
  failure.detail = std::move(detail);
  failure.origin = op.origin;
  return false;
}

bool FailNl(SetupFailure& failure, const ParentOp& op, std::string operation,
            std::string object, int nl_error) {
  const int error = Errno(nl_error);
  return Fail(failure, op, std::move(operation), std::move(object), error,
              error == 0 ? nl_geterror(nl_error) : "");
}

bool Connect(const ParentOp& op, Socket& socket, SetupFailure& failure) {
  socket.reset(nl_socket_alloc());
  if (socket == nullptr) return Fail(failure, op, "netlink", "", ENOMEM);
  const int error = nl_connect(socket.get(), NETLINK_ROUTE);
  return error >= 0 || FailNl(failure, op, "netlink", "", error);
}

}  // namespace

bool MoveInterface(const ParentOp& op, pid_t pid, SetupFailure& failure) {
  const int index = static_cast<int>(if_nametoindex(op.text.c_str()));
  if (index == 0) return Fail(failure, op, "move interface", op.text, errno);
  Socket socket;
  if (!Connect(op, socket, failure)) return false;
  const Link original(rtnl_link_alloc()), change(rtnl_link_alloc());
  if (original == nullptr || change == nullptr) {
    return Fail(failure, op, "move interface", op.text, ENOMEM);
  }
  rtnl_link_set_ifindex(original.get(), index);
  rtnl_link_set_ns_pid(change.get(), pid);
  const int error =
      rtnl_link_change(socket.get(), original.get(), change.get(), 0);
  return error >= 0 || FailNl(failure, op, "move interface", op.text, error);
}

bool AddMacvlan(const ParentOp& op, const Macvlan& macvlan, pid_t pid,
                SetupFailure& failure) {
  const int parent = static_cast<int>(if_nametoindex(macvlan.parent.c_str()));
  if (parent == 0) {
    return Fail(failure, op, "add macvlan on", macvlan.parent, errno);
  }
  Socket socket;
  if (!Connect(op, socket, failure)) return false;
  const Link link(rtnl_link_macvlan_alloc());
  if (link == nullptr) {
    return Fail(failure, op, "add macvlan on", macvlan.parent, ENOMEM);
  }
  rtnl_link_set_name(link.get(), kMacvlanName);
  rtnl_link_set_link(link.get(), parent);
  rtnl_link_set_ns_pid(link.get(), pid);
  int error = rtnl_link_macvlan_set_mode(link.get(), macvlan.mode);
  if (error >= 0 && !macvlan.mac.empty()) {
    const Address mac(
        nl_addr_build(AF_LLC, macvlan.mac.data(), macvlan.mac.size()));
    if (mac == nullptr) {
      return Fail(failure, op, "add macvlan on", macvlan.parent, ENOMEM);
    }
    rtnl_link_set_addr(link.get(), mac.get());
  }
  if (error >= 0) {
    error = rtnl_link_add(socket.get(), link.get(), NLM_F_CREATE | NLM_F_EXCL);
  }
  return error >= 0 ||
         FailNl(failure, op, "add macvlan on", macvlan.parent, error);
}

}  // namespace jail
