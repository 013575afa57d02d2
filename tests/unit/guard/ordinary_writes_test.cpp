// What SMART apps write every day, in the profiles of the US, the UK and New Zealand: each passes for its patient, and
// none with another patient in any place of it, however spelt.
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "tests/unit/guard/ward_server.hpp"

namespace wardend::guard {
namespace {

// Every app that books does this: the appointment, and the slot that is taken then.
TEST(OrdinaryWrites, AnAppointmentIsBooked) {
  const auto booked = [](const char* patient) {
    Server server = ward();
    return server.decided(sent("POST", ""),
                          record(R"({"resourceType":"Bundle","type":"transaction","entry":[
        {"request":{"method":"POST","url":"Appointment"},"resource":{"resourceType":"Appointment","status":"booked",
         "slot":[{"reference":"Slot/s1"}],"participant":[{"actor":{"reference":")" +
                                 std::string(patient) + R"("},
         "status":"accepted"},{"actor":{"reference":"Practitioner/d"},"status":"accepted"}]}},
        {"request":{"method":"PUT","url":"Slot/s1"},"resource":{"resourceType":"Slot","id":"s1","status":"busy",
         "schedule":{"reference":"Schedule/ward"}}}]})"),
                          enforced());
  };
  EXPECT_EQ(booked("Patient/p1"), "pass");
  EXPECT_EQ(booked("Patient/p2"), "ResourceRejected entry[0].resource.participant[0].actor");
  Server server = ward();
  EXPECT_EQ(server.decided(sent("DELETE", "/Slot/s1"), json()), "pass");
  EXPECT_EQ(server.decided(sent("DELETE", "/Slot/taken"), json()), "ResourceRejected") << "by somebody else";
  EXPECT_EQ(server.decided(sent("DELETE", "/Slot/promised"), json()), "ResourceRejected") << "to whomever that is";
  EXPECT_EQ(server.decided(sent("PUT", "/Slot/taken"), record(R"({"resourceType":"Slot","id":"taken"})")),
            "ResourceRejected");
  EXPECT_EQ(server.decided(sent("PUT", "/Slot/s1"),
                           record(R"({"resourceType":"Slot","id":"s1","comment":"x","extension":[{"url":"x",
                                      "valueReference":{"reference":"Patient/p2"}}]})")),
            "ResourceRejected extension[0].valueReference");
}

// Whose chart the words of the file stand for.
struct Chart {
  std::string patient;
  std::string encounter;
  std::string number;
};
const Chart own = {"p1", "e1", "1001"};
const Chart other = {"p2", "e2", "1002"};

std::string filled(std::string text, const Chart& chart) {
  const std::pair<std::string, std::string> words[] = {{"OWN_ENCOUNTER", chart.encounter},
                                                       {"OWN_NUMBER", chart.number},
                                                       {"OWN", chart.patient},
                                                       {"BASE", "https://ehr.example.org/fhir/r4"}};
  for (const auto& [word, by] : words)
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + by.size()))
      text.replace(at, word.size(), by);
  return text;
}

json written() {
  std::ifstream file(WARDEND_SOURCE_DIR "/tests/support/ordinary_writes.json");
  return json::parse(file);
}

json filled(const json& resource, const Chart& chart) { return json::parse(filled(resource.dump(), chart)); }

Facts session() {
  Facts facts = facts_of_p1();
  facts.encounter = own.encounter;
  facts.identifiers = {{.system = "urn:mrn", .value = own.number}};
  return facts;
}

Server charts() {
  Server server;
  for (const Chart& chart : {own, other})
    for (const std::string name :
         {"Condition/OWN-c1", "Observation/OWN-hr-01", "Observation/OWN-hr-02", "Observation/OWN-hr-03",
          "DocumentReference/OWN-d1", "MedicationRequest/OWN-mr-1", "Encounter/OWN_ENCOUNTER", "Binary/OWN-b1"}) {
      const std::string record = filled(name, chart);
      const auto slash = record.find('/');
      server.records.emplace_back(record, json{{"resourceType", record.substr(0, slash)},
                                               {"id", record.substr(slash + 1)},
                                               {record.starts_with("Binary") ? "securityContext" : "subject",
                                                {{"reference", "Patient/" + chart.patient}}}});
    }
  return server;
}

std::string decision_on(const json& resource) {
  Server server = charts();
  const bool bundle = resource.at("resourceType") == "Bundle";
  return server.decided(sent("POST", bundle ? "" : "/" + resource.value("resourceType", "")), resource, session());
}

// Each place of the value, whatever it is, by its pointer.
void each_place(const json& value, const json::json_pointer& at,
                const std::function<void(const json::json_pointer&)>& see) {
  see(at);
  if (!value.is_structured()) return;
  for (const auto& [name, member] : value.items())
    each_place(member, value.is_array() ? at / static_cast<std::size_t>(std::stoul(name)) : at / name, see);
}

TEST(OrdinaryWrites, PassForTheirPatient) {
  for (const json& row : written()) EXPECT_EQ(decision_on(filled(row.at("resource"), own)), "pass") << row.at("name");
}

TEST(OrdinaryWrites, AreRefusedWhereverTheOtherChartComesIn) {
  for (const json& row : written()) {
    const json& words = row.at("resource");
    int places = 0;
    each_place(words, json::json_pointer(), [&](const json::json_pointer& at) {
      const json& word = words.at(at);
      if (!word.is_string() || !word.get<std::string>().contains("OWN")) return;
      json resource = words;
      resource[at] = filled(word.get<std::string>(), other);
      EXPECT_NE(decision_on(filled(resource, own)), "pass") << row.at("name") << " " << at;
      ++places;
    });
    EXPECT_GT(places, 0) << row.at("name");
  }
}

