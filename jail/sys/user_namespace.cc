// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "jail/sys/user_namespace.h"

#include <sys/stat.h>

namespace jail {
namespace {

constexpr ino_t kInitialUserNamespace = 0xEFFFFFFD;

}  // namespace

bool InInitialUserNamespace() {
  struct stat status {};
  return stat("/proc/self/ns/user", &status) == 0 &&
         status.st_ino == kInitialUserNamespace;
}

}  // namespace jail
