#include "daemon/launch/user_settlement.hpp"

#include <utility>

#include "base/log.hpp"
#include "daemon/launch/admission.hpp"

namespace wardend::launch {

// Whether this server has named the epoch's user by another fhirUser: one sub that is two people is believed as
// neither.
bool UserSettlement::named_otherwise(const Pending& pending, const oauth::IdTokenClaims& who) {
  for (const session::Session* session : store_.of_login_session(pending.login_session)) {
    if (session->epoch != pending.epoch || session->server != pending.server || session->user.issuer != who.issuer)
      continue;
    const std::string& known = session->user.fhir_user;
    if (!known.empty() && !who.fhir_user.empty() && known != who.fhir_user) return true;
  }
  return false;
}

workstation::Proof UserSettlement::proof_of(const Pending& pending, const Arrival& arrival) const {
  if (pending.value == LaunchValue::new_from_browser) return workstation::EhrLaunch{};
  workstation::SignIn sign_in{.asked_at = clock_.wall_at(arrival.sent_at)};
  if (arrival.who) {
    sign_in.auth_time = arrival.who->auth_time;
    sign_in.issued_at = arrival.who->issued_at;
  }
  return sign_in;
}

Result<void> UserSettlement::settle_presence(const Pending& pending, const Arrival& arrival) {
  const workstation::Part part{.server = pending.server, .app = pending.app};
  if (workstation_.presence(pending.login_session, part) == workstation::Presence::locked)
    return fail(errors::WorkstationLocked{"the workstation is locked: unlock it and launch again"});
  if (workstation_.prove_presence(pending.login_session, proof_of(pending, arrival), part)) return {};
  return fail(errors::WorkstationLocked{
      "nobody has signed in since the last clear: open the app from the EHR, or sign out of the EHR in the "
      "browser and launch again (where that does not help, set prompt = \"login\" for the server)"});
}

Result<void> UserSettlement::settle(Pending& pending, const Arrival& arrival) {
  if (auto there = settle_presence(pending, arrival); !there) return there;
  const std::optional<oauth::IdTokenClaims>& who = arrival.who;
  if (!who) return {};
  if (!workstation_.same_user(pending.epoch, who->issuer, who->subject) || named_otherwise(pending, *who)) {
    // The launch goes on into the epoch that begins here; its own entry must not be ended with the old one.
    const workstation::EpochNumber old = std::exchange(pending.epoch, 0);
    log::info("another user signed in", {{"login_session", pending.login_session}, {"app", pending.app}});
    clearing_.clear_login_session(pending.login_session,
                                  {ClearReason::other_user, "another sub or fhirUser at the same issuer"});
    pending.epoch = workstation_.epoch_of(pending.login_session);
    const bool there = workstation_.prove_presence(pending.login_session, workstation::SwitchedUser{},
                                                   {.server = pending.server, .app = pending.app});
    if (pending.epoch == old || !there)
      return fail(errors::WorkstationLocked{"the login session has ended: launch again"});
  }
  workstation_.remember_user(pending.epoch, who->issuer, who->subject);
  return {};
}

}  // namespace wardend::launch
