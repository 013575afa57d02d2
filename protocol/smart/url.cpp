#include "protocol/smart/url.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace wardend::smart {
namespace {

constexpr std::size_t max_url = 8 * 1024;

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::ranges::transform(lowered, lowered.begin(),
                         [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); });
  return lowered;
}

bool is_loopback(std::string_view host) { return host == "127.0.0.1" || host == "[::1]" || host == "localhost"; }

std::string_view path_of(std::string_view url) {
  const auto authority = url.find("://");
  const auto slash = url.find('/', authority + 3);
  return slash == std::string_view::npos ? std::string_view{} : url.substr(slash);
}

}  // namespace

std::expected<Url, std::string> Url::parse(std::string_view text) {
  if (text.size() > max_url) return std::unexpected("a URL of more than 8 KiB: shorten it");
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed) return std::unexpected("not an absolute URL: write https://HOST/PATH");
  const boost::urls::url_view view = *parsed;
  Url url;
  url.text_ = text;
  url.scheme_ = lower({view.scheme().data(), view.scheme().size()});
  const auto host = view.encoded_host();
  url.host_ = lower({host.data(), host.size()});
  if (url.scheme_ != "https" && url.scheme_ != "http") return std::unexpected("not an https URL");
  if (url.host_.empty()) return std::unexpected("a URL without a host");
  if (view.has_userinfo()) return std::unexpected("a user name or password in a URL: take it out");
  if (view.has_fragment()) return std::unexpected("a fragment (#...) in a URL: take it out");
  if (url.scheme_ == "http" && !is_loopback(url.host_)) return std::unexpected("http is for loopback only: use https");
  url.port_ = view.has_port() && !view.port().empty() ? std::string(view.port().data(), view.port().size())
                                                      : (url.scheme_ == "https" ? "443" : "80");
  return url;
}

std::expected<FhirBase, std::string> FhirBase::parse(std::string_view text) {
  auto url = Url::parse(text);
  if (!url) return std::unexpected(url.error());
  if (text.find('?') != std::string_view::npos)
    return std::unexpected("a query (?...) in a FHIR base URL: take it out");
  FhirBase base;
  base.text_ = text;
  const bool default_port = url->port() == (url->scheme() == "https" ? "443" : "80");
  base.canonical_ = url->scheme() + "://" + url->host() + (default_port ? "" : ":" + url->port());
  base.canonical_ += path_of(text);
  while (base.canonical_.ends_with('/')) base.canonical_.pop_back();
  base.url_ = std::move(*url);
  return base;
}

std::string FhirBase::child(std::string_view path) const {
  std::string url = text_;
  while (url.ends_with('/')) url.pop_back();
  url.push_back('/');
  url += path;
  return url;
}

}  // namespace wardend::smart
