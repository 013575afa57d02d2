#include "daemon/patients/patient_answer.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.hpp"
#include "daemon/patients/record_request.hpp"

namespace wardend::patients {
namespace {

using fhir::Verification;

std::string why_unreadable(const HttpResponse& response) {
  return "The server's record of the patient cannot be read" + response.why_unreadable() +
         ": have its administrators look at it.";
}

}  // namespace

bool may_read_patient(const smart::ScopeSet& granted) {
  return granted.covers("patient/Patient.r") || granted.covers("user/Patient.r");
}

session::PatientCheck unavailable(std::string finding, BootTime at) {
  return {.identity = {.status = Verification::unavailable, .findings = {std::move(finding)}}, .read_at = at};
}

session::PatientCheck unanswered(const HttpFailure& failure, BootTime at) {
  switch (failure.kind) {
    case HttpFailure::Kind::tls:
    case HttpFailure::Kind::handshake:
      return unavailable("No secure connection to the server came about, so the patient's record was not read.", at);
    case HttpFailure::Kind::too_large:
      return unavailable("The server's record of the patient is larger than 1 MiB, so it was not read.", at);
    case HttpFailure::Kind::network:
    case HttpFailure::Kind::timeout:
    case HttpFailure::Kind::abandoned:
      break;
  }
  return unavailable("The server did not answer, so the patient's record was not read.", at);
}

session::PatientCheck judge_answer(const HttpResponse& response, const AnswerQuestion& question) {
  if (response.status == 304 && question.before) {
    session::PatientCheck same = *question.before;
    same.read_at = response.sent_at;
    return same;
  }
  if (absence_in(response) != Absence::none) {
    session::PatientCheck gone{.read_at = response.sent_at};
    gone.identity.found(
        Verification::conflict,
        "The EHR has no record of this patient any more: open the patient in the EHR, and launch from there.");
    return gone;
  }
  if (response.status == 401 || response.status == 403)
    return unavailable("The server does not let this app read the patient's record.", response.sent_at);
  if (response.status != 200)
    return unavailable("The server could not give the patient's record (HTTP " + std::to_string(response.status) + ").",
                       response.sent_at);
  const auto resource = parse_json(response.body.reveal(), record_limits);
  if (!resource) return unavailable(why_unreadable(response), response.sent_at);
  return {.identity = fhir::judge_patient(
              *resource, {.id = question.patient, .identifiers = question.config->identifiers, .now = question.now}),
          .read_at = response.sent_at,
          .etag = std::string(response.header("etag"))};
}

}  // namespace wardend::patients
