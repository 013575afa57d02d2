#include "daemon/guard/required_rule.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

const json whole = json::parse(R"({"resourceType":"MedicationRequest","status":"active","intent":"order",
    "subject":{"reference":"Patient/p1"},"medicationReference":{"reference":"Medication/1"},
    "dosageInstruction":[{"additionalInstruction":[]},{"text":"once a day"}]})");

std::string judged(const json& resource, std::vector<std::string> required) {
  const auto error = judge_required(resource, {{.resource = "MedicationRequest", .required = std::move(required)}});
  return error ? *error->as<errors::ResourceRejected>()->path : "whole";
}

TEST(RequiredRule, WantsEveryElementThatTheAppMustWrite) {
  EXPECT_EQ(judged(whole, {"dosageInstruction", "subject", "status", "intent", "medication[x]"}), "whole");
  EXPECT_EQ(judged(whole, {"dosageInstruction.text", "subject.reference"}), "whole");
  EXPECT_EQ(judged(whole, {"status", "authoredOn"}), "MedicationRequest.authoredOn");
  EXPECT_EQ(judged(whole, {"dosageInstruction.timing"}), "MedicationRequest.dosageInstruction.timing");
  EXPECT_EQ(judged(whole, {"dosageInstruction.additionalInstruction"}),
            "MedicationRequest.dosageInstruction.additionalInstruction");
  EXPECT_EQ(judged(whole, {"status.code"}), "MedicationRequest.status.code");
  EXPECT_EQ(judged(whole, {}), "whole");
}

TEST(RequiredRule, AnEmptyElementIsNotThere) {
  for (const char* empty : {"null", "\"\"", "\" \\n\"", "[]", "{}", "[null]", "[[]]", "[\"\"]"}) {
    json resource = whole;
    resource["status"] = json::parse(empty);
    EXPECT_EQ(judged(resource, {"status"}), "MedicationRequest.status") << empty;
  }
}

TEST(RequiredRule, AChoiceIsOneOfItsTypes) {
  json resource = whole;
  resource.erase("medicationReference");
  EXPECT_EQ(judged(resource, {"medication[x]"}), "MedicationRequest.medication[x]");
  for (const char* name : {"medication", "medicationreference", "_medicationReference", "Medication"}) {
    json other = resource;
    other[name] = {{"reference", "Medication/1"}};
    EXPECT_EQ(judged(other, {"medication[x]"}), "MedicationRequest.medication[x]") << name;
  }
  resource["medicationCodeableConcept"] = {{"text", "aspirin"}};
  EXPECT_EQ(judged(resource, {"medication[x]"}), "whole");
}

TEST(RequiredRule, IsOfOneType) {
  EXPECT_FALSE(judge_required(whole, {{.resource = "Observation", .required = {"code"}}}));
  EXPECT_TRUE(judge_required(whole, {{.resource = "Observation", .required = {"code"}},
                                     {.resource = "MedicationRequest", .required = {"code"}}}));
}

TEST(RequiredRule, IsAskedForEachWrite) {
  Facts facts = facts_of_p1();
  facts.policy.writes = {{.resource = "Observation", .required = {"code"}}};
  EXPECT_EQ(decided(sent("POST", "/Observation"), observation("Patient/p1"), facts),
            "ResourceRejected Observation.code");
  json with_code = observation("Patient/p1");
  with_code["code"] = {{"text", "x"}};
  EXPECT_EQ(decided(sent("POST", "/Observation"), with_code, facts), "pass");
}

}  // namespace
}  // namespace wardend::guard
