// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <linux/sched.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <cstring>

#include "absl/strings/str_cat.h"
#include "jail/plan/parts.h"

namespace jail {
namespace {

constexpr char kMacvlanName[] = "vs";

ifreq Request(const char* interface) {
  ifreq request{};
  std::strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
  return request;
}

sockaddr_in Inet(uint32_t address) {
  sockaddr_in inet{};
  inet.sin_family = AF_INET;
  inet.sin_addr.s_addr = address;
  return inet;
}

void Ioctl(Slot socket, uint64_t request, uint64_t argument, std::string object,
           PlanBuilder& b) {
  b.Call(SYS_ioctl, {InSlot(socket), Value(request), Pointer(argument)},
         std::move(object));
}

void BringUp(Slot socket, const char* interface, PlanBuilder& b) {
  ifreq request = Request(interface);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  Ioctl(socket, SIOCSIFFLAGS, b.PutStruct(request),
        absl::StrCat(interface, " up"), b);
}

void SetAddress(Slot socket, uint64_t request_code, uint32_t address,
                std::string object, PlanBuilder& b) {
  ifreq request = Request(kMacvlanName);
  const sockaddr_in inet = Inet(address);
  std::memcpy(&request.ifr_addr, &inet, sizeof inet);
  Ioctl(socket, request_code, b.PutStruct(request), std::move(object), b);
}

void AddDefaultRoute(Slot socket, uint32_t gateway, PlanBuilder& b) {
  rtentry route{};
  const sockaddr_in any = Inet(INADDR_ANY), through = Inet(gateway);
  std::memcpy(&route.rt_dst, &any, sizeof any);
  std::memcpy(&route.rt_genmask, &any, sizeof any);
  std::memcpy(&route.rt_gateway, &through, sizeof through);
  route.rt_flags = RTF_UP | RTF_GATEWAY;
  const uint64_t argument = b.PutStruct(route);
  b.PointTo(argument + offsetof(rtentry, rt_dev), b.PutString(kMacvlanName));
  Ioctl(socket, SIOCADDRT, argument, "default route", b);
}

}  // namespace

void PlanInterfaces(const Spec& spec, PlanBuilder& b) {
  for (const Located<std::string>& interface : spec.network.own_interfaces) {
    ParentOp op{};
    op.kind = ParentOp::Kind::kMoveInterface;
    op.text = interface.value;
    op.object = interface.value;
    op.origin = interface.origin;
    b.plan().parent.push_back(std::move(op));
  }
  if (spec.network.macvlan) {
    ParentOp op{};
    op.kind = ParentOp::Kind::kAddMacvlan;
    op.text = spec.network.macvlan->parent;
    op.object = absl::StrCat(kMacvlanName, " on ", op.text);
    op.origin = spec.network.macvlan->origin;
    b.plan().parent.push_back(std::move(op));
  }
}

void ConfigureInterfaces(const Spec& spec, PlanBuilder& b) {
  if (!spec.namespaces.Has(CLONE_NEWNET)) return;
  const Network& network = spec.network;
  if (!network.loopback_up.value && !network.macvlan) return;
  b.Because(network.loopback_up.value ? network.loopback_up.origin
                                      : network.macvlan->origin);
  const Slot socket = b.NewSlot("socket");
  b.Call(SYS_socket,
         {Value(AF_INET), Value(SOCK_DGRAM | SOCK_CLOEXEC), Value(0)}, "")
      .Into(socket)
      .Why("to configure interfaces by");
  if (network.loopback_up.value) BringUp(socket, "lo", b);
  if (network.macvlan) {
    const Macvlan& macvlan = *network.macvlan;
    b.Because(macvlan.origin);
    SetAddress(socket, SIOCSIFADDR, macvlan.address, "vs address", b);
    SetAddress(socket, SIOCSIFNETMASK, macvlan.netmask, "vs netmask", b);
    BringUp(socket, kMacvlanName, b);
    if (macvlan.gateway != 0) AddDefaultRoute(socket, macvlan.gateway, b);
  }
  b.Close(socket);
}

}  // namespace jail
