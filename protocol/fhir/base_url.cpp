#include "protocol/fhir/base_url.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace wardend::fhir {
namespace {

std::string_view path_behind_authority(std::string_view url) {
  const auto authority = url.find("://");
  const auto slash = url.find('/', authority + 3);
  return slash == std::string_view::npos ? std::string_view{} : url.substr(slash);
}

std::string usual_port(std::string_view scheme) { return scheme == "https" ? "443" : "80"; }

bool begins_below(std::string_view rest) { return rest.empty() || rest.starts_with('/') || rest.starts_with('?'); }

}  // namespace

std::expected<BaseUrl, std::string> BaseUrl::parse(std::string_view text) {
  auto url = http::Url::parse(text);
  if (!url) return std::unexpected(url.error());
  if (text.find('?') != std::string_view::npos)
    return std::unexpected("a query (?...) in a FHIR base URL: take it out");
  BaseUrl base;
  base.text_ = text;
  const bool usual = url->port() == usual_port(url->scheme());
  base.canonical_ = url->scheme() + "://" + url->host() + (usual ? "" : ":" + url->port());
  base.canonical_ += path_behind_authority(text);
  while (base.canonical_.ends_with('/')) base.canonical_.pop_back();
  base.url_ = std::move(*url);
  return base;
}

std::string_view BaseUrl::path() const { return path_behind_authority(canonical_); }

std::optional<std::string_view> BaseUrl::behind_origin(std::string_view url) const {
  const auto mark = url.find("://");
  if (mark == std::string_view::npos) return std::nullopt;
  const std::string scheme = lower_case(url.substr(0, mark));
  if (scheme != "http" && scheme != "https") return std::nullopt;
  const auto end = std::min(url.find_first_of("/?#", mark + 3), url.size());
  std::string_view authority = url.substr(mark + 3, end - mark - 3);
  const std::string usual = ":" + usual_port(scheme);
  if (authority.ends_with(usual)) authority.remove_suffix(usual.size());
  const auto there = http::Url::parse((url_.scheme() + "://").append(authority));
  if (!there || there->origin() != url_.origin()) return std::nullopt;
  return url.substr(end);
}

std::optional<std::string_view> BaseUrl::below(std::string_view url) const {
  if (url.starts_with(canonical_) && begins_below(url.substr(canonical_.size()))) return url.substr(canonical_.size());
  const auto behind = behind_origin(url);
  if (!behind || !behind->starts_with(path())) return std::nullopt;
  const std::string_view rest = behind->substr(path().size());
  return begins_below(rest) ? std::optional(rest) : std::nullopt;
}

std::string BaseUrl::child(std::string_view path) const {
  std::string url = text_;
  while (url.ends_with('/')) url.pop_back();
  url.push_back('/');
  url += path;
  return url;
}

}  // namespace wardend::fhir
