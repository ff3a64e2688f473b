// Copyright 2026 The jail authors. SPDX-License-Identifier: Apache-2.0
#ifndef TOOLS_EVALCTL_SERVE_PIECE_BODY_H_
#define TOOLS_EVALCTL_SERVE_PIECE_BODY_H_

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional.hpp>
#include <cstdint>
#include <utility>

#include "tools/evalctl/body.h"

namespace jail::eval {

// A Body as Beast's Body concept: the next piece is encoded once the one before
// it was sent.
struct PieceBody {
  using value_type = Body;

  static uint64_t size(const Body& body) { return body.size(); }

  class writer {
   public:
    using const_buffers_type = boost::asio::const_buffer;

    template <bool kIsRequest, class Fields>
    writer(boost::beast::http::header<kIsRequest, Fields>&, Body& body)
        : body_(body) {}

    void init(boost::beast::error_code& error) { error = {}; }

    boost::optional<std::pair<const_buffers_type, bool>> get(
        boost::beast::error_code& error) {
      error = {};
      const absl::string_view piece = body_.Next();
      if (piece.empty()) return boost::none;
      return {{const_buffers_type(piece.data(), piece.size()),
               /*has more=*/body_.size() > 0}};
    }

   private:
    Body& body_;
  };
};

}  // namespace jail::eval

#endif  // TOOLS_EVALCTL_SERVE_PIECE_BODY_H_
