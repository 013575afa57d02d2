// HttpClient over Beast, as far as a comparison needs it: GET, http, one server, kept connections. No TLS, no proxy, no
// deadline. What is not taken waits at the server, as with libcurl.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>

#include "base/http_client.hpp"

namespace wardend::bench {

// To the server on that port of 127.0.0.1. It outlives its streams.
[[nodiscard]] std::unique_ptr<HttpClient> beast_client(asio::io_context& loop, std::uint16_t port);

}  // namespace wardend::bench
