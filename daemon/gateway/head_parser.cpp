#include "daemon/gateway/head_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <string>
#include <utility>
#include <vector>

#include "daemon/gateway/head_bytes.hpp"

namespace wardend::gateway {
namespace {

namespace http = boost::beast::http;

Refusal no_request(const std::string& why) {
  return {.status = 400,
          .error = errors::InvalidRequest{.field = "request", .reason = "it is no HTTP request: " + why}};
}

template <typename Text>
std::string_view view_of(const Text& text) {
  return {text.data(), text.size()};
}

}  // namespace

ParsedHead parse_head(std::string_view bytes, RequestParser& parser) {
  if (auto fault = judge_bytes(bytes)) return {.head = std::unexpected(std::move(*fault))};
  parser.header_limit(static_cast<std::uint32_t>(longest_head));
  parser.body_limit(boost::none);
  boost::system::error_code error;
  const std::size_t taken = parser.put(boost::asio::buffer(bytes), error);
  if ((error && error != http::error::need_more) || !parser.is_header_done())
    return {.head = std::unexpected(no_request(error.message()))};
  const auto& message = parser.get();
  std::vector<fhir::Header> fields;
  for (const auto& field : message) fields.push_back({view_of(field.name_string()), view_of(field.value())});
  return {.head = read_head({.method = view_of(message.method_string()),
                             .target = view_of(message.target()),
                             .version = message.version(),
                             .fields = fields}),
          .taken = taken,
          .version = message.version()};
}

}  // namespace wardend::gateway
