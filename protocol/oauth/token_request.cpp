#include <utility>

#include "base/encoding.hpp"
#include "protocol/oauth/token.hpp"

namespace wardend::oauth {
namespace {

Secret form(FormFields fields, const ClientAuthentication& client) {
  for (const auto& [name, value] : client.fields) fields.emplace_back(name, value.reveal());
  std::string body = form_encode(fields);
  Secret secret(body);
  wipe(body);
  return secret;
}

}  // namespace

Secret code_exchange_body(const ClientAuthentication& client, std::string_view code, std::string_view redirect_uri,
                          std::string_view verifier) {
  return form({{"grant_type", "authorization_code"},
               {"code", code},
               {"redirect_uri", redirect_uri},
               {"code_verifier", verifier}},
              client);
}

Secret refresh_body(const ClientAuthentication& client, std::string_view refresh_token, std::string_view scope) {
  FormFields fields = {{"grant_type", "refresh_token"}, {"refresh_token", refresh_token}};
  if (!scope.empty()) fields.emplace_back("scope", scope);
  return form(std::move(fields), client);
}

Secret revocation_body(const ClientAuthentication& client, std::string_view token, RevokedToken kind) {
  return form(
      {{"token", token}, {"token_type_hint", kind == RevokedToken::refresh_token ? "refresh_token" : "access_token"}},
      client);
}

TokenToRevoke to_revoke(Secret refresh_token, Secret access_token) {
  if (!refresh_token.empty()) return {.token = std::move(refresh_token), .kind = RevokedToken::refresh_token};
  return {.token = std::move(access_token), .kind = RevokedToken::access_token};
}

}  // namespace wardend::oauth
