// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Stands in for std::ios_base::Init::Init(), by ld's --wrap: see
// JailTargets.cmake.
extern "C" void __wrap__ZNSt8ios_base4InitC1Ev() {}  // NOLINT
