#include "daemon/gateway/head_text.hpp"

#include <boost/beast/http/status.hpp>
#include <string_view>

namespace wardend::gateway {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t longest_usual_head = 512;

}  // namespace

std::string head_text(const ReplyHead& head, const Framed& framed) {
  const auto reason = http::obsolete_reason(static_cast<http::status>(head.status));
  std::string text;
  text.reserve(longest_usual_head);
  const auto field = [&](std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
  };
  text.append(framed.version >= 11 ? "HTTP/1.1 " : "HTTP/1.0 ").append(std::to_string(head.status)).append(" ");
  text.append(reason.data(), reason.size()).append("\r\n");
  for (const auto& [name, value] : head.headers) field(name, value);
  if (framed.version >= 11 && !framed.keep_alive) field("Connection", "close");
  if (framed.version < 11 && framed.keep_alive) field("Connection", "keep-alive");
  if (framed.chunked) field("Transfer-Encoding", "chunked");
  if (framed.length) field("Content-Length", std::to_string(*framed.length));
  return text += "\r\n";
}

}  // namespace wardend::gateway
