// The base URL of a FHIR server, in the form it was written and the form it is compared in. No I/O.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "protocol/http/url.hpp"

namespace wardend::fhir {

// A FHIR base URL. `text` is what goes on the wire (aud, configuration); canonical() is for comparison only: lower-case
// scheme and host, no default port, no trailing slashes, path as it is. Spec: standards digest, FHIR base URL rules.
class BaseUrl {
 public:
  // Besides Url's rules: no query.
  [[nodiscard]] static std::expected<BaseUrl, std::string> parse(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::string& canonical() const { return canonical_; }
  // base + path with exactly one slash between: child("metadata"), child(".well-known/smart-configuration").
  [[nodiscard]] std::string child(std::string_view path) const;
  [[nodiscard]] const http::Url& url() const { return url_; }
  // What stands in an address behind this server's host and port: path, query and fragment. nullopt: it is another
  // server's. http and https are alike: what stands behind a proxy often says the other one of itself. The host's case
  // and a usual port make no difference.
  [[nodiscard]] std::optional<std::string_view> behind_origin(std::string_view url) const;
  // What stands behind the base: nothing, or it begins with "/" or "?". nullopt: the address is not below it.
  [[nodiscard]] std::optional<std::string_view> below(std::string_view url) const;
  // Its path, without a slash at the end: "", "/fhir/r4".
  [[nodiscard]] std::string_view path() const;
  friend bool operator==(const BaseUrl& a, const BaseUrl& b) { return a.canonical_ == b.canonical_; }

 private:
  std::string text_, canonical_;
  http::Url url_;
};

}  // namespace wardend::fhir
