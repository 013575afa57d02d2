// Addresses that a server may have: https, or http on loopback. No I/O.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace wardend::http {

// An absolute http(s) URL without userinfo or fragment. `http` only where the host is 127.0.0.1, [::1] or localhost.
class Url {
 public:
  // The error is a sentence: what is wrong with `text`. At most 8 KiB.
  [[nodiscard]] static std::expected<Url, std::string> parse(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::string& scheme() const { return scheme_; }
  [[nodiscard]] const std::string& host() const { return host_; }  // lower case, brackets kept
  [[nodiscard]] const std::string& port() const { return port_; }  // 1 to 65535; the scheme's own where none is written
  // Whether `host` names this URL's host, in whatever case it is written.
  [[nodiscard]] bool is_at(std::string_view host) const;
  [[nodiscard]] std::string origin() const { return scheme_ + "://" + host_ + ":" + port_; }

 private:
  std::string text_, scheme_, host_, port_;
};

}  // namespace wardend::http
