// The base URL of a FHIR server, in the form it was written and the form it is compared in. No I/O.
#pragma once

#include <expected>
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
  friend bool operator==(const BaseUrl& a, const BaseUrl& b) { return a.canonical_ == b.canonical_; }

 private:
  std::string text_, canonical_;
  http::Url url_;
};

}  // namespace wardend::fhir
