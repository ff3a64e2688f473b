// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/seccomp/syscalls.h"

#include <seccomp.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace jail::seccomp {
namespace {

struct Prototype {
  const char* name;
  std::array<Argument, 6> arguments;
};
constexpr Prototype kPrototypes[] = {
#include "jail/seccomp/syscall_table.inc"
};

// Calls that kernels of record do not have any more.  Policies name them still.
constexpr Prototype kGonePrototypes[] = {
    {"create_module", {{{"name", 8}, {"size", 8}}}},
    {"get_kernel_syms", {{{"table", 8}}}},
    {"get_thread_area", {{{"u_info", 8}}}},
    {"nfsservctl", {{{"cmd", 4}, {"argp", 8}, {"resp", 8}}}},
    {"query_module",
     {{{"name", 8}, {"which", 4}, {"buf", 8}, {"bufsize", 8}, {"ret", 8}}}},
    {"set_thread_area", {{{"u_info", 8}}}},
    {"sysctl", {{{"args", 8}}}},
};

// What arguments were called when Kafel's own tables were written.
struct OldArgument {
  absl::string_view call;
  absl::string_view old_name;
  absl::string_view name;
};
constexpr OldArgument kOldArguments[] = {
    {"arch_prctl", "code", "option"},   {"arch_prctl", "addr", "arg2"},
    {"getrandom", "buf", "ubuf"},       {"getrandom", "count", "len"},
    {"sched_getattr", "size", "usize"}, {"setns", "nstype", "flags"},
    {"vmsplice", "iov", "uiov"},
};

constexpr absl::string_view kPathArguments[] = {
    "filename",    "pathname", "path",          "oldname",
    "newname",     "dev_name", "from_pathname", "to_pathname",
    "specialfile", "dir_name", "library"};

// Numbers that libseccomp 2.5.4 lacks, or hides behind socketcall(2) and
// ipc(2).  From include/uapi/asm-generic/unistd.h and
// arch/x86/entry/syscalls/*.tbl of Linux 6.18.
struct Numbered {
  absl::string_view name;
  int number;
};
constexpr Numbered kEverywhere[] = {
    {"statmount", 457},         {"listmount", 458},
    {"lsm_get_self_attr", 459}, {"lsm_set_self_attr", 460},
    {"lsm_list_modules", 461},  {"mseal", 462},
    {"setxattrat", 463},        {"getxattrat", 464},
    {"listxattrat", 465},       {"removexattrat", 466},
    {"open_tree_attr", 467},    {"file_getattr", 468},
    {"file_setattr", 469},
};
constexpr Numbered kX86_64Only[] = {{"uretprobe", 335}, {"uprobe", 336}};
constexpr Numbered kX86Only[] = {
    {"socket", 359},      {"socketpair", 360}, {"bind", 361},
    {"connect", 362},     {"listen", 363},     {"accept4", 364},
    {"getsockopt", 365},  {"setsockopt", 366}, {"getsockname", 367},
    {"getpeername", 368}, {"sendto", 369},     {"sendmsg", 370},
    {"recvfrom", 371},    {"recvmsg", 372},    {"shutdown", 373},
    {"semget", 393},      {"semctl", 394},     {"shmget", 395},
    {"shmctl", 396},      {"shmat", 397},      {"shmdt", 398},
    {"msgget", 399},      {"msgsnd", 400},     {"msgrcv", 401},
    {"msgctl", 402},      {"recvmmsg", 337},   {"sendmmsg", 345},
};

// What the kernel's function is called, and what libseccomp calls it.
struct Alias {
  absl::string_view kernel;
  absl::string_view common;
};
constexpr Alias kAliases[] = {
    {"newstat", "stat"},           {"newfstat", "fstat"},
    {"newlstat", "lstat"},         {"newuname", "uname"},
    {"umount", "umount2"},         {"sysctl", "_sysctl"},
    {"sendfile64", "sendfile"},    {"llseek", "_llseek"},
    {"fadvise64_64", "fadvise64"},
};

// Functions of libc that are one call of the kernel's, of another name.
struct LibcName {
  absl::string_view libc;
  absl::string_view call;
};
constexpr LibcName kLibcNames[] = {
    {"_exit", "exit_group"},
    {"fstat64", "newfstat"},
    {"fstatat", "newfstatat"},
    {"fstatat64", "newfstatat"},
    {"futimens", "utimensat"},
    {"lseek64", "lseek"},
    {"lstat64", "newlstat"},
    {"mmap64", "mmap"},
    {"nice", "setpriority"},
    {"open64", "open"},
    {"openat64", "openat"},
    {"posix_fadvise", "fadvise64"},
    {"posix_fallocate", "fallocate"},
    {"pread", "pread64"},
    {"prlimit", "prlimit64"},
    {"pwrite", "pwrite64"},
    {"readdir", "getdents64"},
    {"recv", "recvfrom"},
    {"sbrk", "brk"},
    {"send", "sendto"},
    {"sigaction", "rt_sigaction"},
    {"signal", "rt_sigaction"},
    {"sigpending", "rt_sigpending"},
    {"sigprocmask", "rt_sigprocmask"},
    {"sigqueue", "rt_sigqueueinfo"},
    {"sigreturn", "rt_sigreturn"},
    {"sigsuspend", "rt_sigsuspend"},
    {"sigtimedwait", "rt_sigtimedwait"},
    {"stat64", "newstat"},
    {"wait", "wait4"},
    {"wait3", "wait4"},
    {"waitpid", "wait4"},
};

template <size_t N>
const Numbered* Find(const Numbered (&table)[N], absl::string_view name) {
  for (const Numbered& call : table) {
    if (call.name == name) return &call;
  }
  return nullptr;
}
template <size_t N>
const Numbered* Find(const Numbered (&table)[N], uint32_t number) {
  for (const Numbered& call : table) {
    if (static_cast<uint32_t>(call.number) == number) return &call;
  }
  return nullptr;
}

// By name or by number.
template <typename Key>
const Numbered* FindExtra(Arch arch, Key key) {
  if (arch == Arch::kX86_64) {
    if (const Numbered* call = Find(kX86_64Only, key)) return call;
  }
  if (arch == Arch::kX86) {
    if (const Numbered* call = Find(kX86Only, key)) return call;
  }
  return Find(kEverywhere, key);
}

std::optional<uint32_t> LibraryNumber(Arch arch, const std::string& name) {
  const int number =
      seccomp_syscall_resolve_name_arch(AuditArch(arch), name.c_str());
  // Negative ones are libseccomp's own, for calls of other architectures.
  if (number < 0) return std::nullopt;
  return static_cast<uint32_t>(number);
}

const Prototype* FindPrototype(absl::string_view name) {
  for (const Prototype& prototype : kGonePrototypes) {
    if (prototype.name == name) return &prototype;
  }
  const auto* const end = std::end(kPrototypes);
  const auto* const found = std::lower_bound(
      std::begin(kPrototypes), end, name,
      [](const Prototype& p, absl::string_view n) { return p.name < n; });
  return found != end && found->name == name ? found : nullptr;
}

// The call of 64-bit architectures that one of 32 bits stands for: its
// arguments have the same names.
absl::string_view NameOf64Bit(absl::string_view name) {
  if (name == "mmap2") return "mmap";
  for (const absl::string_view suffix : {"_time64", "64", "32"}) {
    if (absl::EndsWith(name, suffix)) {
      return name.substr(0, name.size() - suffix.size());
    }
  }
  return name;
}

// Of the kernel's names, and of those that libseccomp has for them.
std::optional<uint32_t> KernelNumber(Arch arch, const std::string& name) {
  if (const auto number = CommonNumber(arch, name)) return number;
  for (const Alias& alias : kAliases) {
    if (alias.kernel != name) continue;
    return LibraryNumber(arch, std::string(alias.common));
  }
  return std::nullopt;
}

// The call of a function of libc's, where no call has that name itself.
absl::string_view CallOfLibc(Arch arch, const std::string& name) {
  for (const LibcName& libc : kLibcNames) {
    if (libc.libc == name && !KernelNumber(arch, name)) return libc.call;
  }
  return "";
}

}  // namespace

