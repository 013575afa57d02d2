#include "daemon/access/token_request.hpp"

#include "config/audit_rule.hpp"
#include "daemon/access/gate.hpp"

namespace wardend::access {
namespace {

constexpr std::chrono::seconds longest_validity = std::chrono::hours(24);

}  // namespace

Result<void> check(const TokenRequest& request, const session::Session& session, const config::Config& config,
                   Trail trail) {
  const config::App* app = config.app(session.app);
  if (app == nullptr) return fail(errors::AppDisabled{.reason = "the app was taken out of the configuration"});
  if (!app->in_use()) return fail(config::disabled(*app));
  if (app->token_access == config::TokenAccess::gateway && !request.stays_here)
    return fail(errors::NotAuthorized{"app " + app->id +
                                      " gets no token (token_access = \"gateway\"): send its FHIR requests to " +
                                      (config.broker.fhir_socket.empty() ? "fhir_socket" : config.broker.fhir_socket) +
                                      ", under gateway_base_url of GetSession"});
  const auto& validity = request.min_validity;
  if (validity && (validity->count() < 0 || *validity > longest_validity))
    return fail(errors::InvalidRequest{.field = "min_validity", .reason = "must be 0 to 86400 seconds"});
  if (request.patient && !session.context.patient)
    return fail(
        errors::PatientContextMissing{.reason = "the EHR named no patient at the launch", .session = session.id});
  if (request.patient && *request.patient != *session.context.patient)
    return fail(errors::PatientMismatch{.session = session.id, .requested = *request.patient});
  if (config::waits_for_trail(config, trail == Trail::writable))
    return fail(errors::WorkstationLocked{
        "the workstation is not ready: its audit trail cannot be written, so no app gets a token until it can"});
  return {};
}

}  // namespace wardend::access
