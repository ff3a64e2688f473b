// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/submessage.h"

#include "proto/jail.pb.h"

namespace jail {
namespace {

using google::protobuf::Message;

// Null for a type that only few configs have: those go the usual way.
const Message* Prototype(const google::protobuf::Descriptor& type) {
  for (const Message* prototype :
       {static_cast<const Message*>(&config::MountPt::default_instance()),
        static_cast<const Message*>(&config::IdMap::default_instance()),
        static_cast<const Message*>(&config::Exe::default_instance()),
        static_cast<const Message*>(&config::Overlay::default_instance())}) {
    if (prototype->GetDescriptor() == &type) return prototype;
  }
  return nullptr;
}

}  // namespace

Message* MakeSubmessage(Message& message,
                        const google::protobuf::FieldDescriptor& field) {
  const google::protobuf::Reflection& set = *message.GetReflection();
  const Message* prototype = Prototype(*field.message_type());
  if (field.is_repeated()) {
    if (prototype == nullptr) return set.AddMessage(&message, &field);
    Message* added = prototype->New();
    set.AddAllocatedMessage(&message, &field, added);
    return added;
  }
  if (prototype != nullptr && !set.HasField(message, &field)) {
    set.SetAllocatedMessage(&message, prototype->New(), &field);
  }
  return set.MutableMessage(&message, &field);
}

}  // namespace jail
