#include "daemon/launch/admission.hpp"

#include "base/text.hpp"
#include "daemon/launch/shortfall.hpp"

namespace wardend::launch {

errors::LaunchFailed discovery_failed(const server::DiscoveryFailure& failure) {
  return {.stage = LaunchStage::discovery, .code = failure.code, .description = failure.description};
}

std::string nonce_advice(std::string_view description) {
  if (!lower_case(description).contains("nonce")) return {};
  return "this server wants a nonce: set nonce = true for it under [server.oauth]";
}

errors::LaunchFailed launch_failed(LaunchStage stage, std::string code, std::string description) {
  return {.stage = stage, .code = std::move(code), .description = std::move(description)};
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

// The scopes that the server granted and nobody asked for. `requested` holds the launch's own, which wardend adds.
std::vector<std::string> surplus_of(const smart::ScopeSet& granted, const smart::ScopeSet& wanted,
                                    const smart::ScopeSet& requested) {
  std::vector<std::string> surplus;
  for (const std::string& scope : granted.list())
    if (!requested.covers(scope) && !wanted.covers(scope)) surplus.push_back(scope);
  return surplus;
}

// Why nobody knows who signed in, and who can mend that.
std::string why_no_id_token(const smart::ScopeSet& requested, const std::optional<smart::ScopeSet>& granted) {
  const std::string nobody = "the server did not say who signed in: ";
  if (!requested.contains("openid") || !requested.contains("fhirUser"))
    return nobody + "list openid and fhirUser as scopes of the app, or set identity = \"none\"";
  if (granted && !granted->contains("openid"))
    return nobody +
           "it was asked for openid and fhirUser and did not grant openid: have it added to the client's "
           "registration";
  const bool both = granted && granted->contains("fhirUser");
  return nobody + "it " +
         (both      ? "granted openid and fhirUser"
          : granted ? "granted openid"
                    : "was asked for openid and fhirUser") +
         ", but its answer has no id_token: ask its administrators";
}

}  // namespace

Result<Grant> admit(const config::App& app, const oauth::TokenResponse& response,
                    const std::optional<oauth::IdTokenClaims>& who, const smart::ScopeSet& requested) {
  if (!who && app.identity == config::Identity::required)
    return fail(errors::LaunchFailed{.stage = LaunchStage::identity,
                                     .code = "no_id_token",
                                     .description = why_no_id_token(requested, response.scope)});
  const smart::ScopeSet wanted = app.wanted_scopes();
  const smart::ScopeSet granted = response.scope.value_or(smart::ScopeSet());
  const bool needs_patient = app.patient_context == config::PatientContext::required;
  if (!response.context.patient && needs_patient)
    return fail(errors::PatientContextMissing{"the EHR named no patient: open a chart in the EHR and launch again"});
  Grant grant{.granted = smart::without_surplus(granted, wanted),
              .missing = smart::missing_scopes(wanted, granted),
              .surplus = surplus_of(granted, wanted, requested)};
  grant.cause = shortfall_cause(requested, response.scope, grant.missing);
  if (!grant.missing.empty() && app.on_scope_shortfall == config::OnScopeShortfall::refuse)
    return fail(errors::ScopeNotGranted{
        .missing = grant.missing,
        .reason = grant.cause.empty()
                      ? "the server granted less than the app needs: have them added to the client's registration"
                      : grant.cause});
  return grant;
}

}  // namespace wardend::launch
