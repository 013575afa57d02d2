// Records that say by other records whose they are, and what does not vouch for them.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "tests/unit/guard/ward_server.hpp"

namespace wardend::guard {
namespace {

TEST(Vouching, StaffAnswerAnAppointmentOfThisPatient) {
  const auto of = [](const std::string& members) {
    Server server = ward();
    return server.decided(sent("POST", "/AppointmentResponse"),
                          record(R"({"resourceType":"AppointmentResponse",)" + members + "}"));
  };
  const std::string staff = R"("actor":{"reference":"Practitioner/d"})";
  EXPECT_EQ(of(staff + R"(,"appointment":{"reference":"Appointment/a1"})"), "pass");
  EXPECT_EQ(of(staff + R"(,"appointment":{"reference":"Appointment/a12"})"), "ResourceRejected appointment");
  EXPECT_EQ(of(staff), "ResourceRejected actor");
  EXPECT_EQ(of(R"("actor":{"reference":"Patient/p1"},"appointment":{"reference":"Appointment/a1"})"), "pass");
  EXPECT_EQ(of(R"("actor":{"reference":"Patient/p2"},"appointment":{"reference":"Appointment/a1"})"),
            "ResourceRejected actor");
}

TEST(Vouching, ABinaryIsGuardedByARecordOfThisPatient) {
  const auto of = [](const char* context) {
    Server server = ward();
    return server.decided(sent("POST", "/Binary"),
                          json{{"resourceType", "Binary"}, {"securityContext", {{"reference", context}}}});
  };
  EXPECT_EQ(of("Observation/o1"), "pass");
  EXPECT_EQ(of("Observation/o2"), "ResourceRejected securityContext");
}

TEST(Vouching, TheEncounterOnTheAppsScreenIsReadWhereTheLaunchNamedNone) {
  const auto named = [](const std::string& encounter, std::optional<std::string> of_launch) {
    Server server = ward();
    Facts facts = facts_of_p1();
    facts.named_encounter = encounter;
    facts.encounter = std::move(of_launch);
    return server.decided(sent("POST", "/Observation"), observation("Patient/p1"), facts);
  };
  EXPECT_EQ(named("e1", {}), "pass");
  EXPECT_EQ(named("e1", "e1"), "pass");
  for (const char* other : {"e2", "nowhere", "", "a/b"}) EXPECT_EQ(named(other, {}), "EncounterMismatch") << other;
  Server server = ward();
  Facts facts = facts_of_p1();
  facts.named_encounter = "e2";
  EXPECT_EQ(server.decided(sent("DELETE", "/Observation/o1"), json(), facts), "EncounterMismatch");
  EXPECT_EQ(server.decided(sent("DELETE", "/Observation", "patient=p1"), json(), facts), "EncounterMismatch");
}

TEST(Vouching, ANoteOnAnEarlierEncounterOfThisPatientIsNoMismatch) {
  const auto written_to = [](const char* encounter, const char* of_launch) {
    Server server = ward();
    Facts facts = facts_of_p1();
    facts.encounter = of_launch;
    json note = observation("Patient/p1");
    note["encounter"] = {{"reference", encounter}};
    return server.decided(sent("POST", "/Observation"), note, facts);
  };
  EXPECT_EQ(written_to("Encounter/e1", "e9"), "pass");
  EXPECT_EQ(written_to("Encounter/e1/_history/2", "e9"), "pass");
  EXPECT_EQ(written_to("Encounter/e9", "e9"), "pass");
  for (const char* other : {"Encounter/e2", "Encounter/nowhere"})
    EXPECT_EQ(written_to(other, "e9"), "EncounterMismatch") << other;
}

TEST(Vouching, AMessageIsToWhoeverReceivesItWhereItNamesNoSubject) {
  const auto sent_to = [](const std::string& members, const char* type = "Communication") {
    Server server = ward();
    return server.decided(sent("POST", "/" + std::string(type)), record(R"({"resourceType":")" + std::string(type) +
                                                                        R"(","status":"completed")" + members + "}"));
  };
  for (const char* type : {"Communication", "CommunicationRequest"}) {
    EXPECT_EQ(sent_to(R"(,"recipient":[{"reference":"Patient/p1"}])", type), "pass");
    EXPECT_EQ(sent_to(R"(,"recipient":[{"reference":"Practitioner/d"},{"reference":"Patient/p1"}])", type), "pass");
    EXPECT_EQ(sent_to(R"(,"recipient":[{"reference":"Patient/p1"},{"reference":"Patient/p2"}])", type),
              "ResourceRejected recipient[1]");
    EXPECT_EQ(sent_to(R"(,"recipient":[{"reference":"RelatedPerson/r2"},{"reference":"Patient/p1"}])", type),
              "ResourceRejected recipient[0]");
    EXPECT_EQ(sent_to(R"(,"recipient":[{"reference":"Practitioner/d"}])", type), "ResourceRejected subject");
    EXPECT_EQ(sent_to("", type), "ResourceRejected subject");
    EXPECT_EQ(sent_to(R"(,"subject":{"reference":"Patient/p2"},"recipient":[{"reference":"Patient/p1"}])", type),
              "ResourceRejected subject");
    EXPECT_EQ(sent_to(R"(,"subject":{"reference":"Group/g"},"recipient":[{"reference":"Patient/p1"}])", type),
              "ResourceRejected subject");
  }
}

TEST(Vouching, AStoredMessageToTwoPatientsIsTheOthersToo) {
  const auto change = [](const char* recipients) {
    Server server = ward();
    server.records.emplace_back("Communication/c", record(R"({"resourceType":"Communication","id":"c","recipient":)" +
                                                          std::string(recipients) + "}"));
    return server.decided(
        sent("PUT", "/Communication/c"),
        record(R"({"resourceType":"Communication","id":"c","recipient":[{"reference":"Patient/p1"}]})"));
  };
  EXPECT_EQ(change(R"([{"reference":"Patient/p1"}])"), "pass");
  EXPECT_EQ(change(R"([{"reference":"Patient/p1"},{"reference":"Practitioner/d"}])"), "pass");
  EXPECT_EQ(change(R"([{"reference":"Patient/p1"},{"reference":"Patient/p2"}])"), "ResourceRejected");
  EXPECT_EQ(change(R"([{"reference":"Patient/p2"}])"), "ResourceRejected");
  EXPECT_EQ(change(R"([{"reference":"Practitioner/d"}])"), "ResourceRejected");
}

TEST(Vouching, AMessageThatIsReferredToIsWhoseItSays) {
  const auto about = [](const char* members) {
    Server server = ward();
    server.records.emplace_back("Communication/c",
                                record(R"({"resourceType":"Communication","id":"c")" + std::string(members) + "}"));
    return server.decided(sent("POST", "/Communication"),
                          record(R"({"resourceType":"Communication","subject":{"reference":"Patient/p1"},
                   "inResponseTo":[{"reference":"Communication/c"}]})"));
  };
  EXPECT_EQ(about(R"(,"recipient":[{"reference":"Patient/p1"}])"), "pass");
  EXPECT_EQ(about(R"(,"recipient":[{"reference":"Patient/p2"}])"), "ResourceRejected inResponseTo[0]");
  EXPECT_EQ(about(R"(,"recipient":[{"reference":"Practitioner/d"}])"), "ResourceRejected inResponseTo[0]");
}

TEST(Vouching, ARecordOfSomebodyElseDoesNotVouchForItself) {
  Server server = ward();
  json mine = record(R"({"resourceType":"Provenance","id":"pr2","target":[{"reference":"Observation/o1"}]})");
  EXPECT_EQ(server.decided(sent("DELETE", "/Provenance/pr2"), json()), "ResourceRejected");
  EXPECT_EQ(server.decided(sent("PUT", "/Provenance/pr2"), mine), "ResourceRejected");
  EXPECT_EQ(server.decided(sent("PATCH", "/Provenance/pr2"),
                           record(R"([{"op":"add","path":"/target/-","value":{"reference":"Observation/o1"}}])")),
            "ResourceRejected");
  EXPECT_EQ(server.decided(sent("DELETE", "/Provenance/pr1"), json()), "pass");
}

TEST(Vouching, WhatOneEntryKeepsIsNotKeptForAnother) {
  const auto after = [](const std::string& first) {
    Server server = ward();
    return server.decided(
        sent("POST", ""),
        record(R"({"resourceType":"Bundle","type":"transaction","entry":[)" + first +
               R"(,{"request":{"method":"POST","url":"DiagnosticReport"},"resource":{"resourceType":"DiagnosticReport",
                  "subject":{"reference":"Patient/p1"},"result":[{"reference":"Observation/o2"}]}}]})"));
  };
  for (
      const char* first :
      {R"({"request":{"method":"PUT","url":"Observation/panel","ifMatch":"W/\"7\""},"resource":{"resourceType":"Observation",
           "id":"panel","subject":{"reference":"Patient/p1"}}})",
       R"({"request":{"method":"DELETE","url":"Observation/panel","ifMatch":"W/\"7\""}})"})
    EXPECT_EQ(after(first), "ResourceRejected entry[1].resource.result[0]") << first;
}

}  // namespace
}  // namespace wardend::guard
