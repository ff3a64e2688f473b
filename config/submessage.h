// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_SUBMESSAGE_H_
#define CONFIG_SUBMESSAGE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

namespace jail {

// The message in `field` of `message`, made where it is not there yet; of a
// repeated field a new last one.  `message` is a JailConfig or part of one.
//
// As Reflection::MutableMessage and AddMessage, which however look for the
// prototype in the pool of all generated messages, and that first builds the
// descriptors of descriptor.proto: a tenth of a launch's time in user mode.
google::protobuf::Message* MakeSubmessage(
    google::protobuf::Message& message,
    const google::protobuf::FieldDescriptor& field);

}  // namespace jail

#endif  // CONFIG_SUBMESSAGE_H_
