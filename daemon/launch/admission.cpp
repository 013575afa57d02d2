#include "daemon/launch/admission.hpp"

#include <algorithm>

namespace wardend::launch {

Error launch_failed(std::string stage, std::string code, std::string description) {
  Error error{Errc::LaunchFailed, description};
  return std::move(error)
      .with("stage", std::move(stage))
      .with("code", std::move(code))
      .with("description", std::move(description));
}

smart::ScopeSet requested_scopes(const config::App& app, Mode mode) {
  smart::ScopeSet scopes = app.wanted_scopes();
  if (mode == Mode::ehr)
    scopes.add("launch");
  else if (app.patient_context != config::PatientContext::none)
    scopes.add("launch/patient");
  return scopes;
}

namespace {

// A token response over verified TLS straight from the token endpoint vouches for its id_token's claims.
// Spec: OpenID Connect Core 1.0 §3.1.3.7 item 6
std::optional<Error> check_identity(const config::App& app, const smart::TokenResponse& response,
                                    std::string_view client_id, const smart::Discovery& discovery) {
  const auto& claims = response.id_token_claims;
  if (!claims && app.identity == config::Identity::required)
    return launch_failed("identity", "no_id_token",
                         "the server did not say who signed in: list openid and fhirUser as scopes of the app, or set "
                         "identity = \"none\"");
  if (!claims) return std::nullopt;
  if (discovery.issuer && claims->issuer != discovery.issuer->value)
    return launch_failed("identity", "issuer_mismatch",
                         "the id_token names another issuer than the server's discovery");
  if (std::ranges::find(claims->audience, client_id) == claims->audience.end())
    return launch_failed("identity", "audience_mismatch", "the id_token was made for another client");
  return std::nullopt;
}

}  // namespace

Result<Grant> admit(const config::App& app, const smart::TokenResponse& response, std::string_view client_id,
                    const smart::Discovery& discovery) {
  if (auto error = check_identity(app, response, client_id, discovery)) return std::unexpected(std::move(*error));
  if (!response.context.patient && app.patient_context == config::PatientContext::required)
    return fail(Errc::PatientContextMissing, "the EHR named no patient: open a chart in the EHR and launch again");
  const smart::ScopeSet wanted = app.wanted_scopes();
  const smart::ScopeSet granted = response.scope.value_or(smart::ScopeSet());
  Grant grant{.granted = smart::without_surplus(granted, wanted), .missing = smart::missing_scopes(wanted, granted)};
  if (!grant.missing.empty() && app.on_scope_shortfall == config::OnScopeShortfall::refuse)
    return std::unexpected(Error{Errc::ScopeNotGranted,
                                 "the server granted less than the app needs: have them added to "
                                 "the client's registration"}
                               .with("missing", grant.missing));
  return grant;
}

bool proves_presence(Mode mode, const std::optional<std::int64_t>& auth_time,
                     const std::optional<session::EpochEnd>& last_clear) {
  if (mode == Mode::ehr || !last_clear) return true;
  return auth_time && *auth_time > unix_seconds(last_clear->at);
}

}  // namespace wardend::launch
