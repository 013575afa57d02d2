#include "protocol/fhir/base_url.hpp"

namespace wardend::fhir {
namespace {

std::string_view path_behind_authority(std::string_view url) {
  const auto authority = url.find("://");
  const auto slash = url.find('/', authority + 3);
  return slash == std::string_view::npos ? std::string_view{} : url.substr(slash);
}

}  // namespace

std::expected<BaseUrl, std::string> BaseUrl::parse(std::string_view text) {
  auto url = http::Url::parse(text);
  if (!url) return std::unexpected(url.error());
  if (text.find('?') != std::string_view::npos)
    return std::unexpected("a query (?...) in a FHIR base URL: take it out");
  BaseUrl base;
  base.text_ = text;
  const bool default_port = url->port() == (url->scheme() == "https" ? "443" : "80");
  base.canonical_ = url->scheme() + "://" + url->host() + (default_port ? "" : ":" + url->port());
  base.canonical_ += path_behind_authority(text);
  while (base.canonical_.ends_with('/')) base.canonical_.pop_back();
  base.url_ = std::move(*url);
  return base;
}

std::string BaseUrl::child(std::string_view path) const {
  std::string url = text_;
  while (url.ends_with('/')) url.pop_back();
  url.push_back('/');
  url += path;
  return url;
}

}  // namespace wardend::fhir
