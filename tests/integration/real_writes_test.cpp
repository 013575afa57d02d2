// Every way by which other servers and proxies let a write into another patient's chart, to a repository that writes
// whatever it is sent: with the session's patient and with the other one, in both sessions.
#include "tests/integration/real_writes.hpp"

namespace wardend::test {
namespace {

class RealVectors : public RealWrites {
 protected:
  // Plays them in a session for each patient, with its own patient and with the other one.
  void play(const std::vector<Vector>& vectors, Settings settings = {}) {
    start(std::move(settings));
    const std::pair<const Chart&, const Chart&> pairs[] = {{first_chart(), second_chart()},
                                                           {second_chart(), first_chart()}};
    for (const auto& [own, other] : pairs) {
      const std::string session = launched(own);
      for (const Vector& vector : vectors) {
        SCOPED_TRACE(std::string(vector.name) + ", in a session of " + own.patient);
        for (const Way way : {Way::guard, Way::gateway}) {
          const auto expected = [&](const char* asked, const char* inspected) {
            return way == Way::gateway && inspected != nullptr ? inspected : asked;
          };
          check(way, vector, filled(vector, session, repository.fhir_base(), own, other), own,
                expected(vector.wrong, vector.wrong_inspected));
          check(way, vector, filled(vector, session, repository.fhir_base(), own, own), own,
                expected(vector.right, vector.right_inspected));
        }
      }
    }
  }

