// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
//
// Writes the tables of config/schema.h from proto/jail.proto; runs in the
// build.
//
//   schema_generator FILE
#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "proto/jail.pb.h"

namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;

// Empty for a type that config/ does not know how to read.
std::string TypeName(const FieldDescriptor& field) {
  switch (field.type()) {
    case FieldDescriptor::TYPE_BOOL:
      return "kBool";
    case FieldDescriptor::TYPE_INT32:
      return "kInt32";
    case FieldDescriptor::TYPE_INT64:
      return "kInt64";
    case FieldDescriptor::TYPE_UINT32:
      return "kUint32";
    case FieldDescriptor::TYPE_UINT64:
      return "kUint64";
    case FieldDescriptor::TYPE_ENUM:
      return "kEnum";
    case FieldDescriptor::TYPE_STRING:
      return "kString";
    case FieldDescriptor::TYPE_BYTES:
      return "kBytes";
    case FieldDescriptor::TYPE_MESSAGE:
      return "kMessage";
    default:
      return "";
  }
}

// "kJailConfigUserNet" for JailConfig.UserNet.
template <typename Type>
std::string Constant(const Type& type) {
  std::string name = type.full_name().substr(type.file()->package().size());
  name.erase(std::remove(name.begin(), name.end(), '.'), name.end());
  return "k" + name;
}

const char* LabelName(const FieldDescriptor& field) {
  return field.is_repeated()   ? "kRepeated"
         : field.is_required() ? "kRequired"
                               : "kOptional";
}

void WriteEnum(const EnumDescriptor& type, std::ostream& out) {
  const std::string constant = Constant(type);
  out << "constexpr EnumValueDescriptor " << constant << "Values[] = {\n";
  for (int i = 0; i < type.value_count(); ++i) {
    out << "    {\"" << type.value(i)->name() << "\", "
        << type.value(i)->number() << "},\n";
  }
  out << "};\nconstexpr EnumDescriptor " << constant << "(" << constant
      << "Values, " << type.value_count() << ");\n\n";
}

// `outer` is a file or a message.
template <typename Outer>
void WriteEnums(const Outer& outer, std::ostream& out) {
  for (int i = 0; i < outer.enum_type_count(); ++i) {
    WriteEnum(*outer.enum_type(i), out);
  }
}

// The messages of `type`, from the outside in.
void Collect(const Descriptor& type, std::vector<const Descriptor*>& all) {
  all.push_back(&type);
  for (int i = 0; i < type.nested_type_count(); ++i) {
    Collect(*type.nested_type(i), all);
  }
}

bool WriteMessage(const Descriptor& type, std::ostream& out) {
  const std::string constant = Constant(type);
  if (type.oneof_decl_count() > 0) {
    std::fprintf(stderr, "schema_generator: %s has a oneof in it\n",
                 type.name().c_str());
    return false;
  }
  std::vector<int> by_name;
  out << "constexpr FieldDescriptor " << constant << "Fields[] = {\n";
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    const std::string kind = TypeName(field);
    if (kind.empty()) {
      std::fprintf(stderr, "schema_generator: %s.%s has a type unknown here\n",
                   type.name().c_str(), field.name().c_str());
      return false;
    }
    by_name.push_back(i);
    const auto pointer = [&out](const auto* to) {
      out << ", " << (to == nullptr ? "nullptr" : "&" + Constant(*to));
    };
    out << "    {\"" << field.name() << "\", \"" << field.camelcase_name()
        << "\", " << field.number() << ", FieldDescriptor::Type::" << kind
        << ", FieldDescriptor::Label::" << LabelName(field);
    pointer(&type);
    pointer(field.message_type());
    pointer(field.enum_type());
    out << "},\n";
  }
  std::sort(by_name.begin(), by_name.end(), [&type](int a, int b) {
    return type.field(a)->name() < type.field(b)->name();
  });
  out << "};\nconstexpr uint16_t " << constant << "ByName[] = {";
  for (const int i : by_name) out << i << ", ";
  out << "};\nconstexpr MessageDescriptor " << constant << "(\"" << type.name()
      << "\", " << constant << "Fields, " << constant << "ByName, "
      << type.field_count() << ");\n\n";
  return true;
}

bool WriteTables(const FileDescriptor& file, std::ostream& out) {
  std::vector<const Descriptor*> messages;
  for (int i = 0; i < file.message_type_count(); ++i) {
    Collect(*file.message_type(i), messages);
  }
  out << "// Written by config/schema_generator.cc from " << file.name()
      << ".\n#include \"config/schema.h\"\n\nnamespace jail {\nnamespace {\n\n";
  for (const Descriptor* message : messages) {
    out << "extern const MessageDescriptor " << Constant(*message) << ";\n";
  }
  WriteEnums(file, out);
  for (const Descriptor* message : messages) WriteEnums(*message, out);
  for (const Descriptor* message : messages) {
    if (!WriteMessage(*message, out)) return false;
  }
  out << "}  // namespace\n\nconst MessageDescriptor& JailConfigDescriptor() "
         "{ return kJailConfig; }\n\n}  // namespace jail\n";
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: schema_generator FILE\n");
    return 2;
  }
  std::ofstream out(argv[1]);
  if (!WriteTables(*jail::config::JailConfig::descriptor()->file(), out)) {
    return 1;
  }
  out.close();
  if (!out) {
    std::fprintf(stderr, "schema_generator: cannot write %s\n", argv[1]);
    return 1;
  }
  return 0;
}