std::optional<uint32_t> CommonNumber(Arch arch, const std::string& name) {
  if (const auto number = LibraryNumber(arch, name)) return number;
  if (const Numbered* call = FindExtra(arch, absl::string_view(name))) {
    return static_cast<uint32_t>(call->number);
  }
  return std::nullopt;
}

std::optional<uint32_t> SyscallNumber(Arch arch, const std::string& name) {
  if (const auto number = KernelNumber(arch, name)) return number;
  const absl::string_view call = CallOfLibc(arch, name);
  if (call.empty()) return std::nullopt;
  return KernelNumber(arch, std::string(call));
}

std::string KernelName(Arch arch, const std::string& name) {
  const absl::string_view call = CallOfLibc(arch, name);
  if (!call.empty() && KernelNumber(arch, std::string(call))) {
    return std::string(call);
  }
  const auto number = SyscallNumber(arch, name);
  for (const Alias& alias : kAliases) {
    // On x86 sendfile and sendfile64 are two calls.
    if (alias.common == name && number &&
        SyscallNumber(arch, std::string(alias.kernel)) == number) {
      return std::string(alias.kernel);
    }
  }
  return "";
}

std::string SyscallName(Arch arch, uint32_t number) {
  const std::unique_ptr<char, decltype(&free)> name(
      seccomp_syscall_resolve_num_arch(AuditArch(arch),
                                       static_cast<int>(number)),
      &free);
  if (name != nullptr && number <= 0x7fffffff) return name.get();
  const Numbered* call = FindExtra(arch, number);
  return call == nullptr ? "" : std::string(call->name);
}

