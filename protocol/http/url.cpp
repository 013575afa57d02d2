#include "protocol/http/url.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>

#include "base/text.hpp"

namespace wardend::http {
namespace {

constexpr std::size_t max_url = 8 * 1024;

bool is_loopback(std::string_view host) { return host == "127.0.0.1" || host == "[::1]" || host == "localhost"; }

// What stands between "://" and the path, query or fragment. Not asked of Boost.URL: 1.81 ends the host of
// http://127.0.0.1.example.org after the fourth number, and reads the rest as a path.
std::string_view authority_of(std::string_view after_scheme) {
  if (!after_scheme.starts_with("://")) return {};
  const auto rest = after_scheme.substr(3);
  return rest.substr(0, rest.find_first_of("/?#"));
}

bool is_host(std::string_view host) {
  const bool literal = host.starts_with('[') && host.ends_with(']');
  const std::string_view name = literal ? host.substr(1, host.size() - 2) : host;
  const std::string_view others = literal ? ":." : "-._";
  return !name.empty() && std::ranges::all_of(name, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || others.find(c) != std::string_view::npos;
  });
}

// Without leading zeros; empty: outside 1 to 65535.
std::string port_number(std::string_view digits) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool port = error == std::errc() && end == digits.data() + digits.size() && number >= 1 && number <= 65535;
  return port ? std::to_string(number) : std::string();
}

}  // namespace

std::expected<Url, std::string> Url::parse(std::string_view text) {
  if (text.size() > max_url) return std::unexpected("a URL of more than 8 KiB: shorten it");
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed) return std::unexpected("not an absolute URL: write https://HOST/PATH");
  const boost::urls::url_view& view = *parsed;
  Url url;
  url.text_ = text;
  url.scheme_ = lower_case({view.scheme().data(), view.scheme().size()});
  const std::string_view authority = authority_of(text.substr(url.scheme_.size()));
  const auto colon =
      authority.find(':', authority.starts_with('[') ? std::min(authority.find(']'), authority.size()) : 0);
  url.host_ = lower_case(authority.substr(0, colon));
  if (url.scheme_ != "https" && url.scheme_ != "http") return std::unexpected("not an https URL");
  if (authority.empty()) return std::unexpected("a URL without a host");
  if (authority.contains('@')) return std::unexpected("a user name or password in a URL: take it out");
  if (view.has_fragment()) return std::unexpected("a fragment (#...) in a URL: take it out");
  if (!is_host(url.host_)) return std::unexpected("a URL whose host is no name and no address");
  if (url.scheme_ == "http" && !is_loopback(url.host_)) return std::unexpected("http is for loopback only: use https");
  const auto port = colon == std::string_view::npos ? std::string_view() : authority.substr(colon + 1);
  url.port_ = port.empty() ? (url.scheme_ == "https" ? "443" : "80") : port_number(port);
  if (url.port_.empty()) return std::unexpected("a port that is not 1 to 65535");
  return url;
}

bool Url::is_at(std::string_view host) const { return host_ == lower_case(host); }

}  // namespace wardend::http
