// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#include "config/source_map.h"

#include <utility>

namespace jail {

void SourceMap::Set(const std::string& path, Origin origin) {
  origins_[path] = std::move(origin);
}

Origin SourceMap::Find(const std::string& path) const {
  // "mount[3].dst", then "mount[3]", then "mount".
  std::string around = path;
  while (true) {
    if (const auto it = origins_.find(around); it != origins_.end()) {
      Origin origin = it->second;
      origin.path = path;
      return origin;
    }
    const size_t cut = around.find_last_of(".[");
    if (cut == std::string::npos) break;
    around.resize(cut);
  }
  Origin origin;
  origin.path = path;
  return origin;
}

void SourceMap::SetText(const std::string& path, TextPlaces places) {
  texts_[path] = std::move(places);
}

const TextPlaces* SourceMap::FindText(const std::string& path) const {
  const auto at = texts_.find(path);
  return at == texts_.end() ? nullptr : &at->second;
}

}  // namespace jail
