#include "protocol/balp/deed.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "protocol/balp/audit_event.hpp"

namespace wardend::balp {
namespace {

using nlohmann::json;

// As a server writes it, which is not as wardend does.
json server_event() {
  return json::parse(R"({"resourceType":"AuditEvent",
    "type":{"system":"http://terminology.hl7.org/CodeSystem/audit-event-type","code":"rest"},
    "subtype":[{"system":"urn:x","code":"y"},{"system":"http://hl7.org/fhir/restful-interaction","code":"vread"}],
    "recorded":"2026-11-29T09:00:00.250+01:00","outcome":"0",
    "agent":[{"who":{"display":"the app"},"requestor":false},
             {"who":{"reference":"Practitioner/a"},"requestor":true}],
    "entity":[{"type":{"system":"http://terminology.hl7.org/CodeSystem/audit-entity-type","code":"2"},
               "what":{"reference":"https://ehr/fhir/Observation/7/_history/2"}},
              {"type":{"system":"http://terminology.hl7.org/CodeSystem/audit-entity-type","code":"1"},
               "what":{"reference":"https://ehr/fhir/Patient/p1"}},
              {"type":{"system":"https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType","code":"XrequestId"},
               "what":{"identifier":{"value":"r-9"}}}]})");
}

TEST(Deed, OfAServersEventIsReadWhateverItsSpelling) {
  const auto deed = deed_of_event(server_event());
  ASSERT_TRUE(deed && *deed);
  EXPECT_EQ((*deed)->at, trail::parse_instant("2026-11-29T08:00:00.250Z"));
  EXPECT_EQ((*deed)->user, "Practitioner/a");
  EXPECT_EQ((*deed)->patient, "p1");
  EXPECT_EQ((*deed)->interaction, "read");
  EXPECT_EQ((*deed)->resource, "Observation/7");
  EXPECT_EQ((*deed)->request_id, "r-9");
}

TEST(Deed, WhatCannotBeReadSaysWhy) {
  const auto why = [](const char* pointer, const json& value) {
    json event = server_event();
    event[json::json_pointer(pointer)] = value;
    const auto deed = deed_of_event(event);
    return deed ? std::string(*deed ? "read" : "other") : deed.error();
  };
  EXPECT_EQ(why("/resourceType", "Patient"), "it is no AuditEvent");
  EXPECT_EQ(why("/recorded", "2026-11-29"), "its \"recorded\" is no instant");
  EXPECT_EQ(why("/agent", json::array()), "it has no agent");
  EXPECT_EQ(why("/subtype", "read"), "its \"subtype\" names no interaction");
  EXPECT_EQ(why("/entity", 5), "read") << "what is not there is not said";
  EXPECT_EQ(why("/entity/0", nullptr), "read");
  EXPECT_EQ(why("/agent/1/who", json::array()), "read");
  for (const json& odd : {json(), json(5), json("x"), json::array({1})}) EXPECT_FALSE(deed_of_event(odd)) << odd;
  json login = server_event();
  login["type"]["code"] = "110114";
  login["type"]["system"] = "http://dicom.nema.org/resources/ontology/DCM";
  login.erase("subtype");
  EXPECT_TRUE(deed_of_event(login) && !*deed_of_event(login)) << "about something else";
}

TEST(Deed, OfAnEntryIsThatOfItsOwnEvent) {
  for (const char* interaction : {"read", "search", "create", "update", "delete"}) {
    const json entry = {{"at", "2026-11-29T08:00:00.000Z"},
                        {"kind", "access"},
                        {"outcome", "granted"},
                        {"subject", "https://ehr/fhir/Practitioner/a"},
                        {"patient", "p1"},
                        {"fhir_base_url", "https://ehr/fhir"},
                        {"interaction", interaction},
                        {"resource", std::string(interaction) == "search" ? "Observation" : "Observation/7"},
                        {"query", "patient=p1"},
                        {"request_id", "r-9"}};
    const auto ours = deed_of_entry(entry);
    const auto theirs = deed_of_event(audit_event(entry));
    ASSERT_TRUE(ours && theirs && *theirs) << interaction;
    EXPECT_EQ(ours->user, (*theirs)->user);
    EXPECT_EQ(ours->patient, (*theirs)->patient);
    EXPECT_EQ(ours->interaction, (*theirs)->interaction);
    EXPECT_EQ(ours->resource, (*theirs)->resource) << interaction;
    EXPECT_EQ(ours->request_id, (*theirs)->request_id);
    EXPECT_EQ(ours->at, (*theirs)->at);
    EXPECT_TRUE(ours->sure);
  }
}

TEST(Deed, IsCalledByOneNameOnBothSides) {
  json entry = {{"at", "2026-11-29T08:00:00.000Z"}, {"kind", "access"}, {"outcome", "granted"}};
  entry["interaction"] = "history-instance";
  entry["resource"] = "Observation/7/_history";
  EXPECT_EQ(deed_of_entry(entry)->interaction, "history");
  EXPECT_EQ(deed_of_entry(entry)->resource, "Observation/7");
  for (const auto& [told, called] : {std::pair{"Patient/p1/$everything", "Patient/p1"},
                                     {"Patient/P1/Observation", "Observation"},
                                     {"https://ehr/fhir/Patient/p1/Observation", "Observation"},
                                     {"Patient/p1/*", ""},
                                     {"Patient/P1", "Patient/P1"},
                                     {"https://ehr/Patient/fhir/Observation/A7", "Observation/A7"}}) {
    entry["resource"] = told;
    EXPECT_EQ(deed_of_entry(entry)->resource, called) << told;
  }
}

TEST(Deed, OfAnEntryIsSureOnlyWhereTheAppSaidThatItWorked) {
  const json written = {{"at", "2026-11-29T08:00:00.000Z"},
                        {"kind", "write"},
                        {"action", "outcome"},
                        {"outcome", "granted"},
                        {"reason", "success"},
                        {"interaction", "create"}};
  EXPECT_TRUE(deed_of_entry(written)->sure);
  for (const auto& [outcome, reason] : {std::pair{"denied", "never_recorded"}, {"granted", "failure"}}) {
    json other = written;
    other["outcome"] = outcome;
    other["reason"] = reason;
    EXPECT_FALSE(deed_of_entry(other)->sure) << reason;
  }
  json permit = written;
  permit["action"] = "create";
  EXPECT_FALSE(deed_of_entry(permit)) << "a permit is no request";
  permit["request_id"] = "r-9";
  permit["subject"] = "https://ehr/fhir/Practitioner/a";
  permit["patient"] = "p1";
  permit["detail"] = "Observation; read for it: Condition/1, Goal/2; a page of x";
  const auto judged = deed_of_entry(permit);
  ASSERT_TRUE(judged);
  EXPECT_EQ(judged->interaction, "") << "but it tells what was read for it";
  EXPECT_EQ(judged->reads, (std::vector<std::string>{"Condition/1", "Goal/2"}));
  EXPECT_EQ(judged->request_id, "r-9");
  EXPECT_EQ(judged->user + " " + judged->patient, "Practitioner/a p1");
  EXPECT_FALSE(judged->sure);
  json refused = permit;
  refused["kind"] = "access";
  refused["outcome"] = "denied";
  refused["result"] = "PatientMismatch";
  EXPECT_EQ(deed_of_entry(refused)->interaction, "") << "nothing of it went to the server but what judged it";
  refused["done_at"] = "2026-11-29T08:00:00.000Z";
  EXPECT_EQ(deed_of_entry(refused)->interaction, "create") << "it went, and its answer was kept back";
  refused.erase("done_at");
  refused.erase("detail");
  EXPECT_FALSE(deed_of_entry(refused));
  json older = written;
  older.erase("interaction");
  EXPECT_FALSE(deed_of_entry(older)) << "it does not say what was done";
  EXPECT_FALSE(deed_of_entry({{"kind", "token"}, {"at", "2026-11-29T08:00:00.000Z"}}));
}

TEST(Deed, OfABundleHasItsParts) {
  const auto bundle = deed_of_entry({{"at", "2026-11-29T08:00:00.000Z"},
                                     {"kind", "access"},
                                     {"interaction", "batch"},
                                     {"resource", "Bundle"},
                                     {"detail", "through the gateway: HTTP 200, 9 bytes, for GET Goal/1"}});
  ASSERT_TRUE(bundle && bundle->parts.size() == 1);
  EXPECT_EQ(bundle->parts[0].resource, "Goal/1");
}

}  // namespace
}  // namespace wardend::balp
