// Whether the judge would find it if one of our AuditEvents broke a rule of FHIR or of IHE BALP.
#include <algorithm>
#include <functional>

#include "protocol/balp/audit_event.hpp"
#include "tests/integration/audit_events.hpp"

namespace wardend::test {
namespace {

using nlohmann::json;
using namespace std::string_literals;

// A rule of the standard, broken in an event of ours.
struct Fault {
  const char* rule;
  json entry;
  std::function<void(json&)> seed;
};

json& agent(json& event, const char* role) {
  for (json& one : event["agent"])
    for (const json& coding : one["type"]["coding"])
      if (coding["code"] == role) return one;
  throw std::out_of_range("no agent "s + role);
}
json& entity(json& event, const char* type) {
  for (json& one : event["entity"])
    if (one["type"]["code"] == type) return one;
  throw std::out_of_range("no entity "s + type);
}
void remove(json& list, const json& one) { list.erase(std::ranges::find(list, one)); }
void claim(json& event, const char* profile) {
  event["meta"]["profile"] = {"https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE."s + profile};
}

const json read_entry = entry_of(AuditKind::access, "read"), query_entry = entry_of(AuditKind::access, "search"),
           create_entry = entry_of(AuditKind::access, "create"), update_entry = entry_of(AuditKind::access, "update"),
           delete_entry = entry_of(AuditKind::access, "delete"),
           refresh_entry = entry_of(AuditKind::refresh, "refresh"),
           clear_entry = entry_of(AuditKind::clear, "session", {{"resource", nullptr}}),
           start_entry = entry_of(AuditKind::start, "started");

std::vector<Fault> faults_of_any_event() {
  return {
      {"recorded 1..1", start_entry, [](json& e) { e.erase("recorded"); }},
      {"recorded is an instant", start_entry, [](json& e) { e["recorded"] = "2026-11-29"; }},
      {"type 1..1", start_entry, [](json& e) { e.erase("type"); }},
      {"agent 1..*", start_entry, [](json& e) { e.erase("agent"); }},
      {"agent.requestor 1..1", start_entry, [](json& e) { e["agent"][0].erase("requestor"); }},
      {"source 1..1", start_entry, [](json& e) { e.erase("source"); }},
      {"source.observer 1..1", start_entry, [](json& e) { e["source"].erase("observer"); }},
      {"action is a code of its set", start_entry, [](json& e) { e["action"] = "X"; }},
      {"outcome is a code of its set", start_entry, [](json& e) { e["outcome"] = "1"; }},
      {"network.type is a code of its set", start_entry, [](json& e) { e["agent"][0]["network"]["type"] = "6"; }},
      {"an element that FHIR lacks", start_entry, [](json& e) { e["hash"] = "a"; }},
      {"no empty text", clear_entry, [](json& e) { e["outcomeDesc"] = ""; }},
      {"no empty list", clear_entry, [](json& e) { e["entity"] = json::array(); }},
      {"entity.name and query never both (sev-1)", query_entry, [](json& e) { entity(e, "2")["name"] = "n"; }},
      {"query is base64", query_entry, [](json& e) { entity(e, "2")["query"] = "GET x?y"; }},
      {"a reference names a resource", read_entry,
       [](json& e) { entity(e, "2")["what"]["reference"] = "https://ehr/a b"; }},
      {"who is a person, device or organization", read_entry,
       [](json& e) { agent(e, "IRCP")["who"]["reference"] = "https://ehr/fhir/Observation/1"; }},
      {"period has times", read_entry, [](json& e) { e["period"]["start"] = "eight"; }},
      {"detail has a value", clear_entry, [](json& e) { entity(e, "2")["detail"][0].erase("valueString"); }},
  };
}

std::vector<Fault> faults_of_requests() {
  std::vector<Fault> faults = {
      {"Read: client is the destination", read_entry, [](json& e) { remove(e["agent"], agent(e, "110152")); }},
      {"Read: server is the source", read_entry, [](json& e) { remove(e["agent"], agent(e, "110153")); }},
      {"Read: exactly one client", read_entry, [](json& e) { e["agent"].push_back(json(agent(e, "110152"))); }},
      {"Query: roles are not those of a read", query_entry,
       [](json& e) { agent(e, "110153")["type"]["coding"][0]["code"] = "110152"; }},
      {"Query: the query", query_entry, [](json& e) { entity(e, "2").erase("query"); }},
      {"Query: no what", query_entry, [](json& e) { entity(e, "2")["what"] = {{"reference", "Observation/1"}}; }},
      {"Query: role 24", query_entry, [](json& e) { entity(e, "2")["role"]["code"] = "4"; }},
      {"Query: no detail", query_entry,
       [](json& e) { entity(e, "2")["detail"] = {{{"type", "x"}, {"valueString", "y"}}}; }},
      {"Query: no lifecycle", query_entry,
       [](json& e) { entity(e, "2")["lifecycle"] = {{"system", "urn:x"}, {"code", "1"}}; }},
      {"Delete: server is the custodian", delete_entry, [](json& e) { remove(e["agent"], agent(e, "custodian")); }},
      {"Delete: client is the application", delete_entry, [](json& e) { remove(e["agent"], agent(e, "110150")); }},
      {"Create: subtype", create_entry, [](json& e) { e["subtype"][0]["code"] = "update"; }},
      {"Update: subtype", update_entry, [](json& e) { e["subtype"][0]["code"] = "create"; }},
      {"Update: action", update_entry, [](json& e) { e["action"] = "C"; }},
      {"request id has a value", read_entry,
       [](json& e) { entity(e, "XrequestId")["what"]["identifier"] = {{"system", "urn:x"}}; }},
      {"one request id", read_entry, [](json& e) { e["entity"].push_back(json(entity(e, "XrequestId"))); }},
  };
  for (const auto& [entry, client] : {std::pair{&read_entry, "110152"},
                                      {&query_entry, "110153"},
                                      {&create_entry, "110153"},
                                      {&update_entry, "110153"},
                                      {&delete_entry, "110150"}}) {
    const std::string user = entry == &read_entry || entry == &query_entry ? "IRCP" : "AUT";
    const std::string role = client;
    faults.push_back({"outcome is success", *entry, [](json& e) { e["outcome"] = "4"; }});
    faults.push_back({"type is rest", *entry, [](json& e) { e["type"]["code"] = "110114"; }});
    faults.push_back({"client has a network", *entry, [role](json& e) { agent(e, role.c_str()).erase("network"); }});
    faults.push_back({"client has who", *entry, [role](json& e) { agent(e, role.c_str()).erase("who"); }});
    faults.push_back(
        {"client has no media", *entry, [role](json& e) { agent(e, role.c_str())["media"] = {{"code", "x"}}; }});
    faults.push_back({"user asks", *entry, [user](json& e) { agent(e, user.c_str())["requestor"] = false; }});
    faults.push_back({"user has who", *entry, [user](json& e) { agent(e, user.c_str()).erase("who"); }});
    faults.push_back({"user has no network", *entry,
                      [user](json& e) { agent(e, user.c_str())["network"] = {{"address", "x"}, {"type", "1"}}; }});
    faults.push_back(
        {"user at most once", *entry, [user](json& e) { e["agent"].push_back(json(agent(e, user.c_str()))); }});
    faults.push_back({"a patient", *entry, [](json& e) { remove(e["entity"], entity(e, "1")); }});
    faults.push_back({"one patient", *entry, [](json& e) { e["entity"].push_back(json(entity(e, "1"))); }});
    faults.push_back({"the patient is a Patient", *entry,
                      [](json& e) { entity(e, "1")["what"]["reference"] = "https://ehr/fhir/Observation/1"; }});
    faults.push_back({"the patient's role", *entry, [](json& e) { entity(e, "1")["role"]["code"] = "4"; }});
    faults.push_back({"what it was about", *entry, [](json& e) { remove(e["entity"], entity(e, "2")); }});
  }
  return faults;
}

std::vector<Fault> faults_of_token_requests() {
  return {
      {"IUA.71: type", refresh_entry, [](json& e) { e["type"]["code"] = "110113"; }},
      {"IUA.71: subtype", refresh_entry, [](json& e) { e["subtype"][0]["code"] = "ITI-72"; }},
      {"IUA.71: success", refresh_entry, [](json& e) { e["outcome"] = "8"; }},
      {"IUA.71: the app", refresh_entry, [](json& e) { remove(e["agent"], agent(e, "110150")); }},
      {"IUA.71: the authorization server", refresh_entry,
       [](json& e) { remove(e["agent"], agent(e, "AuthzOauthService")); }},
      {"IUA.71: no other agent", refresh_entry,
       [](json& e) { e["agent"].push_back({{"who", {{"display", "x"}}}, {"requestor", false}}); }},
      {"IUA.71: networks", refresh_entry, [](json& e) { agent(e, "AuthzOauthService").erase("network"); }},
      {"IUA.71: user has no altId", refresh_entry, [](json& e) { agent(e, "IRCP")["altId"] = "1000"; }},
      {"IUA.71: one entity", refresh_entry, [](json& e) { e["entity"].push_back(json(e["entity"][0])); }},
      {"IUA.71: the request", refresh_entry, [](json& e) { e["entity"][0].erase("query"); }},
      {"IUA.71: no patient", refresh_entry,
       [](json& e) {
         json read = balp::audit_event(read_entry);
         e["entity"].push_back(entity(read, "1"));
       }},
      {"a failure claims no profile", entry_of(AuditKind::access, "read", {{"outcome", "denied"}}),
       [](json& e) { claim(e, "BasicAudit.PatientRead"); }},
      {"a clear claims no profile", clear_entry, [](json& e) { claim(e, "IUA.71"); }},
      {"a profile that nobody knows", read_entry, [](json& e) { claim(e, "BasicAudit.Peek"); }},
  };
}

TEST_F(AuditEvents, WithARuleBrokenAreRefused) {
  std::vector<Fault> faults = faults_of_any_event();
  for (auto more : {faults_of_requests(), faults_of_token_requests()})
    faults.insert(faults.end(), more.begin(), more.end());
  std::vector<json> events;
  for (const Fault& fault : faults) {
    const json good = balp::audit_event(fault.entry);
    json& bad = events.emplace_back(good);
    fault.seed(bad);
    EXPECT_NE(bad, good) << fault.rule;
  }
  const Judgement found = judge(events);
  for (std::size_t i = 0; i < faults.size(); ++i)
    EXPECT_TRUE(found.errors.contains(i)) << faults[i].rule << " was not found in\n" << events[i].dump();
}

}  // namespace
}  // namespace wardend::test
