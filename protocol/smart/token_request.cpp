#include "base/encoding.hpp"
#include "protocol/smart/token.hpp"

namespace wardend::smart {
namespace {

Secret form(const FormFields& fields) {
  std::string body = form_encode(fields);
  Secret secret(body);
  wipe(body);
  return secret;
}

}  // namespace

Secret code_exchange_body(std::string_view client_id, std::string_view code, std::string_view redirect_uri,
                          std::string_view verifier) {
  return form({{"grant_type", "authorization_code"},
               {"code", code},
               {"redirect_uri", redirect_uri},
               {"code_verifier", verifier},
               {"client_id", client_id}});
}

Secret refresh_body(std::string_view client_id, std::string_view refresh_token, std::string_view scope) {
  FormFields fields = {{"grant_type", "refresh_token"}, {"refresh_token", refresh_token}, {"client_id", client_id}};
  if (!scope.empty()) fields.emplace_back("scope", scope);
  return form(fields);
}

Secret revocation_body(std::string_view client_id, std::string_view token, RevokedToken kind) {
  return form({{"token", token},
               {"token_type_hint", kind == RevokedToken::refresh_token ? "refresh_token" : "access_token"},
               {"client_id", client_id}});
}

}  // namespace wardend::smart
