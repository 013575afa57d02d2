// Writes that refer to other records, by reference or by identifier: whose those are is read from the server.
#include "tests/integration/writing.hpp"

namespace wardend::test {
namespace {

class WriteReferences : public Writing {
 protected:
  std::string refers(Settings settings = {}) {
    settings.scopes = writing_scopes();
    for (const char* scope : {"DiagnosticReport.c", "Composition.c", "List.c", "Provenance.c", "Encounter.r"})
      settings.scopes.push_back("patient/" + std::string(scope));
    return writer(std::move(settings));
  }
  // The answer for a create of that type with those members, about patient-1.
  std::string created(const std::string& id, const std::string& type, const json& members) {
    json resource = {{"resourceType", type}, {"subject", {{"reference", "Patient/patient-1"}}}};
    if (type == "Provenance") resource.erase("subject");
    resource.update(members);
    return authorized({{"session", id},
                       {"patient", "patient-1"},
                       {"interaction", "create"},
                       {"resource_type", type},
                       {"resource", resource}});
  }
  static json to(const std::string& reference) { return {{"reference", reference}}; }
};

constexpr const char* own = "Observation/observation-1-1";
constexpr const char* others = "Observation/observation-2-1";

TEST_F(WriteReferences, RefusesARecordOfAnotherPatient) {
  const std::string id = refers();
  const auto in = [](const char* element, const char* reference) {
    const json one = to(reference);
    if (std::string_view(element) == "section") return json{{element, json::array({{{"entry", json::array({one})}}})}};
    if (std::string_view(element) == "entry") return json{{element, json::array({{{"item", one}}})}};
    return json{{element, json::array({one})}};
  };
  const std::vector<std::pair<const char*, const char*>> places = {
      {"DiagnosticReport", "result"}, {"Observation", "hasMember"}, {"Observation", "derivedFrom"},
      {"Provenance", "target"},       {"Composition", "section"},   {"List", "entry"}};
  for (const auto& [type, element] : places) {
    EXPECT_EQ(created(id, type, in(element, own)), "permitted") << type << element << told;
    EXPECT_EQ(created(id, type, in(element, others)), "ResourceRejected") << type << element << told;
    EXPECT_TRUE(told.value("path", "").starts_with(element)) << told;
    EXPECT_EQ(told.value("reason", ""), "a reference to a record that is not this patient's");
    EXPECT_EQ(created(id, type, in(element, "Observation/nowhere")), "ResourceRejected") << type << told;
    EXPECT_EQ(created(id, type, in(element, "Observation?identifier=1")), "ResourceRejected") << type << told;
    EXPECT_EQ(created(id, type, in(element, "https://elsewhere.example/fhir/Observation/1")), "ResourceRejected")
        << type << told;
  }
}

TEST_F(WriteReferences, ReadsAtMostSixteen) {
  const std::string id = refers();
  json members = json::array();
  for (int i = 0; i < 17; ++i) members.push_back(to("Observation/m" + std::to_string(i)));
  EXPECT_EQ(created(id, "Observation", {{"hasMember", members}}), "ResourceRejected");
  EXPECT_EQ(told.value("path", ""), "hasMember[16]");
  EXPECT_TRUE(told.value("reason", "").contains("16")) << told;
}

TEST_F(WriteReferences, AnEncounterWithoutOneAtTheLaunchIsRead) {
  const std::string id = refers();
  lay_down("Encounter/e1", {{"resourceType", "Encounter"}, {"id", "e1"}, {"subject", to("Patient/patient-1")}});
  lay_down("Encounter/e2", {{"resourceType", "Encounter"}, {"id", "e2"}, {"subject", to("Patient/patient-2")}});
  EXPECT_EQ(created(id, "Observation", {{"encounter", to("Encounter/e1")}}), "permitted") << told;
  EXPECT_EQ(created(id, "Observation", {{"encounter", to("Encounter/e2")}}), "ResourceRejected") << told;
}

TEST_F(WriteReferences, WhatTheServerDoesNotShowIsNamed) {
  const std::string id = writer();
  lay_down("Encounter/e1", {{"resourceType", "Encounter"}, {"id", "e1"}, {"subject", to("Patient/patient-1")}});
  ASSERT_EQ(created(id, "Observation", {{"encounter", to("Encounter/e1")}}), "ScopeNotGranted") << told;
  EXPECT_EQ(told.at("missing"), json::array({"patient/Encounter.r"}));
  EXPECT_TRUE(told.value("reason", "").contains("Encounter/e1")) << told;
}

TEST_F(WriteReferences, RefusesAnIdentifierOfAnotherPatientAnywhere) {
  lay_down("Patient/patient-1",
           patient("patient-1", {{"identifier", json::array({{{"system", "urn:mrn"}, {"value", "17"}}})}}));
  const std::string id = refers();
  const auto by = [](const std::string& system, const std::string& value) {
    return json{{"identifier", {{"system", system}, {"value", value}}}};
  };
  for (const char* element : {"performer", "focus"}) {
    const auto named = [&](const json& one) { return created(id, "Observation", {{element, json::array({one})}}); };
    EXPECT_EQ(named(by("urn:mrn", "17")), "permitted") << element << told;
    EXPECT_EQ(named(by("urn:mrn", "18")), "ResourceRejected") << element << told;
    EXPECT_EQ(told.value("reason", ""), "an identifier of another patient");
    EXPECT_EQ(named(by("urn:staff", "18")), "permitted") << element << told;
  }
  EXPECT_EQ(created(id, "Observation", {{"valueString", "Patient/family"}}), "permitted") << "a text is a text";
}

TEST_F(WriteReferences, AnEntryThatChangesAResourceNamesItsVersion) {
  const std::string id = refers();
  lay_down("Observation/mine", observation("patient-1", {{"id", "mine"}}), "17");
  const auto bundle = [&](const std::vector<json>& requests) {
    json all = {{"resourceType", "Bundle"}, {"type", "transaction"}, {"entry", json::array()}};
    for (const json& request : requests) {
      json entry = {{"request", request}};
      if (request["method"] == "PUT") entry["resource"] = observation("patient-1", {{"id", "mine"}});
      all["entry"].push_back(entry);
    }
    return authorized({{"session", id},
                       {"patient", "patient-1"},
                       {"interaction", "transaction"},
                       {"resource_type", "Bundle"},
                       {"resource", all}});
  };
  const json put = {{"method", "PUT"}, {"url", "Observation/mine"}};
  json versioned = put;
  versioned["ifMatch"] = "W/\"17\"";
  json older = put;
  older["ifMatch"] = "W/\"16\"";
  EXPECT_EQ(bundle({put}), "ResourceRejected") << told;
  EXPECT_EQ(told.value("path", ""), "entry[0].request.ifMatch");
  EXPECT_EQ(bundle({older}), "ResourceRejected") << told;
  EXPECT_EQ(bundle({versioned}), "permitted") << told;
  EXPECT_EQ(bundle({versioned, versioned}), "ResourceRejected") << told;
  EXPECT_EQ(told.value("path", ""), "entry[1].request.url");
}

TEST_F(WriteReferences, ARecordThatIsTooLargeIsRefusedForGood) {
  const std::string id = refers();
  lay_down("Observation/mine", observation("patient-1", {{"id", "mine"}}));
  ehr.fault({{"at", "fhir"}, {"kind", "big"}, {"bytes", 3'000'000}});
  EXPECT_EQ(authorized(creation(id, observation("patient-1", {{"id", "mine"}}),
                                {{"interaction", "update"}, {"target", "mine"}})),
            "ResourceRejected")
      << told;
  EXPECT_TRUE(told.value("reason", "").contains("larger than 1 MiB")) << told;
}

TEST_F(WriteReferences, AScopeForSomeRecordsSaysForWhich) {
  Settings settings;
  settings.scopes = {"openid", "fhirUser", "offline_access", "patient/Patient.r",
                     "patient/Observation.cruds?category=vital-signs"};
  const std::string id = writer(settings);
  EXPECT_EQ(authorized(creation(id, observation("patient-1", {{"category", json::array({{{"text", "lab"}}})}}))),
            "ScopeNotGranted");
  EXPECT_TRUE(told.value("reason", "").contains("only with category=vital-signs")) << told;
}

}  // namespace
}  // namespace wardend::test
