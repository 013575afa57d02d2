#include "protocol/oauth/openid_configuration.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/json_members.hpp"
#include "base/text.hpp"
#include "protocol/http/status_class.hpp"

namespace wardend::oauth {

std::expected<OpenIdConfiguration, std::string> parse_openid_configuration(int status, std::string_view body,
                                                                           std::string_view issuer) {
  if (!http::is_success(status)) return std::unexpected("openid_status");
  const auto document = parse_json(body, openid_configuration_limits);
  if (!document || !document->is_object()) return std::unexpected("openid_not_json");
  OpenIdConfiguration configuration{.issuer = text_member(*document, "issuer")};
  if (issuer.empty() || configuration.issuer != issuer) return std::unexpected("openid_issuer_mismatch");
  const std::string keys = text_member(*document, "jwks_uri");
  if (keys.empty()) return std::unexpected("openid_no_jwks_uri");
  auto address = http::Url::parse(keys);
  if (!address) return std::unexpected("openid_bad_jwks_uri");
  configuration.jwks_uri = std::move(*address);
  configuration.id_token_algorithms = texts_in(list_member(*document, "id_token_signing_alg_values_supported"));
  return configuration;
}

std::string openid_configuration_address(std::string_view issuer) {
  while (issuer.ends_with('/')) issuer.remove_suffix(1);
  return std::string(issuer) + "/.well-known/openid-configuration";
}

}  // namespace wardend::oauth
