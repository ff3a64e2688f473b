// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_REFERENCE_MANUAL_H_
#define TOOLS_REFERENCE_MANUAL_H_

#include <google/protobuf/descriptor.h>

#include <string>

namespace jail {

// jail(1), in man(7).
std::string JailManual(const std::string& version);

// jail.cfg(5): every message, field and value of the file that declares the
// config, with its comments.
std::string ConfigManual(const google::protobuf::FileDescriptor& file,
                         const std::string& version);

}  // namespace jail

#endif  // TOOLS_REFERENCE_MANUAL_H_
