#include "protocol/oauth/authorization.hpp"

#include <map>

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace wardend::oauth {
namespace {

constexpr std::size_t max_query = 48UL * 1024;  // a code is as long as its server makes it

}  // namespace

bool asks_to_sign_in(std::string_view prompt) {
  return (" " + std::string(prompt) + " ").find(" login ") != std::string::npos;
}

std::string pkce_challenge(std::string_view verifier) { return base64url(sha256(verifier)); }

Secret authorization_url(const http::Url& endpoint, const AuthorizationRequest& request) {
  const std::string scope = request.scope.text();
  FormFields fields = {{"response_type", "code"},
                       {"client_id", request.client_id},
                       {"redirect_uri", request.redirect_uri},
                       {"scope", scope},
                       {"state", request.state},
                       {"aud", request.aud},
                       {"code_challenge", request.code_challenge},
                       {"code_challenge_method", "S256"}};
  if (!request.launch.empty()) fields.emplace_back("launch", request.launch);
  if (!request.prompt.empty()) fields.emplace_back("prompt", request.prompt);
  // A server need not say when somebody signed in unless it is asked for a sign-in of a certain age.
  // Spec: OpenID Connect Core 1.0 §2 (auth_time) and §3.1.2.1
  if (asks_to_sign_in(request.prompt)) fields.emplace_back("max_age", "0");
  if (!request.nonce.empty()) fields.emplace_back("nonce", request.nonce);
  std::string url = endpoint.text();
  char separator = url.find('?') == std::string::npos ? '?' : '&';
  for (const auto& [name, value] : fields) {
    url.push_back(separator);
    url += name;
    url.push_back('=');
    url += percent_encode(value);
    separator = '&';
  }
  Secret secret(url);
  wipe(url);
  return secret;
}

std::expected<AuthorizationResponse, std::string> parse_authorization_response(std::string_view query) {
  if (query.size() > max_query) return std::unexpected("too_long");
  auto fields = parse_form(query);
  if (!fields) return std::unexpected("malformed_query");
  std::map<std::string, std::string*> once;
  for (auto& [name, value] : *fields)
    if (!once.emplace(name, &value).second) return std::unexpected("duplicate_parameter");
  const auto take = [&](const char* name) {
    return once.contains(name) ? std::string_view(*once[name]) : std::string_view();
  };
  AuthorizationResponse response;
  response.state = Secret(take("state"));
  response.code = Secret(take("code"));
  response.error = printable_ascii(take("error"), 64);
  response.error_description = printable(take("error_description"), 512);
  if (once.contains("iss")) response.iss = take("iss");
  for (auto& [name, value] : *fields) wipe(value);
  if (!response.code.empty() && !response.error.empty()) return std::unexpected("code_and_error");
  if (response.code.empty() && response.error.empty()) return std::unexpected("no_code");
  return response;
}

std::optional<std::string> check_response_issuer(const AuthorizationResponse& response,
                                                 const smart::Discovery& discovery) {
  if (!response.iss)
    return discovery.response_iss_required ? std::optional<std::string>("issuer_missing") : std::nullopt;
  // Where the server names no issuer there is nothing to compare with. Spec: RFC 9207 §2.4
  if (discovery.issuer && discovery.issuer->value != *response.iss) return "issuer_mismatch";
  return std::nullopt;
}

}  // namespace wardend::oauth
