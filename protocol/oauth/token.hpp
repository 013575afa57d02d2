// Token requests and the judgement of what came back: tokens, launch context, or the class of a failure. No I/O.
// Spec: RFC 6749 §4.1.3, §5 and §6; SMART App Launch 2.2.0 §2.0.12; RFC 7009.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"
#include "protocol/oauth/client_authentication.hpp"
#include "protocol/oauth/id_token.hpp"
#include "protocol/smart/launch_context.hpp"
#include "protocol/smart/scope.hpp"

namespace wardend::oauth {

// Form bodies that end with what authenticates the client; its Authorization header is the request's. Every secret
// stays in a Secret.
[[nodiscard]] Secret code_exchange_body(const ClientAuthentication& client, std::string_view code,
                                        std::string_view redirect_uri, std::string_view verifier);
// `scope` empty: left out.
[[nodiscard]] Secret refresh_body(const ClientAuthentication& client, std::string_view refresh_token,
                                  std::string_view scope);
enum class RevokedToken { refresh_token, access_token };
// What a server must be told to end a grant.
struct TokenToRevoke {
  Secret token = {};  // empty: there is nothing to end
  RevokedToken kind = RevokedToken::refresh_token;
};
// The refresh token where there is one, as its end is the access token's too, else the access token.
// Spec: RFC 7009 §2.1
[[nodiscard]] TokenToRevoke to_revoke(Secret refresh_token, Secret access_token);
[[nodiscard]] Secret revocation_body(const ClientAuthentication& client, std::string_view token, RevokedToken kind);

// Where this launch's context can be followed. Nothing of it has been checked: see protocol/fhircast/subscription.hpp.
// Spec: HL7 FHIRcast 3.0.0 (STU3), SMART launch integration.
struct HubOffer {
  std::string url = {};
  Secret topic = {};  // whoever knows it can follow this user's session
};

inline constexpr std::size_t max_token_answer = 1024UL * 1024;  // bytes of an answer of a token endpoint

// Of what a server may repeat without end, a part is kept: 64 entries and 16 KiB of fhirContext, 512 scopes and 16 KiB
// of them. An intent, a tenant and a smart_style_url are kept as they came, up to 2 KiB, or left out. `warnings` has
// each finding once.
struct TokenResponse {
  Secret access_token = {};
  Secret refresh_token = {};                  // empty: none came
  std::chrono::seconds life{300};             // zero: the server says that the access token is over already
  bool life_assumed = false;                  // expires_in was absent or senseless; a refresh then has the life before
  std::optional<smart::ScopeSet> scope = {};  // nullopt: the member was absent
  bool scope_assumed = false;                 // the member was absent, and `scope` is what was asked for
  // Members that were present. fhir_context, patient and so on absent here means "not said".
  smart::LaunchContext context = {};
  bool said_need_patient_banner = false;
  bool said_fhir_context = false;
  bool unusable_id = false;  // a patient or an encounter came that is no FHIR id; it is absent in `context`
  // What came of the context and is not in `context`, each cause once. `warnings` has it too.
  std::vector<std::string> left_out = {};
  Secret id_token = {};  // as it came, at most 16 KiB; empty: none, or too large
  // Its claims, NOT verified: nothing but the TLS connection to the token endpoint vouches for them. nullopt: none
  // came, or they cannot be read, or name nobody. protocol/jose/signature.hpp and check_id_token() make them
  // believable.
  std::optional<IdTokenClaims> id_token_claims = {};
  std::optional<HubOffer> hub = {};  // nullopt: none came, or one without its topic
  std::vector<std::string> warnings = {};
};

// How a failed token request is to be treated. Spec: DESIGN.md "Refresh".
enum class TokenFailureClass {
  terminal,         // invalid_grant, unauthorized_client, unsupported_grant_type, at any status: the grant is over
  client_rejected,  // invalid_client: rediscover, one retry, alert
  other_form,       // invalid_request, invalid_scope: nothing was used up, and the request may be made otherwise
  unclear,          // a 4xx without an error that OAuth knows: whoever sent it, it is no verdict on the grant
  transient,        // without such an error: 5xx, 408, 425, 429, a 3xx, and a page where an answer should be
  unusable,         // a success that is no token response: outcome unknown
};
struct TokenFailure {
  TokenFailureClass kind = TokenFailureClass::transient;
  std::string code = {};         // OAuth error or our word for it: http_503, not_json, ...
  std::string description = {};  // from outside: control characters stripped, at most 512 bytes
  // What came with an answer that is refused as a whole. Nobody may use it, and the server believes that it is in use:
  // it must be kept or revoked. An access token is here only if it could be one.
  struct Issued {
    Secret access_token = {};
    Secret refresh_token = {};
  };
  std::optional<Issued> issued = {};
  // What else an answer said that is refused for its ids alone, without its tokens.
  std::optional<TokenResponse> said = {};
};

// What was sent. A refresh has no second try: its answer is taken with faults for which a launch is refused.
enum class Grant { code, refresh };

// Judges one HTTP answer of a token endpoint. The tokens of any 2xx come first: what else is wrong with it costs a
// launch or a warning, and never the new refresh token.
//  - `code`: a missing token_type, an id that is none and a member named twice are refused, and the tokens go along.
//  - `refresh`: token_type may be missing, and an id that is none counts as not said. A token_type that is not Bearer
//    and a member named twice are refused, and the tokens go along.
// Spec: RFC 6749 §5.1 (unknown members are ignored), RFC 9110 §15.3 (2xx is success)
[[nodiscard]] std::expected<TokenResponse, TokenFailure> parse_token_response(Grant grant, int status,
                                                                              std::string_view content_type,
                                                                              std::string_view body);

// What the answer to a revocation means. Only what the server itself says ends it; else the token is to be taken for
// alive, and the same request may succeed later.
enum class RevocationAnswer {
  done,             // a success, whatever is in it but for a page
  unsupported,      // unsupported_token_type
  refused,          // another error of OAuth, at any status
  later,            // not now: 5xx, 408, 425, 429, a 3xx, temporarily_unavailable
  not_the_servers,  // a page, or a 4xx without an error of OAuth
};
// Spec: RFC 7009 §2.2 (the body of a success means nothing), §2.2.1; RFC 6749 §5.2
[[nodiscard]] RevocationAnswer read_revocation_answer(int status, std::string_view body);

}  // namespace wardend::oauth
