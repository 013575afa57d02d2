// Which records of an answer are this patient's by another one, and which are not.
#include <gtest/gtest.h>

#include <string>

#include "daemon/guard/proof_rule.hpp"
#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

TEST(ProofRule, AnAppDoesNotMakeARecordThisPatientsByNamingItInOne) {
  const auto both = [](std::string_view type, std::string_view member) {
    const json named = json::parse(std::string(R"({"resourceType":")") + std::string(type) + R"(","id":"x"})");
    const json naming = json::parse(
        std::string(R"({"resourceType":"DocumentReference","id":"d","subject":{"reference":"Patient/p1"},)") +
        std::string(member) + "}");
    return json{{"resourceType", "Bundle"}, {"entry", json::array({{{"resource", naming}}, {{"resource", named}}})}};
  };
  const std::string attached = R"("content":[{"attachment":{"url":"TYPE/x"}}])";
  for (const std::string type : {"Binary", "Task", "Contract", "VerificationResult", "GuidanceResponse",
                                 "MessageHeader", "Parameters", "Device", "DeviceMetric"}) {
    std::string member = attached;
    member.replace(member.find("TYPE"), 4, type);
    EXPECT_TRUE(first_unproved(sent("POST", ""), both(type, member), enforced())) << "the app chooses both: " << type;
    const bool device = type.starts_with("Device");
    EXPECT_EQ(first_unproved(sent("GET", "/DocumentReference", "patient=p1&_include=*"), both(type, member), enforced())
                  .has_value(),
              !device)
        << type;
  }
}

TEST(ProofRule, ARecordSaysItselfThatItIsAboutOneOfThisPatients) {
  const auto beside = [](std::string_view said) {
    return json{
        {"resourceType", "Bundle"},
        {"entry", json::array({{{"resource", observation("Patient/p1", "1")}}, {{"resource", json::parse(said)}}})}};
  };
  for (const char* own : {R"({"resourceType":"Provenance","target":[{"reference":"Observation/1"}]})",
                          R"({"resourceType":"Binary","securityContext":{"reference":"Observation/1"}})",
                          R"({"resourceType":"AuditEvent","entity":[{"what":{"reference":"Observation/1"}}]})"})
    EXPECT_FALSE(first_unproved(sent("POST", ""), beside(own), enforced())) << own;
  for (
      const char* other :
      {R"({"resourceType":"Provenance","target":[{"reference":"Observation/2"}],"agent":[{"who":{"reference":"Observation/1"}}]})",
       R"({"resourceType":"Binary","securityContext":{"reference":"Observation/2"}})",
       R"({"resourceType":"Task","focus":{"reference":"Observation/1"}})"})
    EXPECT_TRUE(first_unproved(sent("POST", ""), beside(other), enforced())) << other;
}

TEST(ProofRule, ANameInsideOfARecordIsNotThatOfARecordOutside) {
  const auto beside = [](std::string_view own) {
    return json{{"resourceType", "Bundle"},
                {"entry", json::array({{{"resource", json::parse(own)}},
                                       {{"resource", json::parse(R"({"resourceType":"Provenance",
                                           "target":[{"reference":"Observation/o2"}]})")}}})}};
  };
  const char* document = R"({"resourceType":"Bundle","id":"b","type":"document","entry":[{"resource":
      {"resourceType":"Observation","id":"o2","subject":{"reference":"Patient/p1"}}}]})";
  const char* contained = R"({"resourceType":"Observation","id":"o1","subject":{"reference":"Patient/p1"},
      "contained":[{"resourceType":"Observation","id":"o2","subject":{"reference":"Patient/p1"}}]})";
  EXPECT_TRUE(first_unproved(sent("POST", ""), beside(document), enforced()));
  EXPECT_TRUE(first_unproved(sent("POST", ""), beside(contained), enforced()));
}

