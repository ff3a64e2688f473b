// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/parent/exec_hints.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "jail/parent/jail_view.h"
#include "jail/sys/fd.h"

namespace jail {
namespace {

constexpr size_t kScriptLine = 256;  // BINPRM_BUF_SIZE
constexpr size_t kMaxInterpreter = 4096;
constexpr int kMaxProgramHeaders = 128;

bool ReadAt(int fd, void* to, size_t size, uint64_t offset) {
  return pread(fd, to, size, static_cast<off_t>(offset)) ==
         static_cast<ssize_t>(size);
}

std::string ElfInterpreter(int fd) {
  Elf64_Ehdr header;
  if (!ReadAt(fd, &header, sizeof header, 0) ||
      header.e_ident[EI_CLASS] != ELFCLASS64 ||
      header.e_phentsize != sizeof(Elf64_Phdr)) {
    return "";
  }
  for (int i = 0; i < header.e_phnum && i < kMaxProgramHeaders; ++i) {
    Elf64_Phdr segment;
    if (!ReadAt(fd, &segment, sizeof segment,
                header.e_phoff + static_cast<uint64_t>(i) * sizeof segment)) {
      return "";
    }
    if (segment.p_type != PT_INTERP || segment.p_filesz > kMaxInterpreter) {
      continue;
    }
    std::string text(segment.p_filesz, '\0');
    if (!ReadAt(fd, text.data(), text.size(), segment.p_offset)) return "";
    return text.c_str();
  }
  return "";
}

bool IsRelative(const std::string& file) { return file[0] != '/'; }

// execve(2) looks from the working directory.
HostPlace FindProgram(const Spec& spec, const std::string& file) {
  if (spec.process.command.by_fd) return {true, file, "", nullptr};
  return FindOnHost(spec, IsRelative(file)
                              ? absl::StrCat(spec.process.cwd, "/", file)
                              : file);
}

std::string HintForMissing(const Spec& spec, const std::string& file) {
  const Command& command = spec.process.command;
  if (command.file.find('/') == std::string::npos && !command.search.empty()) {
    bool found = false;
    for (const std::string& dir : command.search) {
      found |= FindOnHost(spec, absl::StrCat(dir, "/", command.file)).found;
    }
    if (!found) {
      return absl::StrCat(command.file,
                          " is in no directory of the jail's "
                          "PATH (",
                          absl::StrJoin(command.search, ":"),
                          "): mount the one that holds it");
    }
  }
  const HostPlace place = FindProgram(spec, file);
  if (!place.found && IsRelative(file)) {
    return absl::StrCat(file, " is looked for from the jail's cwd, ",
                        spec.process.cwd,
                        ": write its whole path there, or set cwd");
  }
  if (!place.found) {
    return access(file.c_str(), F_OK) == 0
               ? absl::StrCat(file,
                              " is on the host, but not in the jail: "
                              "mount it")
               : absl::StrCat("there is no ", place.missing, " in the jail");
  }
  bool is_script = false;
  const std::string interpreter = InterpreterOf(place.host, is_script);
  if (interpreter.empty()) return "";
  if (is_script && command.by_fd) {
    return "a script can't be executed by descriptor: the interpreter could "
           "not open it";
  }
  if (FindOnHost(spec, interpreter).found) return "";
  return absl::StrCat(
      file,
      is_script ? " is a script for " : " is linked dynamically: its loader ",
      interpreter, is_script ? ", which" : "", " is not in the jail: mount it");
}

std::string HintForDenied(const Spec& spec, const std::string& file) {
  const HostPlace place = FindProgram(spec, file);
  if (!place.found) return "";
  if (place.mount != nullptr && place.mount->flags.noexec) {
    return absl::StrCat(
        file, " lies on a mount with noexec: ", place.mount->origin.ToString());
  }
  struct stat status {};
  if (stat(place.host.c_str(), &status) != 0) return "";
  if (S_ISDIR(status.st_mode)) return absl::StrCat(file, " is a directory");
  if ((status.st_mode & 0111) == 0) {
    return absl::StrCat(file, " is not executable: chmod +x ", place.host);
  }
  return "the jail's user may not execute it, or not search a directory on "
         "the way: look at the modes, and at noexec of the host's mounts";
}

}  // namespace

std::string InterpreterOf(const std::string& path, bool& is_script) {
  is_script = false;
  // Not a FIFO of somebody's: that would hang.
  const Fd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return "";
  char line[kScriptLine + 1];
  const ssize_t n = pread(fd.get(), line, kScriptLine, 0);
  if (n < 4) return "";
  line[n] = '\0';
  if (memcmp(line, ELFMAG, SELFMAG) == 0) return ElfInterpreter(fd.get());
  if (line[0] != '#' || line[1] != '!') return "";
  is_script = true;
  const char* begin = line + 2 + strspn(line + 2, " \t");
  return std::string(begin, strcspn(begin, " \t\n"));
}

std::string ExecHint(const Spec& spec, const SetupFailure& failure) {
  switch (failure.error) {
    case ENOENT:
    case ENOTDIR:
      return HintForMissing(spec, failure.object);
    case EACCES:
      return HintForDenied(spec, failure.object);
    case ENOEXEC:
      return "it is no program of this machine's, nor a script that begins "
             "with #!";
    case ELOOP:
      return "too many symbolic links, or a script whose interpreter is a "
             "script";
    case E2BIG:
      return "arguments and environment are longer than rlimit_stack allows";
    case ENOMEM:
      return "rlimit_as is too small for the program";
    case EPERM:
      return "the program has file capabilities that it can't get here, or a "
             "security module forbids it";
    default:
      return "";
  }
}

}  // namespace jail
