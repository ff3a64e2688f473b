// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_PARSE_CONTEXT_H_
#define CONFIG_PARSE_CONTEXT_H_

#include <set>
#include <string>
#include <utility>

#include "config/diagnostics.h"
#include "config/message_writer.h"
#include "config/parse.h"
#include "config/schema.h"
#include "config/text_places.h"

namespace jail {

// What the text and the JSON parser share: where faults and places go, and the
// limits on both.
class ParseContext {
 public:
  ParseContext(const std::string& file, ParsedConfig& config,
               Diagnostics& diagnostics)
      : file_(file), config_(config), diagnostics_(diagnostics) {}

  ParsedConfig& config() { return config_; }

  // Both also end parsing (stopped()) at kMaxConfigErrors of them.
  void Error(int line, int column, const std::string& path,
             std::string message);
  void Warning(int line, int column, const std::string& path,
               std::string message);
  // An error after which nothing more is read.
  void Stop(int line, int column, const std::string& path, std::string message);
  bool stopped() const { return stopped_; }

  // What was read goes into config().proto.
  void Finish(const MessageWriter& message);

  void Place(const std::string& path, int line, int column);
  // Is the field's string a text whose own lines count?
  static bool IsText(const FieldDescriptor& field);
  void PlaceText(const std::string& path, TextPlaces places) {
    config_.sources.SetText(path, std::move(places));
  }
  bool IsPlaced(const std::string& path) const {
    return config_.sources.Has(path);
  }
  int LineOf(const std::string& path) const {
    return config_.sources.Find(path).line;
  }

  // The path of a value that is about to be written: "mount[3]" for the fourth.
  static std::string ItemPath(const MessageWriter& message,
                              const FieldDescriptor& field,
                              const std::string& field_path);

  // Is there room for one more item?  Tells it once for each field when not.
  bool HasRoom(const MessageWriter& message, const FieldDescriptor& field,
               const std::string& field_path, int line, int column);

 private:
  void Count(int line, int column);

  const std::string& file_;
  ParsedConfig& config_;
  Diagnostics& diagnostics_;
  int told_ = 0;
  bool stopped_ = false;
  std::set<std::string> full_;
};

// "mount[3].dst"; `name` alone at the top.
std::string JoinPath(const std::string& outer, const std::string& name);

}  // namespace jail

#endif  // CONFIG_PARSE_CONTEXT_H_
