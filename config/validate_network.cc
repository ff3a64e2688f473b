// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <netinet/in.h>
#include <sched.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "config/path_rules.h"
#include "config/suggest.h"
#include "config/validate_context.h"

namespace jail {
namespace {

constexpr uint32_t kMaxPort = 65535;
constexpr uint64_t kMaxHalfCloseMs = 24 * 3600 * 1000;

void CheckInterface(ValidateContext& context, const std::string& path,
                    const std::string& name) {
  const bool odd_byte =
      std::any_of(name.begin(), name.end(), [](unsigned char c) {
        return c == '/' || c == ':' || c == 0 || absl::ascii_isspace(c);
      });
  if (name.empty() || name.size() >= IFNAMSIZ || name == "." || name == ".." ||
      odd_byte) {
    context.Error(path, absl::StrCat("is no interface's name (1 to ",
                                     IFNAMSIZ - 1, " bytes): ", Quoted(name)));
  }
}

void CheckNeeds(ValidateContext& context, const std::string& path) {
  if (!context.spec.namespaces.Has(CLONE_NEWNET)) {
    context.Error(path, "needs clone_newnet: the jail shares your network");
  }
  if (!context.caller_is_root()) {
    context.Error(path, "needs root: interfaces of the host are changed");
  }
}

// Strict IPv4, in network byte order.
uint32_t ParseIpv4(ValidateContext& context, const char* field,
                   const std::string& text) {
  in_addr address{};
  if (text.find('\0') != std::string::npos ||
      inet_pton(AF_INET, text.c_str(), &address) != 1) {
    context.Error(field, absl::StrCat("is no IPv4 address: ", Quoted(text)));
    return 0;
  }
  return address.s_addr;
}

// Six bytes of "ba:ad:ba:be:45:00".
std::string ParseMac(ValidateContext& context, const std::string& text) {
  std::string bytes;
  bool good = true;
  for (absl::string_view part : absl::StrSplit(text, ':')) {
    good = good && part.size() == 2 && absl::ascii_isxdigit(part[0]) &&
           absl::ascii_isxdigit(part[1]);
    if (good) bytes += absl::HexStringToBytes(part);
  }
  if (!good || bytes.size() != 6) {
    context.Error("macvlan_vs_ma",
                  absl::StrCat("is no MAC address like ba:ad:ba:be:45:00: ",
                               Quoted(text)));
    return "";
  }
  if ((bytes[0] & 1) != 0 || bytes == std::string(6, '\0')) {
    context.Error(
        "macvlan_vs_ma",
        absl::StrCat("is no address of one interface: ", Quoted(text)));
    return "";
  }
  return bytes;
}

uint32_t ParseMacvlanMode(ValidateContext& context, const std::string& text) {
  struct Named {
    const char* name;
    uint32_t mode;
  };
  constexpr Named kModes[] = {{"private", MACVLAN_MODE_PRIVATE},
                              {"vepa", MACVLAN_MODE_VEPA},
                              {"bridge", MACVLAN_MODE_BRIDGE},
                              {"passthru", MACVLAN_MODE_PASSTHRU}};
  std::vector<std::string> known;
  for (const Named& mode : kModes) {
    if (text == mode.name) return mode.mode;
    known.push_back(mode.name);
  }
  context.Error("macvlan_vs_mo",
                absl::StrCat("is not private, vepa, bridge or passthru: ",
                             Quoted(text), DidYouMean(text, known)));
  return MACVLAN_MODE_PRIVATE;
}

void ValidateMacvlan(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  if (!proto.has_macvlan_iface() || proto.macvlan_iface().empty()) return;
  CheckInterface(context, "macvlan_iface", proto.macvlan_iface());
  CheckNeeds(context, "macvlan_iface");
  Macvlan macvlan;
  macvlan.parent = proto.macvlan_iface();
  macvlan.origin = context.At("macvlan_iface");
  macvlan.address = ParseIpv4(context, "macvlan_vs_ip", proto.macvlan_vs_ip());
  macvlan.netmask = ParseIpv4(context, "macvlan_vs_nm", proto.macvlan_vs_nm());
  const uint32_t hosts = ~ntohl(macvlan.netmask);
  if ((hosts & (hosts + 1)) != 0) {
    context.Error("macvlan_vs_nm",
                  absl::StrCat("is no netmask, its one bits are not together: ",
                               Quoted(proto.macvlan_vs_nm())));
  }
  if (!proto.macvlan_vs_gw().empty()) {
    macvlan.gateway =
        ParseIpv4(context, "macvlan_vs_gw", proto.macvlan_vs_gw());
  }
  if (!proto.macvlan_vs_ma().empty()) {
    macvlan.mac = ParseMac(context, proto.macvlan_vs_ma());
  }
  macvlan.mode = ParseMacvlanMode(context, proto.macvlan_vs_mo());
  if (macvlan.mode == MACVLAN_MODE_PASSTHRU && !macvlan.mac.empty()) {
    context.Warning("macvlan_vs_ma",
                    "has no effect in mode passthru: the kernel gives the "
                    "interface's own MAC address");
  }
  context.spec.network.macvlan = std::move(macvlan);
}

// A numeric address as an IPv6 one; nothing for any other text.
std::optional<std::string> Ipv6Address(const std::string& text) {
  if (text.find('\0') != std::string::npos) return std::nullopt;
  in6_addr v6;
  in_addr v4;
  if (inet_pton(AF_INET6, text.c_str(), &v6) == 1) return text;
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    return absl::StrCat("::ffff:", text);
  }
  return std::nullopt;
}

void ValidateListen(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  Spec& spec = context.spec;
  const std::optional<std::string> address = Ipv6Address(proto.bindhost());
  if (!address) {
    context.Error("bindhost", absl::StrCat("is no IPv6 or IPv4 address: ",
                                           Quoted(proto.bindhost())));
  }
  if (proto.port() > kMaxPort) {
    context.Error("port", absl::StrCat("is out of range: ", proto.port(),
                                       "; from 1 to ", kMaxPort));
  }
  if (spec.mode != Mode::kListen) {
    if (proto.port() != 0) {
      context.Warning("port", "has no effect: it is for mode LISTEN");
    }
    return;
  }
  if (proto.port() == 0) {
    context.Error(
        "port", absl::StrCat("mode LISTEN needs a port, from 1 to ", kMaxPort));
  }
  Listen listen;
  listen.address = address.value_or("");
  listen.port = static_cast<uint16_t>(proto.port());
  listen.max_conns = proto.max_conns();
  listen.max_conns_per_ip = proto.max_conns_per_ip();
  if (proto.half_close_ms() > kMaxHalfCloseMs) {
    context.Error("half_close_ms",
                  absl::StrCat("is out of range: ", proto.half_close_ms(),
                               "; from 0 to ", kMaxHalfCloseMs));
  } else {
    listen.half_close = std::chrono::milliseconds(proto.half_close_ms());
  }
  listen.origin = context.At("port");
  spec.listen = std::move(listen);
}

}  // namespace

void ValidateNetwork(ValidateContext& context) {
  const config::JailConfig& proto = context.proto;
  Network& network = context.spec.network;
  // Without a namespace of its own `lo` is the host's.
  network.loopback_up = {
      !proto.iface_no_lo() && context.spec.namespaces.Has(CLONE_NEWNET),
      context.At("iface_no_lo")};
  std::set<std::string> seen;
  for (int i = 0; i < proto.iface_own_size(); ++i) {
    const std::string path = absl::StrCat("iface_own[", i, "]");
    const std::string& name = proto.iface_own(i);
    CheckInterface(context, path, name);
    CheckNeeds(context, path);
    if (!seen.insert(name).second) {
      context.Error(path, absl::StrCat("names ", Quoted(name), " again"));
    }
    network.own_interfaces.push_back({name, context.At(path)});
  }
  ValidateMacvlan(context);
  ValidateListen(context);
}

}  // namespace jail
