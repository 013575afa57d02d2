#include "daemon/patients/patient_reader.hpp"

#include <utility>

#include "daemon/patients/patient_answer.hpp"
#include "daemon/patients/record_request.hpp"

namespace wardend::patients {

asio::awaitable<session::PatientCheck> PatientReader::read(Order order) {
  const BootTime begun = clock_.now();
  if (!may_read_patient(order.granted))
    co_return unavailable(
        "No scope of the app lets wardend read the patient's record: ask for patient/Patient.r to have it checked.",
        begun);
  const config::ConfigPtr config = config_.hold();
  const config::Server* server = config->server(order.server);
  if (server == nullptr || order.token.empty())
    co_return unavailable("There is no token with which the patient's record could be read.", begun);
  HttpRequest request = record_request(*server, "Patient/" + order.patient, order.token, order.until - begun);
  order.token = Secret();
  request.wanted = std::move(order.wanted);
  if (order.before && !order.before->etag.empty()) request.headers.emplace_back("If-None-Match", order.before->etag);
  auto answer = co_await http_.send(std::move(request));
  tell_link(server_health_, order.server, answer);
  if (!answer) co_return unanswered(answer.error(), begun);
  AnswerQuestion question{
      .patient = order.patient, .config = config, .now = clock_.wall_now(), .before = std::move(order.before)};
  co_return co_await http_.read(std::move(*answer),
                                [question](const HttpResponse& response) { return judge_answer(response, question); });
}

}  // namespace wardend::patients
