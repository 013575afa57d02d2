// URLs as SMART needs them: the FHIR base in the form it was written and the form it is compared in, endpoints that
// must be https (http on loopback only). No I/O.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace wardend::smart {

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

// A FHIR base URL. `text` is what goes on the wire (aud, configuration); canonical() is for comparison only: lower-case
// scheme and host, no default port, no trailing slashes, path as it is. Spec: standards digest, FHIR base URL rules.
class FhirBase {
 public:
  // Besides Url's rules: no query.
  [[nodiscard]] static std::expected<FhirBase, std::string> parse(std::string_view text);
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::string& canonical() const { return canonical_; }
  // base + path with exactly one slash between: child("metadata"), child(".well-known/smart-configuration").
  [[nodiscard]] std::string child(std::string_view path) const;
  [[nodiscard]] const Url& url() const { return url_; }
  friend bool operator==(const FhirBase& a, const FhirBase& b) { return a.canonical_ == b.canonical_; }

 private:
  std::string text_, canonical_;
  Url url_;
};

}  // namespace wardend::smart