TEST(OrdinaryWrites, AreRefusedHoweverTheOtherPatientIsSpelt) {
  const std::vector<json> spellings = {
      {{"reference", "https://ehr.example.org/fhir/r4/Patient/p2"}},
      {{"reference", "HTTPS://EHR.example.org:443/fhir/r4/Patient/p2"}},
      {{"reference", "https://ehr.example.org/FHIR/R4/Patient/p2"}},
      {{"reference", "https://ehr.example.org/fhir/r4/Patient/p1/../p2"}},
      {{"reference", "https://other.example.org/fhir/Patient/p1"}},
      {{"reference", "Patient/p2/_history/1"}},
      {{"reference", "Patient/p1,Patient/p2"}},
      {{"reference", "Patient/p1#p2"}},
      {{"reference", "Patient/p1|p2"}},
      {{"reference", "Patient?identifier=urn:mrn|1002"}},
      {{"reference", "Patient?_id=p1"}},
      {{"reference", "patient/p1"}},
      {{"reference", "Patient%2Fp2"}},
      {{"reference", " Patient/p1"}},
      {{"reference", "#p2"}, {"type", "Patient"}},
      {{"reference", "urn:uuid:00000000-0000-4000-8000-00000000000f"}},
      {{"reference", "urn:oid:1.2.3"}},
      {{"reference", "Patient/p1"}, {"identifier", {{"system", "urn:mrn"}, {"value", "1002"}}}},
      {{"reference", "Patient/p1"}, {"identifier", {{{"system", "urn:mrn"}, {"value", "1002"}}}}},
      {{"reference", {"Patient/p1", "Patient/p2"}}},
      {{"reference", {{"reference", "Patient/p2"}}}, {"type", "Patient"}, {"display", "B"}},
      {{"identifier", {{"system", "urn:mrn"}, {"value", "1002"}}}, {"type", "Patient"}},
      {{"type", "http://hl7.org/fhir/StructureDefinition/Patient|5.0.0"}, {"display", "B"}},
      {{"reference", "RelatedPerson/nowhere"}},
      {{"reference", "Group/g"}},
  };
  for (const json& row : written()) {
    const json resource = filled(row.at("resource"), own);
    each_place(resource, json::json_pointer(), [&](const json::json_pointer& at) {
      const json& place = resource.at(at);
      if (!place.is_object() || !place.value("reference", json()).is_string() ||
          !place.value("reference", "").ends_with("Patient/p1"))
        return;
      for (const json& spelt : spellings) {
        json changed = resource;
        changed[at] = spelt;
        EXPECT_NE(decision_on(changed), "pass") << row.at("name") << " " << at << " " << spelt;
        changed[at] = json::array({spelt});
        EXPECT_NE(decision_on(changed), "pass") << row.at("name") << " " << at << " in a list " << spelt;
      }
    });
  }
}

// Every object may have extensions, and a server that does not know a member may keep it.
TEST(OrdinaryWrites, AreRefusedWithTheOtherPatientAddedAnywhere) {
  json deep = {{"url", "u"}, {"valueReference", {{"reference", "Patient/p2"}}}};
  for (int level = 0; level < 20; ++level) deep = {{"url", "u"}, {"extension", json::array({deep})}};
  const std::vector<std::pair<const char*, json>> additions = {
      {"extension", json::array({{{"url", "u"}, {"valueReference", {{"reference", "Patient/p2"}}}}})},
      {"modifierExtension", json::array({deep})},
      {"_status", {{"extension", json::array({{{"url", "u"}, {"valueUri", "Patient/p2"}}})}}},
      {"extension", json::array({{{"url", "u"}, {"valueCanonical", "Patient/p2|1"}}})},
      {"extension", json::array({{{"url", "u"}, {"valueAttachment", {{"url", "Binary/p2-b1"}}}}})},
      {"extension", json::array({{{"url", "u"}, {"valueReference", {{"reference", "Observation/p2-hr-01"}}}}})},
      {"extension",
       json::array({{{"url", "u"}, {"valueReference", {{"identifier", {{"system", "urn:mrn"}, {"value", "1002"}}}}}}})},
      {"nobodyKnowsThis", {{"reference", "Patient/p2"}}},
      {"parameter", json::array({{{"name", "n"}, {"valueString", "Patient/p2"}}})},
      {"parameter", json::array({{{"name", "n"}, {"resource", {{"resourceType", "Patient"}, {"id", "p2"}}}}})},
      {"resource",
       {{"resourceType", "Bundle"},
        {"entry",
         json::array(
             {{{"resource", {{"resourceType", "Bundle"}, {"entry", json::array({{{"fullUrl", "Patient/p2"}}})}}}}})}}},
  };
  for (const json& row : written()) {
    const json resource = filled(row.at("resource"), own);
    each_place(resource, json::json_pointer(), [&](const json::json_pointer& at) {
      if (!resource.at(at).is_object()) return;
      for (const auto& [name, value] : additions) {
        json changed = resource;
        if (changed[at].contains(name)) continue;
        changed[at][name] = value;
        EXPECT_NE(decision_on(changed), "pass") << row.at("name") << " " << at << " " << name << value;
      }
    });
  }
}

}  // namespace
}  // namespace wardend::guard
