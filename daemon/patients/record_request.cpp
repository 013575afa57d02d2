#include "daemon/patients/record_request.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/json_members.hpp"

namespace wardend::patients {

HttpRequest record_request(const config::Server& server, std::string_view path, const Secret& token, Duration left) {
  std::string bearer = "Bearer " + std::string(token.reveal());
  HttpRequest request{
      .url = server.fhir_base_url.child(path),
      .headers = {{"Accept", "application/fhir+json, application/json;q=0.9"}, {"Cache-Control", "no-cache"}},
      .authorization = Secret(bearer),
      .max_response_bytes = record_limits.bytes,
      .timeout = std::chrono::ceil<std::chrono::milliseconds>(std::max<Duration>(left, 1ms)),
      .route = server.route};
  wipe(bearer);
  return request;
}

Absence absence_in(const HttpResponse& response) {
  if (response.status != 404 && response.status != 410) return Absence::none;
  const auto outcome = parse_json(response.body.reveal(), record_limits);
  if (!outcome || text_view_member(*outcome, "resourceType").empty()) return Absence::none;
  return response.status == 404 ? Absence::absent : Absence::gone;
}

void tell_link(server::ServerHealth& health, const std::string& server,
               const std::expected<HttpResponse, HttpFailure>& outcome) {
  const auto evidence = outcome ? server::evidence_of_record(*outcome) : server::evidence_of_record(outcome.error());
  if (evidence) health.observe(server, *evidence);
}

}  // namespace wardend::patients
