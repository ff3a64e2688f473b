// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// What the probe sees, part by part.  Each function adds keys to an open JSON
// object, and works without /proc.
#ifndef TESTS_PROBE_SEE_H_
#define TESTS_PROBE_SEE_H_

#include <string>

#include "tests/probe/json.h"

namespace jail::probe {

void SeeIdentity(Json& json);  // ids, groups, capabilities, seccomp, keyring
void SeeProcess(Json& json);   // pids, signals, limits, scheduling
void SeeDescriptors(Json& json, int argc, char** argv, char** env);
void SeeFilesystem(Json& json);  // cwd, root's entries, mounts
void SeeKernel(Json& json);      // host name, namespaces, interfaces, clock

// What must fail in a jail, tried; each key's value is the errno, 0 if it
// worked.
void TryForbidden(Json& json);

// One system call, as probe.cc tells of it.
void MakeCall(Json& json, int argc, char** argv, const std::string& how);

// The whole of a file, or empty.
std::string ReadWhole(const char* path);

}  // namespace jail::probe

#endif  // TESTS_PROBE_SEE_H_
