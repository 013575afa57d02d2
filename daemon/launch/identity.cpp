#include "daemon/launch/identity.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/log.hpp"
#include "base/text.hpp"
#include "daemon/launch/admission.hpp"
#include "protocol/fhir/user.hpp"
#include "protocol/jose/signature.hpp"

namespace wardend::launch {
namespace {

constexpr Duration preparation = 5s;

// What is wrong with keys that came.
std::string fault_of_keys(std::string_view code) {
  if (code == "jwks_not_json") return "what came is no JSON: a proxy or sign-in page may be in between";
  if (code == "jwks_no_keys") return "what came has no list named keys";
  if (code == "jwks_too_large") return "what came is larger than 1 MiB";
  return {};
}

// `fact`: what the keys' server did, where that is known.
std::string why_no_keys(std::string_view code, const std::string& fact) {
  if (code == "jwks_redirect")
    return "the address of the server's keys " + fact +
           ": ask IT to have the server's administrators correct jwks_uri in its discovery document";
  if (code == "openid_redirect")
    return "the issuer's openid-configuration " + fact +
           ": ask IT to have the server's administrators name jwks_uri in its discovery document";
  const std::string why = fact.empty() ? fault_of_keys(code) : fact;
  const std::string shown = why.empty() ? std::string() : " (" + why + ")";
  return "the server's keys cannot be had" + shown +
         ": launch again; if it stays so, have its administrators look at jwks_uri";
}

std::string next_step(std::string_view code) {
  if (code == "jwks_foreign_host")
    return "the server keeps its keys on another host: add that host to allowed_token_hosts if it is right";
  if (code == "jwks_timeout") return "the server's keys did not come in time: launch again";
  if (code == "jwks_tls") return "the certificate of the server's keys is not trusted: check ca_file and the clock";
  if (code == "jwks_handshake")
    return "no TLS connection to the server's keys came about: it must offer TLS 1.2 or later";
  if (code == "jwks_unreachable") return "the server's keys cannot be reached: check the network, then launch again";
  if (code == "expired" || code == "issued_in_future" || code == "issued_long_ago")
    return "the server's clock and this workstation's differ: check the time here, then there";
  if (code == "unknown_key" || code == "bad_signature")
    return "the id_token is not signed with a key that the server publishes: nothing of it is believed";
  if (code == "issuer_mismatch") return "the id_token names another issuer than the server's discovery";
  if (code == "audience_mismatch" || code == "azp_mismatch")
    return "the id_token was made for another client: compare client_id with the registration";
  if (code == "algorithm_refused")
    return "the id_token is signed in a way that is not supported: RS256, RS384 and ES384 are";
  if (code == "nonce_mismatch")
    return "the id_token does not repeat the nonce: launch again, or set nonce = false for this server";
  return "the id_token is not as OpenID Connect has it: have the server's administrators look at it";
}

std::unexpected<Error> refused(std::string code, const std::string& detail = {}) {
  std::string step = next_step(code);
  if (!detail.empty()) step += " (" + detail + ")";
  return fail(
      errors::LaunchFailed{.stage = LaunchStage::identity, .code = std::move(code), .description = std::move(step)});
}

// The word of IssuerKeys, and what may stand behind it.
std::unexpected<Error> without_keys(const std::string& error) {
  const auto blank = error.find(' ');
  std::string code = error.substr(0, blank);
  const std::string fact = blank == std::string::npos ? std::string() : error.substr(blank + 1);
  constexpr std::array<std::string_view, 5> told_apart = {"jwks_foreign_host", "jwks_timeout", "jwks_tls",
                                                          "jwks_handshake", "jwks_unreachable"};
  const bool of_keys = code.starts_with("jwks_") || code.starts_with("openid_");
  if (!of_keys || std::ranges::find(told_apart, code) != told_apart.end()) return refused(std::move(code), fact);
  std::string step = why_no_keys(code, fact);
  return fail(launch_failed(LaunchStage::identity, std::move(code), std::move(step)));
}

}  // namespace

asio::awaitable<void> IdentityCheck::prepare(std::string server, smart::Discovery discovery) {
  if (!discovery.issuer) co_return;
  const auto keys = co_await keys_.get({server, discovery.issuer->value, discovery.jwks_uri}, IssuerKeys::Need::known,
                                       clock_.now() + preparation);
  if (!keys) log::debug("keys not fetched yet", {{"server", server}, {"reason", keys.error()}});
}

asio::awaitable<Result<oauth::IdTokenClaims>> IdentityCheck::verify(Evidence evidence) {
  const auto config = config_.hold();
  const config::Server* server = config->server(evidence.server);
  if (server == nullptr) co_return refused("unknown_server");
  const std::string_view token = evidence.id_token.reveal();
  const auto unverified = jose::unverified_payload(token);
  if (!unverified) co_return refused(unverified.error(), jose::why_malformed(token));
  const auto said = oauth::read_id_token(*unverified);
  if (!said) co_return refused(said.error());
  // The trust anchor is the server's own issuer. One that names none may vouch for an issuer on its own hosts only.
  const std::string anchor = evidence.discovery.issuer ? evidence.discovery.issuer->value : said->issuer;
  const auto address = http::Url::parse(anchor);
  if (!address || (!evidence.discovery.issuer && !host_allowed(*server, *address)) || said->issuer != anchor)
    co_return refused("issuer_mismatch");
  const IssuerKeys::Issuer issuer{evidence.server, anchor, evidence.discovery.jwks_uri};
  const std::string algorithm = jose::algorithm_of(token);
  std::expected<std::string, std::string> payload = std::unexpected("unknown_key");
  std::string left_out;
  for (const auto need : {IssuerKeys::Need::known, IssuerKeys::Need::renewed}) {
    const auto keys = co_await keys_.get(issuer, need, evidence.deadline);
    if (!keys) co_return without_keys(keys.error());
    payload = jose::verified_payload(token, **keys);
    left_out = (*keys)->left_out();
    if (left_out.empty()) left_out = jose::why_unknown(token, **keys);
    if (payload || payload.error() != "unknown_key") break;
  }
  if (!payload && payload.error() == "algorithm_refused")
    co_return refused(payload.error(), printable_ascii(algorithm, 32));
  if (!payload) co_return refused(payload.error(), left_out);
  auto claims = oauth::read_id_token(*payload);
  if (!claims) co_return refused(claims.error());
  if (auto fault = oauth::check_id_token(*claims, {.issuer = anchor,
                                                   .client_id = evidence.client_id,
                                                   .nonce = evidence.nonce,
                                                   .algorithm = algorithm,
                                                   .access_token = evidence.access_token.reveal(),
                                                   .now = clock_.wall_now()}))
    co_return refused(std::move(*fault));
  if (!claims->fhir_user.empty()) {
    auto user = fhir::resolve_user(claims->fhir_user, server->fhir_base_url);
    if (!user) co_return refused(user.error());
    claims->fhir_user = std::move(user->text);
  }
  co_return std::move(*claims);
}

}  // namespace wardend::launch