 private:
  std::size_t writes_received() const {
    return repository.received(std::vector<std::string>{"POST", "PUT", "PATCH", "DELETE"});
  }
  void check(Way way, const Vector& vector, json question, const Chart& own, const std::string& expected) {
    SCOPED_TRACE(way == Way::guard ? "asked for first" : "through the gateway");
    const bool goes = expected == "written";
    if (goes) repository.reset();
    name_versions(question);
    const auto before = goes ? repository.records() : std::map<std::string, json>();
    const std::size_t received = writes_received();
    EXPECT_EQ(write(way, question), expected) << question << "\n" << told << "\n" << answer.body;
    if (way == Way::guard) EXPECT_EQ(told.contains("permit"), goes) << "without a permit nothing is sent";
    if (!goes) EXPECT_EQ(writes_received(), received) << "what is refused never leaves";
    if (!goes) return;
    const auto after = repository.records();
    const auto records = changed(before, after);
    EXPECT_EQ(records.size(), vector.changes) << ::testing::PrintToString(records);
    EXPECT_TRUE(only_of(own, records, before, after)) << ::testing::PrintToString(records);
  }
};

json reference(const std::string& to) { return {{"reference", to}}; }
json subject(const json& said) { return created(about("OWN", {{"subject", said}})); }
json naming(const char* element, const json& said) { return created(about("OWN", {{element, said}})); }
json with(json question, const json& changes) {
  question.merge_patch(changes);
  return question;
}
json status() { return json::array({{{"op", "replace"}, {"path", "/status"}, {"value", "amended"}}}); }
json operation(const char* op, const char* path, const json& more) {
  json one = {{"op", op}, {"path", path}};
  one.update(more);
  return json::array({one});
}

// Spec: STANDARDS of the write guard: each form of a reference
TEST_F(RealVectors, EachFormOfAReferenceIsJudged) {
  const json contained =
      json::array({{{"resourceType", "RelatedPerson"}, {"id", "r"}, {"patient", {{"reference", "Patient/THEIRS"}}}}});
  const json person = json::array({{{"resourceType", "Patient"}, {"id", "p"}}});
  const json number = {{"type", "Patient"}, {"identifier", {{"system", "urn:mrn"}, {"value", "THEIR_NUMBER"}}}};
  play({
      {"relative", subject(reference("Patient/THEIRS"))},
      {"absolute", subject(reference("BASE/Patient/THEIRS"))},
      {"of a version", subject(reference("Patient/THEIRS/_history/1"))},
      {"absolute, of a version", subject(reference("BASE/Patient/THEIRS/_history/1"))},
      {"of another server", subject(reference("https://other.example/fhir/Patient/THEIRS")), "ResourceRejected"},
      {"logical", with(subject(number), {{"resource", {{"subject", {{"reference", nullptr}}}}}})},
      {"both, and they differ", subject({{"reference", "Patient/OWN"}, {"identifier", number.at("identifier")}})},
      {"conditional", subject(reference("Patient?identifier=urn:mrn|THEIR_NUMBER")), "ResourceRejected"},
      {"of a type that lies", subject({{"reference", "Group/THEIRS"}, {"type", "Patient"}}), "ResourceRejected"},
      {"written otherwise", subject(reference("Patient//THEIRS")), "ResourceRejected"},
      {"with an escape", subject(reference("Patient%2FTHEIRS")), "ResourceRejected"},
      {"a contained Patient", with(subject(reference("#p")), {{"resource", {{"contained", person}}}}),
       "ResourceRejected"},
      {"in a contained resource", naming("contained", contained)},
      {"an unknown urn", subject(reference("urn:uuid:5f0c8a1e-0000-4000-8000-000000000001")), "ResourceRejected"},
      {"a group", subject(reference("Group/trap-group")), "ResourceRejected"},
      {"none", with(created(about("OWN")), {{"resource", {{"subject", nullptr}}}}), "ResourceRejected"},
      {"a performer", naming("performer", json::array({reference("Patient/THEIRS")}))},
      {"a focus", naming("focus", json::array({reference("Patient/THEIRS")}))},
      {"in an extension",
       naming("extension", json::array({{{"url", "urn:x"}, {"valueReference", reference("Patient/THEIRS")}}}))},
      {"of a primitive element",
       naming("_status", {{"extension", json::array({{{"valueReference", reference("Patient/THEIRS")}}})}})},
      {"the patient that the app names", with(created(about("OWN")), {{"patient", "THEIRS"}}), "written",
       "PatientMismatch"},
      {"the encounter that the app names", with(created(about("OWN")), {{"encounter", "THEIR_ENCOUNTER"}}), "written",
       "EncounterMismatch"},
      {"an encounter", naming("encounter", reference("Encounter/THEIR_ENCOUNTER")), "written", "EncounterMismatch"},
      {"an encounter, absolute", naming("encounter", reference("BASE/Encounter/THEIR_ENCOUNTER")), "written",
       "EncounterMismatch"},
  });
}

TEST_F(RealVectors, WhatTheServerHasIsJudged) {
  play({
      {"an update", updated("Observation/THEIRS-hr-01", about())},
      {"an update whose body lies", updated("Observation/THEIRS-hr-01", about("OWN"))},
      {"an update by the id alone", with(updated("THEIRS-hr-02", about()), {{"resource_type", "Observation"}})},
      {"an update at its address", updated("BASE/Observation/THEIRS-hr-02", about("OWN"))},
      {"an update that moves it", updated("Observation/OWN-hr-01", about())},
      {"an update that creates", updated("Observation/anew", about())},
      {"an update to a version", updated("Observation/OWN-hr-01/_history/1", about("OWN")), "InvalidRequest",
       "InvalidRequest"},
      {"a path that walks", updated("Observation/../Patient/THEIRS", about("OWN")), "InvalidRequest", "InvalidRequest"},
      {"an encounter's own record", updated("Encounter/THEIR_ENCOUNTER", {{"resourceType", "Encounter"},
                                                                          {"status", "finished"},
                                                                          {"class", {{"code", "AMB"}}},
                                                                          {"subject", reference("Patient/OWN")}})},
      {"a patch", patched("Observation/THEIRS-hr-03", status())},
      {"a patch with a test",
       patched("THEIRS-hr-03", json::array({{{"op", "test"}, {"path", "/status"}, {"value", "final"}},
                                            {{"op", "remove"}, {"path", "/effectiveDateTime"}}}))},
      {"a patch whose test fails",
       patched("THEIRS-hr-03", json::array({{{"op", "test"}, {"path", "/status"}, {"value", "x"}}, status()[0]})),
       "ResourceRejected"},
      {"a patch that moves the subject",
       patched("OWN-hr-03", operation("replace", "/subject/reference", {{"value", "Patient/THEIRS"}})),
       "ResourceRejected"},
      {"a patch that replaces the subject",
       patched("OWN-hr-03", operation("add", "/subject", {{"value", reference("Patient/THEIRS")}})),
       "ResourceRejected"},
      {"a patch that copies over the subject",
       patched("OWN-hr-03", operation("copy", "/subject", {{"from", "/performer/0"}})), "ResourceRejected"},
      {"a patch that takes the subject away", patched("OWN-hr-03", operation("remove", "/subject", json::object())),
       "ResourceRejected"},
      {"a patch that brings a reference",
       patched("OWN-hr-03", operation("add", "/performer/-", {{"value", reference("Patient/THEIRS")}}))},
      {"a patch of what is not there", patched("Observation/anew", status()), "ResourceRejected"},
      {"a delete", deleted("Observation/THEIRS-hr-04")},
      {"a delete of an order", deleted("MedicationRequest/THEIRS-mr-1")},
      {"a delete of a document", deleted("DocumentReference/THEIRS-d1")},
      {"a delete of what is not there", deleted("Observation/anew"), "ResourceRejected"},
      {"a delete of the patient", deleted("Patient/THEIRS"), "ResourceRejected", "PatientMismatch"},
  });
}

TEST_F(RealVectors, ConditionsAreJudgedAsSearches) {
  const auto conditional = [](const std::string& condition, const json& resource) {
    json question = updated("Observation?" + condition, resource);
    question["resource"].erase("id");
    return question;
  };
  const auto create = [](const std::string& condition, const json& resource) {
    return with(created(resource), {{"target", condition}});
  };
  const std::string one = "_id=OWN-hr-05&subject=Patient/THEIRS";
  play({
      {"a create", create("subject=Patient/THEIRS&_id=anew", about("OWN")), "written", "PatientMismatch"},
      {"a create whose body is another's", create("subject=Patient/OWN&_id=anew", about())},
      {"a create that finds one", create("subject=Patient/THEIRS&_id=OWN-hr-05", about("OWN")), "written",
       "PatientMismatch", 0},
      {"a create tied to nobody", create("_id=anew", about("OWN")), "ResourceRejected"},
      {"an update", conditional(one, about("OWN")), "written", "PatientMismatch"},
      {"an update whose body is another's", conditional("_id=OWN-hr-05&subject=Patient/OWN", about())},
      {"an update with an id", with(conditional(one, about("OWN")), {{"resource", {{"id", "OWN-hr-05"}}}}),
       "ResourceRejected", "PatientMismatch"},
      {"a patch", patched("Observation?" + one, status()), "written", "PatientMismatch"},
      {"a delete", deleted("Observation?" + one), "written", "PatientMismatch"},
      {"a delete by the server's address", deleted("Observation?_id=OWN-hr-05&subject=BASE/Patient/THEIRS"), "written",
       "PatientMismatch", 0},
      {"one of several parameters", deleted("AllergyIntolerance?patient=OWN&recorder=Patient/THEIRS"), "written",
       "PatientMismatch", 0},
      {"one parameter twice", deleted("Observation?_id=OWN-hr-05&subject=Patient/OWN&subject=Patient/THEIRS"),
       "written", "PatientMismatch"},
      {"one value or another", deleted("Observation?_id=OWN-hr-05&subject=Patient/OWN,Patient/THEIRS"), "written",
       "PatientMismatch"},
      {"tied to nobody", deleted("Observation?_id=THEIRS-hr-05"), "ResourceRejected"},
      {"a chain", deleted("Observation?subject:Patient.identifier=urn:mrn|THEIR_NUMBER"), "ResourceRejected"},
      {"a reverse chain", deleted("Observation?_has:Provenance:target:agent=THEIRS"), "ResourceRejected"},
      {"not the patient", deleted("Observation?_id=OWN-hr-05&subject:not=Patient/THEIRS"), "ResourceRejected"},
      {"a Patient by a condition",
       with(updated("Patient?identifier=urn:mrn|THEIR_NUMBER", {{"resourceType", "Patient"}}), {{"resource", {}}}),
       "ResourceRejected"},
  });
}

TEST_F(RealVectors, EachEntryOfABundleIsJudged) {
  const json own = entry("POST", "Observation", about("OWN"));
  const auto two = [&](const json& second, const std::string& type = "transaction") {
    return bundled(json::array({own, second}), type);
  };
  const auto named = [](const std::string& name, json made) {
    made["fullUrl"] = name;
    return made;
  };
  const auto as_it_is = [](json made) {
    made["request"]["ifMatch"] = "CURRENT";
    return made;
  };
  const auto put = [&](const std::string& at, const std::string& whose) {
    return as_it_is(entry("PUT", at, about(whose, {{"id", at.substr(at.rfind('/') + 1)}})));
  };
  const auto with_condition = [](json made, const std::string& condition) {
    made["request"]["ifNoneExist"] = condition;
    return made;
  };
  const std::string urn = "urn:uuid:5f0c8a1e-0000-4000-8000-000000000002";
  const json report = {{"resourceType", "DiagnosticReport"},
                       {"status", "final"},
                       {"code", {{"text", "Report"}}},
                       {"subject", reference("Patient/OWN")},
                       {"result", json::array({reference(urn)})}};
  const json inner = {{"resourceType", "Bundle"},
                      {"type", "document"},
                      {"entry", json::array({{{"resource", {{"resourceType", "Patient"}, {"id", "THEIRS"}}}}})}};
  play({
      {"a create", two(entry("POST", "Observation", about())), "written", "ResourceRejected", 2},
      {"a create in a batch", two(entry("POST", "Observation", about()), "batch"), "written", "ResourceRejected", 2},
      {"an update", two(put("Observation/THEIRS-hr-06", "OWN")), "written", "ResourceRejected", 2},
      {"an update in a batch", two(put("Observation/THEIRS-hr-06", "OWN"), "batch"), "written", "ResourceRejected", 2},
      {"an update that moves it", two(put("Observation/OWN-hr-06", "THEIRS")), "written", "ResourceRejected", 2},
      {"an update without the version", two(entry("PUT", "Observation/THEIRS-hr-06", about("OWN"))),
       "ResourceRejected"},
      {"a delete", two(as_it_is(entry("DELETE", "Observation/THEIRS-hr-07"))), "written", "ResourceRejected", 2},
      {"a delete in a batch", two(as_it_is(entry("DELETE", "Observation/THEIRS-hr-07")), "batch"), "written",
       "ResourceRejected", 2},
      {"an entry by its name", two(named(urn, entry("POST", "Observation", about()))), "written", "ResourceRejected",
       2},
      {"a reference by a name",
       bundled(
           json::array({named(urn, entry("POST", "Observation", about())), entry("POST", "DiagnosticReport", report)})),
       "written", "ResourceRejected", 2},
      {"a condition of a create",
       two(with_condition(entry("POST", "Observation", about("OWN")), "subject=Patient/THEIRS&_id=anew")), "written",
       "PatientMismatch", 2},
      {"a condition of a delete", two(entry("DELETE", "Observation?_id=OWN-hr-08&subject=Patient/THEIRS")), "written",
       "PatientMismatch", 2},
      {"a name that is another's record",
       two(named("BASE/Observation/THEIRS-hr-08", put("Observation/OWN-hr-08", "OWN"))), "written", "ResourceRejected",
       2},
      {"a name that is another patient", two(named("BASE/Patient/THEIRS", entry("POST", "Observation", about("OWN")))),
       "ResourceRejected"},
      {"a Patient is made", two(named(urn, entry("POST", "Patient", {{"resourceType", "Patient"}, {"active", true}}))),
       "ResourceRejected"},
      {"a read", two(entry("GET", "Patient/THEIRS")), "written", "PatientMismatch"},
      {"a search", two(entry("GET", "Observation?patient=THEIRS")), "written", "PatientMismatch"},
      {"a search that brings others along",
       two(entry("GET", "Observation?patient=THEIRS&_include=Observation:performer")), "NotSupported",
       "PatientMismatch", 1, "written"},
      {"a read by an id", two(entry("GET", "Observation/THEIRS-hr-01")), "NotSupported", "NotSupported", 1, "written",
       "written"},
      {"an operation", two(entry("POST", "Observation/THEIRS-hr-01/$meta-add", {{"resourceType", "Parameters"}})),
       "ResourceRejected"},
      {"a patch", two(entry("PATCH", "Observation/THEIRS-hr-01", {{"resourceType", "Binary"}})), "ResourceRejected"},
      {"a whole address", two(entry("POST", "BASE/Observation", about("OWN"))), "ResourceRejected"},
      {"a Bundle inside", two(entry("POST", "", {{"resourceType", "Bundle"}, {"type", "batch"}})), "ResourceRejected"},
      {"a document inside", two(entry("POST", "Bundle", inner)), "written", "ResourceRejected", 2},
      {"a Subscription", two(entry("POST", "Subscription", {{"resourceType", "Subscription"}})), "ResourceRejected"},
  });
}

TEST_F(RealVectors, NobodyWhoSignedInIsNoLessGuarded) {
  play({{"a create", created(about())}, {"an update", updated("Observation/THEIRS-hr-01", about("OWN"))}},
       {.scopes = {"offline_access", "patient/Patient.r", "patient/Observation.cruds"}, .identity = "none"});
}

}  // namespace
}  // namespace wardend::test
