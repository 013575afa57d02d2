// What an OpenID issuer publishes of itself. No I/O.
// Spec: OpenID Connect Discovery 1.0 §4.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "protocol/http/url.hpp"

namespace wardend::oauth {

inline constexpr JsonLimits openid_configuration_limits{.bytes = 1024UL * 1024};

// What of {issuer}/.well-known/openid-configuration is needed.
struct OpenIdConfiguration {
  std::string issuer = {};
  std::optional<http::Url> jwks_uri = {};
  std::vector<std::string> id_token_algorithms = {};
};
// Judges one HTTP answer. `issuer` must be the document's, exactly. The error is a word: openid_status,
// openid_not_json, openid_issuer_mismatch, openid_no_jwks_uri, openid_bad_jwks_uri (not https off loopback).
[[nodiscard]] std::expected<OpenIdConfiguration, std::string> parse_openid_configuration(int status,
                                                                                         std::string_view body,
                                                                                         std::string_view issuer);
// {issuer}/.well-known/openid-configuration, with exactly one slash between.
[[nodiscard]] std::string openid_configuration_address(std::string_view issuer);

}  // namespace wardend::oauth
