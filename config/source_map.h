// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_SOURCE_MAP_H_
#define CONFIG_SOURCE_MAP_H_

#include <map>
#include <string>

#include "config/text_places.h"
#include "jail/spec/origin.h"

namespace jail {

// Where each field of a parsed configuration was written.  Fields are named by
// path: "mount[3].dst", "exec_bin.arg[0]", "time_limit".
class SourceMap {
 public:
  void Set(const std::string& path, Origin origin);

  // The origin of `path`, or of the nearest field around it that was written
  // (its own `path` stays); a default Origin (no file) when none was.
  Origin Find(const std::string& path) const;

  bool Has(const std::string& path) const { return origins_.contains(path); }

  // Of a string that is a text of its own; null where nothing is known.
  void SetText(const std::string& path, TextPlaces places);
  const TextPlaces* FindText(const std::string& path) const;

 private:
  std::map<std::string, Origin> origins_;
  std::map<std::string, TextPlaces> texts_;
};

}  // namespace jail

#endif  // CONFIG_SOURCE_MAP_H_
