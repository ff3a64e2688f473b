// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef CONFIG_TEXT_PLACES_H_
#define CONFIG_TEXT_PLACES_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"

namespace jail {

// Where each byte of a string's content was written.  A policy inside of a
// config is a text of its own, whose faults are told at their lines of the
// config.
class TextPlaces {
 public:
  struct Place {
    int line = 0;    // from 1; 0: not known
    int column = 0;  // from 1, in bytes
  };

  // `literal`, with its quotes, stands at `place`; what it says is at `offset`
  // of the content.  Text protobuf's and JSON's escapes both count.
  void Add(absl::string_view literal, Place place, size_t offset);

  // The place of the content's byte at `offset`.
  Place Find(size_t offset) const;

 private:
  // From `offset` on, one byte is one column, until the next piece.
  struct Piece {
    size_t offset;
    Place place;
  };
  std::vector<Piece> pieces_;
};

}  // namespace jail

#endif  // CONFIG_TEXT_PLACES_H_
