#include "config/syslog_address.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace wardend::config {
namespace {

constexpr std::string_view scheme = "tls://";
constexpr std::string_view usual_port = "6514";  // RFC 5425 section 4.1

bool is_port(std::string_view text) {
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc() && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

bool is_host(std::string_view text, std::string_view also) {
  return !text.empty() && text.size() <= 253 && std::ranges::all_of(text, [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || also.contains(c);
  });
}

}  // namespace

std::optional<SyslogAddress> parse_syslog_address(std::string_view text) {
  if (text == "local") return SyslogAddress{.local = true};
  if (!text.starts_with(scheme)) return std::nullopt;
  text.remove_prefix(scheme.size());
  const bool v6 = text.starts_with('[');
  const auto end = v6 ? text.find(']') : text.find(':');
  if (v6 && end == std::string_view::npos) return std::nullopt;
  const std::string_view host = v6 ? text.substr(1, end - 1) : text.substr(0, end);
  const std::string_view rest = text.substr(std::min(text.size(), v6 ? end + 1 : end));
  const std::string_view port = rest.empty() ? usual_port : rest.substr(1);
  if (!is_host(host, v6 ? ":" : "-._") || (!rest.empty() && rest.front() != ':') || !is_port(port)) return std::nullopt;
  return SyslogAddress{.host = std::string(host), .port = std::string(port)};
}

}  // namespace wardend::config
