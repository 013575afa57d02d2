// Where `[audit] syslog` sends the trail. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wardend::config {

struct SyslogAddress {
  bool local = false;     // this machine's socket; else TLS to `host` and `port`
  std::string host = {};  // a name or an address, without brackets
  std::string port = {};
};

// "local", or "tls://HOST:PORT" ("tls://[ADDRESS]:PORT" for IPv6; without a port it is 6514). nullopt: neither.
[[nodiscard]] std::optional<SyslogAddress> parse_syslog_address(std::string_view text);

}  // namespace wardend::config
