// The bytes of a request on the gateway's way in: judge_bytes(), Beast's parser, read_head(). Who refuses them?
#pragma once

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/gateway/head_bytes.hpp"
#include "daemon/gateway/request_head.hpp"

namespace wardend::test {

struct JudgedHead {
  enum class By : std::uint8_t { nobody, bytes, parser, head };
  By by = By::nobody;
  int status = 0;                                 // of a refusal
  std::string why = {};                           // of whoever refused
  std::optional<gateway::RequestHead> head = {};  // nobody refused
  gateway::Framing parsed = {};                   // as the parser would take the body
};

// The head that `bytes` begin with, with its empty line.
inline JudgedHead judged_head(std::string_view bytes) {
  namespace http = boost::beast::http;
  using By = JudgedHead::By;
  const auto end = bytes.find("\r\n\r\n");
  const std::string_view text = bytes.substr(0, end == std::string_view::npos ? end : end + 4);
  if (const auto fault = gateway::judge_bytes(text))
    return {.by = By::bytes, .status = fault->status, .why = fault->error.detail()};
  http::request_parser<http::empty_body> parser;
  parser.header_limit(gateway::longest_head + 1);
  parser.body_limit(boost::none);
  boost::system::error_code error;
  parser.put(boost::asio::buffer(text), error);
  if (error) return {.by = By::parser, .status = 400, .why = error.message()};
  const auto& message = parser.get();
  std::vector<fhir::Header> fields;
  for (const auto& field : message)
    fields.push_back(
        {{field.name_string().data(), field.name_string().size()}, {field.value().data(), field.value().size()}});
  auto head = gateway::read_head({.method = {message.method_string().data(), message.method_string().size()},
                                  .target = {message.target().data(), message.target().size()},
                                  .version = message.version(),
                                  .fields = fields});
  if (!head) return {.by = By::head, .status = head.error().status, .why = head.error().error.detail()};
  if (const auto& fault = head->fault) return {.by = By::head, .status = fault->status, .why = fault->error.detail()};
  JudgedHead judged{.head = std::move(*head)};
  if (parser.chunked()) judged.parsed.kind = gateway::Framing::Kind::chunked;
  if (const auto length = parser.content_length(); length && *length > 0)
    judged.parsed = {.kind = gateway::Framing::Kind::length, .length = *length};
  return judged;
}

}  // namespace wardend::test