std::optional<std::vector<Argument>> SyscallArguments(Arch arch,
                                                      const std::string& name) {
  const absl::string_view libc = CallOfLibc(arch, name);
  if (!libc.empty()) return SyscallArguments(arch, std::string(libc));
  const Prototype* prototype = nullptr;
  // On x86_64 the common name is the new call: stat is newstat.
  for (const Alias& alias : kAliases) {
    if (alias.common == name) prototype = FindPrototype(alias.kernel);
  }
  if (prototype == nullptr) prototype = FindPrototype(name);
  if (prototype == nullptr) prototype = FindPrototype(NameOf64Bit(name));
  if (prototype == nullptr) return std::nullopt;
  std::vector<Argument> arguments;
  for (const Argument& argument : prototype->arguments) {
    if (argument.name == nullptr) break;
    arguments.push_back({argument.name, Is32Bit(arch) ? 4 : argument.bytes});
  }
  return arguments;
}

bool IsPath(absl::string_view call, absl::string_view argument) {
  // The kernel's "name" is many things.
  if (argument == "name") {
    return call == "acct" || call == "umount" || call == "umount2" ||
           call == "oldumount" || call == "name_to_handle_at";
  }
  for (const absl::string_view path : kPathArguments) {
    if (path == argument) return true;
  }
  return false;
}

absl::string_view ArgumentNow(absl::string_view call,
                              absl::string_view old_name) {
  for (const OldArgument& old : kOldArguments) {
    if (old.call == call && old.old_name == old_name) return old.name;
  }
  return old_name;
}

std::vector<std::string> SyscallNames(Arch arch) {
  constexpr uint32_t kMostNumber = 1024;
  std::vector<std::string> names;
  for (uint32_t number = 0; number < kMostNumber; ++number) {
    if (std::string name = SyscallName(arch, number); !name.empty()) {
      names.push_back(std::move(name));
    }
  }
  for (const Alias& alias : kAliases) {
    if (SyscallNumber(arch, std::string(alias.kernel))) {
      names.emplace_back(alias.kernel);
    }
  }
  return names;
}

}  // namespace jail::seccomp
