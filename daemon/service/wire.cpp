#include "daemon/service/wire.hpp"

namespace wardend::service {
namespace {

using namespace ipc::broker;

FreshnessState to_wire(server::State state) {
  switch (state) {
    case server::State::unknown:
      return FreshnessState::unknown;
    case server::State::up:
      return FreshnessState::up;
    case server::State::degraded:
      return FreshnessState::degraded;
    case server::State::down:
      return FreshnessState::down;
  }
  return FreshnessState::unknown;
}

std::optional<std::int64_t> seconds(const std::optional<WallTime>& time) {
  return time ? std::optional(unix_seconds(*time)) : std::nullopt;
}

OnScreenState to_wire(fhircast::OnScreen::Who who) {
  switch (who) {
    case fhircast::OnScreen::Who::unknown:
      return OnScreenState::unknown;
    case fhircast::OnScreen::Who::nobody:
      return OnScreenState::none;
    case fhircast::OnScreen::Who::patient:
      return OnScreenState::known;
  }
  return OnScreenState::unknown;
}

PatientVerificationStatus to_wire(fhir::Verification status) {
  switch (status) {
    case fhir::Verification::verified:
      return PatientVerificationStatus::verified;
    case fhir::Verification::unverified:
      return PatientVerificationStatus::unverified;
    case fhir::Verification::conflict:
      return PatientVerificationStatus::conflict;
    case fhir::Verification::unavailable:
      return PatientVerificationStatus::unavailable;
    case fhir::Verification::not_applicable:
      return PatientVerificationStatus::not_applicable;
  }
  return PatientVerificationStatus::unverified;
}

// Until the record has been read the patient is unverified, and nobody may take that for what the record says.
PatientVerification verification_of(const session::Session& session) {
  if (!session.context.patient) return {.status = PatientVerificationStatus::not_applicable};
  if (!session.patient_check)
    return {.status = PatientVerificationStatus::unverified,
            .findings = {"Not checked: the patient's record has not been read yet."}};
  const fhir::PatientIdentity& identity = session.patient_check->identity;
  return {.status = to_wire(identity.status), .findings = identity.findings};
}

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

}  // namespace

ipc::broker::LaunchContext to_wire(const smart::LaunchContext& context) {
  return {.patient = context.patient,
          .encounter = context.encounter,
          .fhir_context_json = context.fhir_context,
          .intent = context.intent,
          .need_patient_banner = context.need_patient_banner,
          .smart_style_url = context.smart_style_url,
          .tenant = context.tenant};
}

Freshness to_wire(const server::Freshness& freshness, const std::string& advice) {
  const bool needed = freshness.state == server::State::down || freshness.stale;
  return {.server = freshness.server,
          .state = to_wire(freshness.state),
          .confirmed_at = seconds(freshness.confirmed_at),
          .unbroken_since = seconds(freshness.unbroken_since),
          .stale = freshness.stale,
          .advice = needed ? unless_empty(advice) : std::nullopt};
}

Freshness freshness_for(const access::Who& who, const server::ServerHealth& health, const std::string& server) {
  return to_wire(health.freshness(server), who.advice_for(server));
}

OnScreen to_wire(const std::optional<fhircast::OnScreen>& on_screen) {
  if (!on_screen) return {.state = OnScreenState::not_followed};
  return {
      .state = to_wire(on_screen->who), .patient = unless_empty(on_screen->patient), .encounter = on_screen->encounter};
}

Session to_wire(const session::Session& session, const config::Config& config, Clock& clock) {
  Session wire{.id = session.id, .app = session.app, .server = session.server};
  if (const config::Server* server = config.server(session.server)) wire.fhir_base_url = server->fhir_base_url.text();
  wire.refreshable = session.refreshable();
  wire.on_screen = to_wire(session.on_screen);
  static_cast<void>(read_name(session::wire_name_of(session.state()), wire.state));
  wire.user = {.fhir_user = unless_empty(session.user.fhir_user), .subject = unless_empty(session.user.subject)};
  wire.context = to_wire(session.context);
  wire.patient_verification = verification_of(session);
  wire.granted_scopes = session.granted.list();
  wire.missing_scopes = session.missing;
  if (session.remaining(clock.now()) > Duration::zero())
    wire.expires_at = unix_seconds(clock.wall_at(session.tokens()->expires_at));
  wire.started_at = unix_seconds(session.started_at);
  if (const config::App* app = config.app(session.app))
    wire.ends_by = unix_seconds(clock.wall_at(session.started_boot + app->session.max_lifetime));
  return wire;
}

}  // namespace wardend::service
