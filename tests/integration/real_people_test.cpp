// Whose record a Patient is, at a repository that others wrote: what its record says, by which numbers somebody may be
// named, and what may be changed about a person.
#include <set>

#include "tests/integration/real_writes.hpp"

namespace wardend::test {
namespace {

constexpr const char* nhs_system = "https://fhir.nhs.uk/Id/nhs-number";
constexpr const char* nhi_system = "https://standards.digital.health.nz/ns/nhi-id";

class RealPeople : public RealWrites {
 protected:
  // The first patient's record with `changes` laid over it.
  void change(const json& changes) {
    json record = repository.read("Patient/p1");
    record.merge_patch(changes);
    repository.lay_down(record);
  }
  // What a session of the first patient is told about a write for this one.
  std::string writes_for(const std::string& session, const std::string& whose) {
    json question = created(about(whose));
    question.update({{"session", session}, {"patient", "p1"}});
    return write(question);
  }
  // A subject by its number alone.
  std::string numbered(const std::string& session, const char* system, const std::string& value) {
    json question = created(about("p1"));
    question["resource"]["subject"] = {{"type", "Patient"}, {"identifier", {{"system", system}, {"value", value}}}};
    question.update({{"session", session}, {"patient", "p1"}});
    return write(question);
  }
  static json link(const char* type, const char* to = "Patient/p2") {
    return {{"link", json::array({{{"type", type}, {"other", {{"reference", to}}}}})}};
  }
  static json numbers(const char* system, const std::vector<std::string>& values) {
    json list = json::array();
    for (const std::string& value : values)
      list.push_back({{"use", "official"},
                      {"system", system},
                      {"value", value},
                      {"assigner", {{"display", "office " + std::to_string(list.size())}}}});
    return list;
  }
};

struct Record {
  const char* name;
  json changes;
  const char* answer;
};

// Spec: STANDARDS, checks of the Patient before a guarded write
TEST_F(RealPeople, WhatARecordSaysDecidesAboutWrites) {
  const std::string rule = "[[identifier]]\nsystem = \"urn:mrn\"\nkind = \"opaque\"\n";
  const json two = json::array({{{"use", "official"}, {"system", "urn:mrn"}, {"value", "1001"}},
                                {{"use", "official"}, {"system", "urn:mrn"}, {"value", "1002"}}});
  json ended = two;
  ended[1]["period"] = {{"end", "2020-01-01"}};
  const std::vector<Record> records = {
      {"as it is: it has replaced another one", json::object(), "written"},
      {"not said to be active", {{"active", nullptr}}, "written"},
      {"inactive", {{"active", false}}, "PatientUnverified"},
      {"replaced", link("replaced-by"), "PatientUnverified"},
      {"replaced, and active", link("replaced-by", "Patient/p1-old"), "PatientUnverified"},
      {"more elsewhere", link("refer"), "written"},
      {"see also", link("seealso"), "written"},
      {"died", {{"deceasedBoolean", true}}, "written"},
      {"two current numbers of one kind", {{"identifier", two}}, "PatientUnverified"},
      {"of two numbers one has ended", {{"identifier", ended}}, "written"},
  };
  start({.more = rule});
  for (const Record& record : records) {
    SCOPED_TRACE(record.name);
    repository.reset();
    change(record.changes);
    const std::string session = launched(first_chart());
    EXPECT_EQ(writes_for(session, "p1"), record.answer) << told;
    for (const char* chance : {"access_token", "permit"}) told.erase(chance);
    EXPECT_FALSE(told.dump().contains("p2")) << told;
    EXPECT_NE(writes_for(session, "p2"), "written");
  }
}

TEST_F(RealPeople, ARecordThatIsNotThereIsAConflict) {
  start();
  const std::string replaced = launched({.patient = "p1-old", .encounter = "e1", .record_number = "0917"});
  json question = created(about("p1-old"));
  question.update({{"session", replaced}, {"patient", "p1-old"}});
  EXPECT_EQ(write(question), "PatientUnverified") << told;
  question["resource"] = about("p1");
  EXPECT_EQ(write(question), "PatientUnverified") << "the record that took its place is not this one: " << told;
  repository.remove("Patient/p1");
  EXPECT_EQ(writes_for(launched(first_chart()), "p1"), "PatientUnverified") << "it is gone: " << told;
  const std::string nobody = launched({.patient = "nobody", .encounter = "e1", .record_number = ""});
  question = created(about("nobody"));
  question.update({{"session", nobody}, {"patient", "nobody"}});
  EXPECT_EQ(write(question), "PatientUnverified") << "it never was: " << told;
  EXPECT_EQ(repository.received("POST"), 0U);
}

TEST_F(RealPeople, ARecordThatCannotBeReadIsNoConflict) {
  start();
  repository.set("faults", {{"path", "/fhir/Patient"}, {"status", 403}});
  EXPECT_EQ(writes_for(launched(first_chart()), "p1"), "written") << told;
  EXPECT_EQ(site.stop(), 0);
  start({.app = "require_verified_patient = true"});
  EXPECT_TRUE(site.session_from_ehr(repository.fhir_base(), provider.begin_ehr_launch({{"patient", "p1"}})).empty());
  EXPECT_EQ(repository.received("POST"), 1U);
}

// Spec: STANDARDS, NHS numbers
TEST_F(RealPeople, AnNhsNumberNamesThePatientWhereItsDigitsAreRight) {
  const std::vector<std::string> right = {"9434765919", "4505577104", "9876543210", "9912003888",   "9000000009",
                                          "9449304130", "9693632109", "4010232137", "943 476 5919", "9990000018"};
  const std::vector<std::string> wrong = {"9434765918", "4505577105", "9876543211",  "1234567890",
                                          "9990000000", "943476591",  "94347659190", "943476591\xef\xbc\x99",
                                          "9912003814", "9912003890", "0000000000",  "1111111111",
                                          "9999999999", "5000000000"};
  std::vector<std::string> all = right;
  all.insert(all.end(), wrong.begin(), wrong.end());
  change({{"identifier", numbers(nhs_system, all)}});
  start({.more = "[[identifier]]\nsystem = \"" + std::string(nhs_system) + "\"\nkind = \"nhs\"\n"});
  const std::string session = launched(first_chart());
  for (const std::string& number : right) EXPECT_EQ(numbered(session, nhs_system, number), "written") << number << told;
  for (const std::string& number : wrong)
    EXPECT_EQ(numbered(session, nhs_system, number), "ResourceRejected") << number << told;
  EXPECT_EQ(numbered(session, nhs_system, "9990000034"), "ResourceRejected") << "the other patient's";
  EXPECT_EQ(numbered(session, "urn:other", "9434765919"), "ResourceRejected");
}

// Spec: STANDARDS, NHI numbers
TEST_F(RealPeople, AnNhiNumberNamesThePatientWhereItsCheckIsRight) {
  const std::vector<std::string> right = {"ZZZ0016", "ZZZ0024", "ZAC5361", "ZKP3424", "ZWX5200", "ZAA0105", "ZAA0130",
                                          "JBX3656", "ABC1235", "ZBN77VL", "ZZZ00AC", "ZVU27KE", "ZXE24NV", "ZUA48EH",
                                          "ZDR69YX", "ZSC21TN", "ZYZ89XY", "AAA01AY", "AAA17AA", "ACA31FM", "ASE37QK",
                                          "ARE62RS", "BGJ06AS", "BGA44DT", "BWT41BY", "ALU18KP"};
  const std::vector<std::string> wrong = {"ZZZ0040", "ZZZ0044", "ZZZ0049", "ZZZ0017", "DAB8233", "ABC1234", "ZAC3561",
                                          "ZII0016", "ZZZ00AX", "ZZZ00AY", "ZZZ00AA", "ZVU27KF", "ZVU27KY", "ALU18KZ"};
  std::vector<std::string> all = right;
  all.insert(all.end(), wrong.begin(), wrong.end());
  change({{"identifier", numbers(nhi_system, all)}});
  start({.more = "[[identifier]]\nsystem = \"" + std::string(nhi_system) + "\"\nkind = \"nhi\"\n"});
  const std::string session = launched(first_chart());
  for (const std::string& number : right) EXPECT_EQ(numbered(session, nhi_system, number), "written") << number << told;
  for (const std::string& number : wrong)
    EXPECT_EQ(numbered(session, nhi_system, number), "ResourceRejected") << number << told;
}

TEST_F(RealPeople, AnAppChangesHowAPersonIsReachedAndNotWhoTheyAre) {
  start();
  const std::string session = launched(first_chart());
  const json stored = repository.read("Patient/p1");
  const auto changed_by = [&](const json& changes, const std::string& id = "p1") {
    json record = stored;
    record.merge_patch(changes);
    json question = updated("Patient/" + id, record);
    question.update({{"session", session}, {"patient", "p1"}});
    return write(question);
  };
  EXPECT_EQ(changed_by({{"identifier", nullptr}}), "ResourceRejected") << told;
  EXPECT_EQ(changed_by({{"active", false}}), "ResourceRejected") << told;
  EXPECT_EQ(changed_by(link("seealso")), "ResourceRejected") << told;
  EXPECT_EQ(changed_by({{"link", nullptr}}), "ResourceRejected") << told;
  EXPECT_EQ(changed_by(json::object(), "p2"), "PatientMismatch") << told;
  EXPECT_EQ(repository.received("PUT"), 0U);
  const json telecom = json::array({{{"system", "phone"}, {"value", "0"}}});
  EXPECT_EQ(changed_by({{"link", json::array()}, {"telecom", telecom}}), "ResourceRejected") << told;
  // Its own record names the one that it has replaced, and goes on doing so.
  EXPECT_EQ(changed_by({{"telecom", telecom}}), "written") << told << answer.body;
  const json now = repository.read("Patient/p1");
  EXPECT_EQ(now.value("telecom", json()), telecom);
  EXPECT_EQ(now.value("link", json()), stored.at("link"));
}

// A check is used for a minute.
TEST_F(RealPeople, AMergeInMidWorkIsSeenWithinAMinuteSlowly) {
  start();
  const std::string session = launched(first_chart());
  EXPECT_EQ(writes_for(session, "p1"), "written") << told;
  change(link("replaced-by"));
  EXPECT_TRUE(eventually([&] { return writes_for(session, "p1") == "PatientUnverified"; }, 70s)) << told;
  EXPECT_EQ(writes_for(session, "p1"), "PatientUnverified");
}

}  // namespace
}  // namespace wardend::test
