#include "tests/integration/real_writes.hpp"

#include <algorithm>
#include <set>

#include "base/encoding.hpp"
#include "tests/integration/gateway_client.hpp"

namespace wardend::test {
namespace {

std::string replaced(std::string text, const std::string& word, const std::string& by) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size()))
    text.replace(at, word.size(), by);
  return text;
}

// The condition of a target that is a search; "": it is none.
std::string condition_in(const std::string& target) {
  if (!target.contains('=')) return {};
  return target.substr(target.contains('?') ? target.find('?') + 1 : 0);
}

std::string path_for(const json& question) {
  const auto type = question.value("resource_type", "");
  const auto target = question.value("target", "");
  if (const std::string condition = condition_in(target); !condition.empty()) return type + "?" + condition;
  return target.empty() ? type : type + "/" + target.substr(target.rfind('/') + 1);
}

// Whose a record is, by every id of a Patient in it.
bool names_only(const json& record, const std::string& patient) {
  const std::string text = record.dump();
  constexpr std::string_view word = "Patient/";
  bool named = text.contains(R"("id":")" + patient + R"(","resourceType":"Patient")");  // itself, or in a Bundle
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + word.size())) {
    const auto from = at + word.size();
    if (text.substr(from, text.find_first_of("\"/", from) - from) != patient) return false;
    named = true;
  }
  return named || text.contains("\"urn:mrn\"");
}

}  // namespace

const Chart& first_chart() {
  static const Chart chart{.patient = "p1", .encounter = "e1", .record_number = "1001"};
  return chart;
}

const Chart& second_chart() {
  static const Chart chart{.patient = "p2", .encounter = "e2", .record_number = "1002"};
  return chart;
}

void RealWrites::start(Settings settings) {
  settings.fhir_base = repository.fhir_base();
  settings.client_id = "smart-public";
  if (settings.scopes == Settings{}.scopes)
    settings.scopes = {"openid", "fhirUser", "offline_access", "patient/Patient.cruds", "patient/*.cruds"};
  broker_.reset();
  site.start(settings);
}

std::string RealWrites::launched(const Chart& chart) {
  const auto ids = [&] {
    std::set<std::string> all;
    for (const json& one : ask(broker(), "Broker.ListSessions").value("sessions", json::array()))
      all.insert(one.value("id", ""));
    return all;
  };
  const auto before = ids();
  const std::string launch = provider.begin_ehr_launch({{"patient", chart.patient}, {"encounter", chart.encounter}});
  const Page page = Browser(site.folder() / "cookies")
                        .open(site.loopback() + "/launch/vitals?" +
                              form_encode({{"iss", repository.fhir_base()}, {"launch", launch}}));
  EXPECT_EQ(page.status, 200) << page.body;
  for (const std::string& id : ids())
    if (!before.contains(id)) return id;
  ADD_FAILURE() << "no session for " << chart.patient;
  return {};
}

client::Client& RealWrites::broker() {
  if (!broker_) broker_.emplace(site.broker());
  return *broker_;
}

Sent RealWrites::request_for(const json& question) const {
  const auto interaction = question.value("interaction", "");
  Sent request{.method = "POST", .path = path_for(question), .body = question.value("resource", json())};
  if (interaction == "transaction") request.path = {};
  if (interaction == "create" && question.contains("target")) {
    request.path = question.value("resource_type", "");
    request.headers.push_back("If-None-Exist: " + condition_in(question.value("target", "")));
  }
  if (interaction == "update") request.method = "PUT";
  if (interaction == "delete") request.method = "DELETE";
  if (interaction == "patch") {
    request.method = "PATCH";
    request.body = question.at("patch");
  }
  if (told.contains("if_match")) request.headers.push_back("If-Match: " + told.at("if_match").get<std::string>());
  return request;
}

std::string RealWrites::write(const json& question) {
  const std::string asked = ask_for(question);
  if (asked != "permitted") return asked;
  sent = request_for(question);
  answer = repository.send(sent, told.at("access_token").get<std::string>());
  const bool written = answer.status >= 200 && answer.status < 300;
  const json outcome = {{"permit", told.at("permit")}, {"outcome", written ? "success" : "denied"}};
  static_cast<void>(ask(broker(), "Broker.RecordWrite", outcome));
  return written ? "written" : "answered " + std::to_string(answer.status);
}

