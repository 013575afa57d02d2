// HTTP's parser for one request, and what it makes of a head. Beast is seen here and by the connection alone.
#pragma once

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <expected>
#include <string_view>

#include "daemon/gateway/refusal.hpp"
#include "daemon/gateway/request_head.hpp"

namespace wardend::gateway {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

struct ParsedHead {
  std::expected<RequestHead, Refusal> head;
  std::size_t taken = 0;  // bytes; none of a head that is no HTTP
  unsigned version = 11;
};

// Reads a head, up to its empty line, with a parser that has seen nothing yet; the parser goes on with the body.
[[nodiscard]] ParsedHead parse_head(std::string_view bytes, RequestParser& parser);

}  // namespace wardend::gateway
