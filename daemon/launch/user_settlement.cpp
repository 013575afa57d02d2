#include "daemon/launch/user_settlement.hpp"

#include <utility>

#include "base/log.hpp"
#include "daemon/launch/admission.hpp"
#include "protocol/oauth/authorization.hpp"

namespace wardend::launch {

bool UserSettlement::named_otherwise(const Pending& pending, const oauth::IdTokenClaims& who) {
  for (const session::Session* session : store_.of_login_session(pending.login_session)) {
    if (session->epoch != pending.epoch || session->server != pending.server) continue;
    const session::Likeness likeness =
        session::compare(session->user, {.fhir_user = who.fhir_user, .subject = who.subject, .issuer = who.issuer});
    if (likeness == session::Likeness::other_name) return true;
    if (likeness == session::Likeness::other_role)
      log::bounded(log::Level::warn, "the server names one user by fhirUsers of two types", pending.server,
                   {{"server", pending.server}, {"app", pending.app}});
  }
  return false;
}

namespace {

constexpr std::string_view by_another_way =
    "open the app from the EHR, or sign out of the EHR in the browser and launch again";

// Times of one launch: from its beginning to the code, and how far the server's clock is behind ours.
struct SignInTimes {
  std::chrono::seconds took = {};
  std::chrono::seconds behind = {};
};

// Why a sign-in that was asked for does not prove that somebody is there now.
std::string why_stale(const oauth::IdTokenClaims& who, const SignInTimes& times) {
  constexpr std::chrono::seconds rounding{1};  // servers count whole seconds
  if (!who.auth_time)
    return "this server ignores prompt and max_age: its id_token has no auth_time, so that a sign-in after the clear "
           "cannot be told from one before; have its administrators add it; until then " +
           std::string(by_another_way);
  const std::chrono::seconds age(who.issued_at.value_or(*who.auth_time) - *who.auth_time);
  if (age < 0s)
    return "the server says that the sign-in is still to come (auth_time): have its administrators look at its clock";
  if (age > times.took + rounding)
    return "this server ignores prompt and max_age, so that nobody had to sign in after the clear: have its "
           "administrators look at that; until then " +
           std::string(by_another_way);
  if (times.behind > rounding + rounding)
    return "the server's clock is " + std::to_string(times.behind.count()) +
           " s behind this workstation's, which puts the sign-in before the clear: check the time here, then there";
  return "the sign-in cannot be told from one before the clear, as servers count whole seconds: launch again and sign "
         "in again";
}

std::string why_unproved(const Pending& pending, const Arrival& arrival, WallTime asked_at) {
  if (!oauth::asks_to_sign_in(pending.prompt))
    return "nobody has signed in since the last clear: " + std::string(by_another_way) +
           " (where that does not help, set prompt = \"login\" for the server)";
  if (!arrival.who)
    return "the server does not say who signed in, nor when: give the app the scope openid; until then " +
           std::string(by_another_way);
  const std::int64_t now = unix_seconds(asked_at);
  return why_stale(*arrival.who, {.took = std::chrono::ceil<std::chrono::seconds>(arrival.sent_at - pending.began_at),
                                  .behind = std::chrono::seconds(now - arrival.who->issued_at.value_or(now))});
}

}  // namespace

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
  return fail(errors::WorkstationLocked{why_unproved(pending, arrival, clock_.wall_at(arrival.sent_at))});
}

Result<void> UserSettlement::settle(Pending& pending, const Arrival& arrival) {
  if (auto there = settle_presence(pending, arrival); !there) return there;
  const std::optional<oauth::IdTokenClaims>& who = arrival.who;
  if (!who) return {};
  if (named_otherwise(pending, *who)) {
    log::error("the server names one user by two fhirUsers; the launch is refused",
               {{"server", pending.server}, {"app", pending.app}, {"login_session", pending.login_session}});
    return fail(errors::LaunchFailed{
        .stage = LaunchStage::identity,
        .code = "another_fhir_user",
        .description = "the server names another person for the same sign-in than before: sign out of the EHR and in "
                       "again; if it stays so, have its administrators look at fhirUser"});
  }
  if (!workstation_.same_user(pending.epoch, who->issuer, who->subject)) {
    // The launch goes on into the epoch that begins here; its own entry must not be ended with the old one.
    const workstation::EpochNumber old = std::exchange(pending.epoch, 0);
    log::info("another user signed in", {{"login_session", pending.login_session}, {"app", pending.app}});
    clearing_.clear_login_session(pending.login_session, {ClearReason::other_user, "another sub at the same issuer"});
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
