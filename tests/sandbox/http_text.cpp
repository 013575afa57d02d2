#include "tests/sandbox/http_text.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/status.hpp>
#include <boost/beast/http/string_body.hpp>

namespace wardend::sandbox {
namespace {

namespace http = boost::beast::http;
using Parser = http::request_parser<http::string_body>;

Inbound to_inbound(const http::request<http::string_body>& from) {
  const std::string_view target(from.target().data(), from.target().size());
  const auto question = target.find('?');
  Inbound inbound{.keep_alive = from.keep_alive()};
  inbound.request = {.method = std::string(from.method_string()),
                     .path = std::string(target.substr(0, question)),
                     .query = std::string(question == std::string_view::npos ? "" : target.substr(question + 1)),
                     .authorization = std::string(from[http::field::authorization]),
                     .content_type = std::string(from[http::field::content_type]),
                     .body = from.body(),
                     .accept = std::string(from[http::field::accept]),
                     .if_match = std::string(from[http::field::if_match]),
                     .if_none_exist = std::string(from["If-None-Exist"])};
  return inbound;
}

}  // namespace

asio::awaitable<std::expected<Inbound, ReadEnd>> read_request(Stream& stream, std::string& buffer) {
  Parser parser;
  parser.eager(true);
  parser.header_limit(64 * 1024);
  parser.body_limit(256 * 1024);
  std::array<char, 16 * 1024> chunk{};
  for (;;) {
    while (!buffer.empty()) {
      boost::system::error_code error;
      const std::size_t used = parser.put(asio::buffer(buffer), error);
      buffer.erase(0, used);
      if (error && error != http::error::need_more) co_return std::unexpected(ReadEnd::malformed);
      if (parser.is_done()) co_return to_inbound(parser.get());
      if (used == 0) break;
    }
    const std::size_t count = co_await stream.read(chunk);
    if (count == 0) co_return std::unexpected(ReadEnd::closed);
    buffer.append(chunk.data(), count);
  }
}

std::string reply_text(const Reply& reply, Body body, Connection connection, WallTime now) {
  const auto reason = http::obsolete_reason(static_cast<http::status>(reply.status));
  std::string text = fmt::format("HTTP/1.1 {} {}\r\n", reply.status, std::string_view(reason.data(), reason.size()));
  const auto own = [&reply](const char* name) {
    return std::ranges::any_of(reply.headers, [name](const auto& header) { return header.first == name; });
  };
  if (!own("Date")) text += "Date: " + http_date(now) + "\r\n";
  text += "Content-Type: " + reply.content_type + "\r\n";
  if (!own("Content-Length")) text += "Content-Length: " + std::to_string(reply.body.size()) + "\r\n";
  for (const auto& [name, value] : reply.headers) text += name + ": " + value + "\r\n";
  if (connection == Connection::ended) text += "Connection: close\r\n";
  text += "\r\n";
  if (body == Body::left_out) return text;
  text += reply.delivery == Delivery::truncated ? reply.body.substr(0, reply.body.size() / 2) : reply.body;
  return text;
}

}  // namespace wardend::sandbox
