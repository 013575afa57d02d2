#include "tests/integration/writing.hpp"

namespace wardend::test {

std::vector<std::string> writing_scopes() {
  return {"openid",
          "fhirUser",
          "offline_access",
          "patient/Patient.r",
          "patient/Observation.cruds",
          "patient/MedicationRequest.cruds"};
}

json observation(const std::string& patient, const json& changes) {
  json resource = {{"resourceType", "Observation"},
                   {"status", "final"},
                   {"code", {{"text", "Heart rate"}}},
                   {"subject", {{"reference", "Patient/" + patient}}}};
  resource.merge_patch(changes);
  return resource;
}

json creation(const std::string& session, const json& resource, const json& changes) {
  json question = {{"session", session},
                   {"patient", "patient-1"},
                   {"interaction", "create"},
                   {"resource_type", "Observation"},
                   {"resource", resource}};
  question.merge_patch(changes);
  return question;
}

std::string authorize(client::Client& client, const json& question, json& told) {
  const auto answered = client.call("org.wardend.Broker.AuthorizeWrite", question);
  told = answered ? *answered : json::parse(answered.error().parameters_json, nullptr, false);
  return answered ? "permitted" : answered.error().error.substr(answered.error().error.rfind('.') + 1);
}

json patient(const std::string& id, const json& changes) {
  json resource = {{"resourceType", "Patient"}, {"id", id}, {"active", true}};
  resource.merge_patch(changes);
  return resource;
}

std::string Writing::writer(Settings settings) {
  if (settings.scopes == Settings{}.scopes) settings.scopes = writing_scopes();
  start(std::move(settings));
  return site.launched_session();
}

void Writing::lay_down(const std::string& path, const json& resource, const std::string& version) const {
  ehr.set("records", {{"path", path}, {"resource", resource}, {"version", version}});
}

std::string Writing::record(const json& permit, const std::string& outcome) {
  const auto answered = broker().call("org.wardend.Broker.RecordWrite",
                                      {{"permit", permit}, {"outcome", outcome}, {"resource", "Observation/9"}});
  return answered ? "recorded" : answered.error().error.substr(answered.error().error.rfind('.') + 1);
}

void Writing::lock() {
  auto control = site.control();
  static_cast<void>(ask(control, "Control.ReportLock", {{"reason", "ehr_lock"}, {"target", json::object()}}));
}

}  // namespace wardend::test
