#include "daemon/judging/gathering.hpp"

namespace wardend::judging {
namespace {

constexpr Duration while_asked = 10s;  // what a check may age while a write is judged

void add_patient(const session::Session& session, BootTime now, guard::Facts& facts) {
  if (!session.context.patient) {
    facts.verification = {.status = fhir::Verification::not_applicable};
    return;
  }
  // A patient's numbers do not age as the check of the record does.
  if (session.patient_check) facts.identifiers = session.patient_check->identity.identifiers;
  if (!session.patient_check || now - session.patient_check->read_at > most_check_age + while_asked) {
    facts.verification = {.status = fhir::Verification::unavailable,
                          .findings = {"The patient's record could not be read just now."}};
    return;
  }
  const fhir::PatientIdentity& identity = session.patient_check->identity;
  facts.verification = {.status = identity.status, .findings = identity.findings};
}

}  // namespace

guard::Facts facts_of(const session::Session& session, const config::App& app, const config::Server& server,
                      const std::vector<fhir::IdentifierRule>& identifiers, const server::ServerHealth& health,
                      const Named& named, BootTime now) {
  guard::Facts facts{.session = session.id,
                     .base = server.fhir_base_url,
                     .granted = session.granted,
                     .patient = session.context.patient,
                     .encounter = session.context.encounter,
                     .named_patient = named.patient,
                     .named_encounter = named.encounter,
                     .on_screen = session.on_screen,
                     .policy = {.writes = app.writes,
                                .operations = app.gateway.operations,
                                .require_verified_patient = app.require_verified_patient,
                                .break_glass = app.break_glass,
                                .foreign = app.gateway.foreign},
                     .override_reason = named.override_reason};
  add_patient(session, now, facts);
  for (const fhir::IdentifierRule& rule : identifiers) facts.patient_systems.push_back(rule.system);
  if (session.tokens() == nullptr)
    facts.sign_in_needed = errors::ReauthenticationRequired{
        .session = session.id, .reason = std::string(session.reauthentication_reason()), .context = session.context};
  if (health.down(server.name))
    facts.server_down = errors::ServerUnavailable{
        .server = server.name, .reason = "the server is down: " + health.record(server.name).last_trouble};
  return facts;
}

}  // namespace wardend::judging