std::string RealWrites::write_through_gateway(const json& question) {
  told = json::object();
  sent = request_for(question);
  const auto type = question.value("resource_type", "");
  if (const auto target = question.value("target", ""); target.starts_with(type + "/")) sent.path = target;
  for (const auto& [member, header] :
       {std::pair("patient", "X-Wardend-Patient: "), std::pair("encounter", "X-Wardend-Encounter: "),
        std::pair("override_reason", "X-Wardend-Override-Reason: ")})
    if (question.contains(member)) sent.headers.push_back(header + question.at(member).get<std::string>());
  const Passed passed = through_gateway(site, question.at("session"), sent);
  answer = {.status = passed.status, .body = passed.body, .address = {}};
  if (passed.status >= 200 && passed.status < 300) return "written";
  const std::string error = passed.error();
  return error.empty() ? "answered " + std::to_string(passed.status) : error;
}

void RealWrites::name_versions(json& question) const {
  if (!question.contains("/resource/entry"_json_pointer)) return;
  for (json& part : question["resource"]["entry"]) {
    json& asked = part["request"];
    if (asked.value("ifMatch", "") != "CURRENT") continue;
    const json record = repository.read(asked.at("url").get<std::string>());
    asked["ifMatch"] =
        "W/\"" + (record.is_object() ? record.value("/meta/versionId"_json_pointer, "") : std::string("1")) + "\"";
  }
}

bool RealWrites::only_of(const Chart& chart, const std::vector<std::string>& records,
                         const std::map<std::string, json>& before, const std::map<std::string, json>& after) const {
  return std::ranges::all_of(records, [&](const std::string& record) {
    const auto fits = [&](const std::map<std::string, json>& all) {
      const auto found = all.find(record);
      return found == all.end() || names_only(found->second, chart.patient);
    };
    return fits(before) && fits(after);
  });
}

json filled(const Vector& vector, const std::string& session, const std::string& base, const Chart& own,
            const Chart& theirs) {
  json question = {{"session", session}, {"patient", "OWN"}};
  question.merge_patch(vector.question);
  std::string text = question.dump();
  for (const auto& [word, value] :
       std::vector<std::pair<std::string, std::string>>{{"OWN_ENCOUNTER", own.encounter},
                                                        {"THEIR_ENCOUNTER", theirs.encounter},
                                                        {"THEIR_NUMBER", theirs.record_number},
                                                        {"OWN_NUMBER", own.record_number},
                                                        {"OWN", own.patient},
                                                        {"THEIRS", theirs.patient},
                                                        {"BASE", base}})
    text = replaced(std::move(text), word, value);
  return json::parse(text);
}

json created(const json& resource) {
  return {{"interaction", "create"}, {"resource_type", resource.at("resourceType")}, {"resource", resource}};
}

json updated(const std::string& target, const json& resource) {
  json whole = resource;
  if (condition_in(target).empty()) whole["id"] = target.substr(target.rfind('/') + 1);
  return {{"interaction", "update"},
          {"resource_type", resource.at("resourceType")},
          {"target", target},
          {"resource", whole}};
}

json patched(const std::string& target, const json& operations) {
  return {{"interaction", "patch"}, {"resource_type", "Observation"}, {"target", target}, {"patch", operations}};
}

json deleted(const std::string& target) {
  const auto end = target.find_first_of("/?");
  return {{"interaction", "delete"}, {"resource_type", target.substr(0, end)}, {"target", target}};
}

json entry(const std::string& method, const std::string& url, const json& resource) {
  json made = {{"request", {{"method", method}, {"url", url}}}};
  if (!resource.is_null()) made["resource"] = resource;
  return made;
}

json bundled(const json& entries, const std::string& type) {
  return {{"interaction", "transaction"},
          {"resource_type", "Bundle"},
          {"resource", {{"resourceType", "Bundle"}, {"type", type}, {"entry", entries}}}};
}

json about(const std::string& patient, const json& changes) { return observation(patient, changes); }

}  // namespace wardend::test
