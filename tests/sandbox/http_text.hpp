// HTTP/1.1 between bytes and messages: no sockets.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <expected>
#include <string>

#include "base/clock.hpp"
#include "tests/sandbox/message.hpp"
#include "tests/sandbox/stream.hpp"

namespace wardend::sandbox {

struct Inbound {
  Request request = {};
  bool keep_alive = true;
};

// What stopped the reading.
enum class ReadEnd { closed, malformed };

// Reads one request; bytes behind it stay in `buffer`, which must outlive the call as `stream` must. Headers of at most
// 64 KiB, a body of at most 256 KiB.
[[nodiscard]] asio::awaitable<std::expected<Inbound, ReadEnd>> read_request(Stream& stream, std::string& buffer);

enum class Body { sent, left_out };
enum class Connection { kept, ended };
// The bytes of a reply. A truncated one ends half-way through its body.
[[nodiscard]] std::string reply_text(const Reply& reply, Body body, Connection connection, WallTime now);

}  // namespace wardend::sandbox
