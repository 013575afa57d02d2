// The head of an answer as it goes over the wire. No I/O.
// Spec: RFC 9112 §4 and §9.3
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "daemon/gateway/client.hpp"

namespace wardend::gateway {

// How an answer's body ends, and what becomes of the connection then.
struct Framed {
  unsigned version = 11;  // of the request: 10 or 11
  bool keep_alive = false;
  bool chunked = false;
  std::optional<std::uint64_t> length = {};
};

// With its empty line. The head's fields are written as they are: each is one line, and is there once.
[[nodiscard]] std::string head_text(const ReplyHead& head, const Framed& framed);

}  // namespace wardend::gateway
