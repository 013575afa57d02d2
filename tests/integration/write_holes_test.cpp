// Ways around the write guard, each with the write beside it that is right.
#include "tests/integration/writing.hpp"

namespace wardend::test {
namespace {

json to(const std::string& reference) { return {{"reference", reference}}; }

class WriteHoles : public Writing {
 protected:
  void SetUp() override {
    Settings settings;
    settings.scopes = {"openid", "fhirUser", "offline_access", "patient/*.cruds"};
    session = writer(std::move(settings));
    own("Observation", "oa", {{"subject", to("Patient/patient-1")}});
    own("Observation", "ob", {{"subject", to("Patient/patient-2")}});
    own("Binary", "bb", {{"contentType", "text/plain"}, {"securityContext", to("Patient/patient-2")}});
    own("Binary", "ba", {{"contentType", "text/plain"}, {"securityContext", to("Observation/oa")}});
    own("Provenance", "pa", {{"target", json::array({to("Observation/oa")})}});
    own("Provenance", "pb", {{"target", json::array({to("Observation/ob")})}});
    own("Encounter", "ea", {{"subject", to("Patient/patient-1")}});
    own("Encounter", "eb", {{"subject", to("Patient/patient-2")}});
    own("List", "la",
        {{"subject", to("Patient/patient-1")}, {"entry", json::array({{{"item", to("Observation/ob")}}})}});
  }
  void own(const std::string& type, const std::string& id, json members) const {
    members["resourceType"] = type;
    members["id"] = id;
    lay_down(type + "/" + id, members, "7");
  }
  std::string asked(const std::string& interaction, const std::string& type, const std::string& target,
                    const json& more = json::object()) {
    json question = {
        {"session", session}, {"patient", "patient-1"}, {"interaction", interaction}, {"resource_type", type}};
    if (!target.empty()) question["target"] = target;
    question.update(more);
    return authorized(question);
  }
  std::string created(const std::string& type, json resource) {
    resource["resourceType"] = type;
    return asked("create", type, "", {{"resource", resource}});
  }
  std::string sent(const std::vector<json>& entries) {
    return asked("transaction", "Bundle", "",
                 {{"resource", {{"resourceType", "Bundle"}, {"type", "transaction"}, {"entry", entries}}}});
  }
  std::string session;
};

TEST_F(WriteHoles, AConditionOnWhatMayBeTwoPatients) {
  EXPECT_EQ(asked("delete", "Observation", "patient=patient-1&code=x"), "permitted") << told;
  for (const char* type : {"Appointment", "Account", "Person", "Provenance"})
    EXPECT_EQ(asked("delete", type, "patient=patient-1&identifier=grp"), "ResourceRejected") << type << told;
  EXPECT_EQ(asked("patch", "Appointment", "patient=patient-1",
                  {{"patch", json::array({{{"op", "remove"}, {"path", "/participant/0"}}})}}),
            "ResourceRejected")
      << told;
}

TEST_F(WriteHoles, TheAddressOfAnAttachment) {
  const auto document = [&](const std::string& url) {
    return created("DocumentReference", {{"subject", to("Patient/patient-1")},
                                         {"content", json::array({{{"attachment", {{"url", url}}}}})}});
  };
  EXPECT_EQ(document("Binary/ba"), "permitted") << told;
  EXPECT_EQ(document("https://pacs.example.org/media/7"), "permitted") << told;
  for (const std::string& url :
       {std::string("Binary/bb"), ehr.fhir_base() + "/Binary/bb", std::string("Observation/ob"),
        std::string("./Binary/bb"), ehr.fhir_base() + "/Binary/bb?_format=json"})
    EXPECT_EQ(document(url), "ResourceRejected") << url << told;
}

TEST_F(WriteHoles, TheIdOfAnotherPatientsRecord) {
  for (const char* id : {"new", "oa"})
    EXPECT_EQ(created("Observation", observation("patient-1", {{"id", id}})), "permitted") << id << told;
  EXPECT_EQ(created("Observation", observation("patient-1", {{"id", "ob"}})), "ResourceRejected") << told;
  EXPECT_EQ(told.value("path", ""), "id");
}

TEST_F(WriteHoles, ARecordThatVouchesForItself) {
  const auto patch = json{{"patch", json::array({{{"op", "add"}, {"path", "/recorded"}, {"value", "2026"}}})}};
  for (const auto& [id, expected] : {std::pair("pa", "permitted"), std::pair("pb", "ResourceRejected")}) {
    const json mine = {{"resourceType", "Provenance"}, {"id", id}, {"target", json::array({to("Observation/oa")})}};
    EXPECT_EQ(asked("delete", "Provenance", id), expected) << id << told;
    EXPECT_EQ(asked("update", "Provenance", id, {{"resource", mine}}), expected) << id << told;
    EXPECT_EQ(asked("patch", "Provenance", id, patch), expected) << id << told;
  }
}

TEST_F(WriteHoles, OneEntryThatVouchesForAnother) {
  const json list = {{"resource", {{"resourceType", "List"}, {"id", "la"}, {"subject", to("Patient/patient-1")}}},
                     {"request", {{"method", "PUT"}, {"url", "List/la"}, {"ifMatch", "W/\"7\""}}}};
  const auto report = [&](const std::string& result) {
    return json{{"resource",
                 {{"resourceType", "DiagnosticReport"},
                  {"subject", to("Patient/patient-1")},
                  {"result", json::array({to(result)})}}},
                {"request", {{"method", "POST"}, {"url", "DiagnosticReport"}}}};
  };
  EXPECT_EQ(sent({list, report("Observation/oa")}), "permitted") << told;
  EXPECT_EQ(sent({list, report("Observation/ob")}), "ResourceRejected") << told;
  const json made = {{"resource", observation("patient-1", {{"id", "made"}})},
                     {"request", {{"method", "PUT"}, {"url", "Observation/made"}}}};
  EXPECT_EQ(sent({made, report("Observation/made")}), "permitted") << told;
}

TEST_F(WriteHoles, AnEncounterThatNobodyNamed) {
  const auto named = [&](const char* encounter) {
    return asked("create", "Observation", "", {{"encounter", encounter}, {"resource", observation("patient-1")}});
  };
  EXPECT_EQ(named("ea"), "permitted") << told;
  for (const char* encounter : {"eb", "nowhere", ""}) EXPECT_EQ(named(encounter), "EncounterMismatch") << told;
}

TEST_F(WriteHoles, ADeleteThatBringsSomething) {
  EXPECT_EQ(asked("delete", "Observation", "oa"), "permitted") << told;
  EXPECT_EQ(asked("delete", "Observation", "oa", {{"resource", observation("patient-2")}}), "InvalidRequest") << told;
}

TEST_F(WriteHoles, ABundleThatIsToBeKept) {
  const auto kept = [&](const char* type, const std::string& name) {
    return created("Bundle", {{"type", type},
                              {"entry", json::array({{{"fullUrl", name}, {"resource", observation("patient-1")}}})}});
  };
  EXPECT_EQ(kept("document", "urn:uuid:1"), "permitted") << told;
  EXPECT_EQ(kept("transaction", "urn:uuid:1"), "ResourceRejected") << told;
  EXPECT_EQ(kept("document", "https://other.example/fhir/Observation/1"), "ResourceRejected") << told;
}

}  // namespace
}  // namespace wardend::test
