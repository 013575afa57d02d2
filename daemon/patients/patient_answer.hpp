// What a server's answer to a read of the patient's record means for the session. No I/O.
#pragma once

#include <string>

#include "base/http_client.hpp"
#include "config/model.hpp"
#include "daemon/session/session.hpp"

namespace wardend::patients {

// Whether these scopes, as granted, allow a read of the patient's record.
[[nodiscard]] bool may_read_patient(const smart::ScopeSet& granted);

// Why there is no record to judge: status unavailable, with that finding.
[[nodiscard]] session::PatientCheck unavailable(std::string finding, BootTime at);
// The same where the server did not answer.
[[nodiscard]] session::PatientCheck unanswered(const HttpFailure& failure, BootTime at);

// What the answer is judged by; it owns what it names, as it may be read beside the loop.
struct AnswerQuestion {
  std::string patient;
  config::ConfigPtr config;
  WallTime now = {};
  std::optional<session::PatientCheck> before = {};  // what a 304 confirms
};
// 404 and 410: a conflict, as a record was there at the launch. 401 and 403: unavailable, as the token does not open
// it. The work grows with the body.
[[nodiscard]] session::PatientCheck judge_answer(const HttpResponse& response, const AnswerQuestion& question);

}  // namespace wardend::patients