TEST(ProofRule, ARecordIsJudgedWhereverItStands) {
  const struct {
    const char* member;  // of a record of this patient
    bool passes;
  } table[] = {
      {R"("contained":[{"resourceType":"Specimen","id":"s"}])", true},
      {R"("contained":[{"resourceType":"Specimen","id":"s","subject":{"reference":"Group/g"}}])", false},
      {R"("contained":[{"resourceType":"Ward","id":"s"}])", false},
      {R"("contained":[{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Specimen"}}]}])", false},
      {R"("extension":[{"valueX":{"resourceType":"Specimen"}}])", false},
      {R"("extension":[{"valueX":{"resourceType":"Specimen","subject":{"reference":"Patient/p1"}}}])", true},
      {R"("extension":[{"valueX":{"resourceType":"Organization"}}])", true},
  };
  for (const auto& row : table) {
    const json reply =
        json::parse(std::string(R"({"resourceType":"Observation","id":"1","subject":{"reference":"Patient/p1"},)") +
                    row.member + "}");
    EXPECT_EQ(!first_unproved(sent("GET", "/Observation/1"), reply, enforced()), row.passes) << row.member;
  }
  const auto of_nobody = [](const char* text) {
    return first_unproved(sent("GET", "/Practitioner/1"), json::parse(text), enforced()).has_value();
  };
  EXPECT_TRUE(of_nobody(R"({"resourceType":"Practitioner","id":"1","contained":[{"resourceType":"Task"}]})"));
  EXPECT_TRUE(of_nobody(
      R"({"resourceType":"Practitioner","id":"1","extension":[{"valueReference":{"type":"Patient","display":"B"}}]})"));
  EXPECT_FALSE(of_nobody(R"({"resourceType":"Practitioner","id":"1","contained":[{"resourceType":"Organization"}]})"));
}

TEST(ProofRule, AWriteIsAnsweredWithWhatItWrote) {
  const auto judged = [](const json& answer) {
    return judge_reply(sent("POST", "/Observation"), {.status = 201, .json = &answer}, enforced()).kind;
  };
  json own = observation("Patient/p1", "1");
  EXPECT_EQ(judged(own), Verdict::Kind::pass);
  own["subject"] = {{"display", "Ada"}};
  EXPECT_EQ(judged(own), Verdict::Kind::pass);
  own["subject"] = {{"identifier", {{"system", "https://fhir.nhs.uk/Id/nhs-number"}, {"value", "9434765870"}}}};
  EXPECT_EQ(judged(own), Verdict::Kind::refuse);
  EXPECT_EQ(judged({{"resourceType", "Device"}, {"id", "1"}}), Verdict::Kind::refuse);
}

TEST(ProofRule, AnEntryOfABatchSaysWhoseItIsUnlessTheBatchMadeIt) {
  const auto batch = sent("POST", "");
  const auto of = [](std::string_view status) {
    return json{{"resourceType", "Bundle"},
                {"type", "batch-response"},
                {"entry", json::array({{{"resource", {{"resourceType", "Observation"}, {"valueString", "x"}}},
                                        {"response", {{"status", status}}}}})}};
  };
  const auto unproved = first_unproved(batch, of("200 OK"), enforced());
  ASSERT_TRUE(unproved);
  EXPECT_EQ(unproved->path, "entry[0].resource");
  EXPECT_FALSE(first_unproved(batch, of("201 Created"), enforced()));
}

TEST(ProofRule, ABatchTellsNothingOfWhatHasNotChanged) {
  const auto of = [](const char* response) {
    return json::parse(std::string(R"({"resourceType":"Bundle","type":"batch-response","entry":[{"response":)") +
                       response + "}]}");
  };
  EXPECT_TRUE(first_unproved(sent("POST", ""), of(R"({"status":"304","etag":"W/\"7\""})"), enforced()));
  EXPECT_FALSE(first_unproved(sent("POST", ""), of(R"({"status":"201","etag":"W/\"7\""})"), enforced()));
}

TEST(ProofRule, WhatIsContainedIsNoProofOfWhatHoldsIt) {
  const json device =
      json::parse(R"({"resourceType":"Device","id":"d","contained":[{"resourceType":"Observation","id":"o",
      "subject":{"reference":"Patient/p1"},"device":{"reference":"Device/d"}}]})");
  EXPECT_TRUE(first_unproved(sent("GET", "/Device/d"), device, enforced()));
}

}  // namespace
}  // namespace wardend::guard
