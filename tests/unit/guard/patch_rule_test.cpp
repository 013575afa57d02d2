#include "daemon/guard/patch_rule.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

struct Row {
  std::string_view patch;
  std::string_view by_id;      // on Observation/1 of this patient
  std::string_view by_search;  // on Observation?patient=p1
};

constexpr Row rows[] = {
    {R"([{"op":"replace","path":"/status","value":"amended"}])", "pass", "pass"},
    {R"([{"op":"test","path":"/subject/reference","value":"Patient/p1"},{"op":"replace","path":"/status","value":"x"}])",
     "pass", "ResourceRejected patch[0]"},
    {R"([{"op":"test","path":"/status","value":"draft"},{"op":"remove","path":"/status"}])",
     "ResourceRejected patch[0]", "pass"},
    {R"([{"op":"replace","path":"/subject","value":{"reference":"Patient/p2"}}])", "ResourceRejected patch[0]",
     "ResourceRejected patch[0]"},
    {R"([{"op":"replace","path":"/subject/reference","value":"Patient/p2"}])", "ResourceRejected patch[0]",
     "ResourceRejected patch[0]"},
    {R"([{"op":"replace","path":"/subject/reference","value":"Patient/p1"}])", "ResourceRejected patch[0]",
     "ResourceRejected patch[0]"},
    {R"([{"op":"add","path":"/subject/identifier","value":{}}])", "ResourceRejected patch[0]",
     "ResourceRejected patch[0]"},
    {R"([{"op":"remove","path":"/subject"}])", "ResourceRejected patch[0]", "ResourceRejected patch[0]"},
    {R"([{"op":"move","from":"/subject","path":"/focus"}])", "ResourceRejected patch[0]", "ResourceRejected patch[0]"},
    {R"([{"op":"copy","from":"/performer/0","path":"/subject"}])", "ResourceRejected patch[0]",
     "ResourceRejected patch[0]"},
    {R"([{"op":"replace","path":"","value":{"resourceType":"Observation"}}])", "ResourceRejected patch[0]",
     "ResourceRejected patch[0]"},
    {R"([{"op":"replace","path":"/id","value":"2"}])", "ResourceRejected patch[0]", "ResourceRejected patch[0]"},
    {R"([{"op":"replace","path":"/resourceType","value":"Basic"}])", "ResourceRejected patch[0]",
     "ResourceRejected patch[0]"},
    {R"([{"op":"add","path":"/performer/-","value":{"reference":"Practitioner/d1"}}])", "pass", "pass"},
    {R"([{"op":"add","path":"/performer/-","value":{"reference":"Patient/p2"}}])", "ResourceRejected patch[0].value",
     "ResourceRejected patch[0].value"},
    {R"([{"op":"add","path":"/performer/0","value":{"identifier":{"system":"x","value":"2"}}},
         {"op":"add","path":"/performer/0/type","value":"Patient"}])",
     "ResourceRejected performer[0]", "ResourceRejected patch[1]"},
    {R"([{"op":"replace","path":"/performer/0/reference","value":"Patient/p2"}])", "ResourceRejected performer[0]",
     "ResourceRejected patch[0]"},
    {R"([{"op":"add","path":"/contained","value":[{"resourceType":"Patient","id":"p1"}]}])",
     "ResourceRejected contained[0]", "ResourceRejected patch[0]"},
    {R"([{"op":"add","path":"/subject_","value":1}])", "pass", "pass"},
    {R"([{"op":"add","path":"subject","value":1}])", "ResourceRejected patch[0]", "ResourceRejected patch[0]"},
    {R"([{"op":"remove","path":"/absent"}])", "ResourceRejected patch[0]", "pass"},
    {R"([])", "ResourceRejected", "ResourceRejected"},
    {R"({"resourceType":"Parameters"})", "ResourceRejected", "ResourceRejected"},
};

TEST(PatchRule, ItsResultIsJudgedAndWithoutATargetItsValues) {
  json stored = observation("Patient/p1", "1");
  stored["performer"] = json::parse(R"([{"reference":"Practitioner/d2"}])");
  for (const Row& row : rows) {
    const json patch = json::parse(row.patch);
    EXPECT_EQ(decided(sent("PATCH", "/Observation/1"), patch, stored), row.by_id) << row.patch;
    EXPECT_EQ(decided(sent("PATCH", "/Observation", "patient=p1"), patch), row.by_search) << row.patch;
  }
  const json patch = json::parse(rows[0].patch);
  EXPECT_EQ(decided(sent("PATCH", "/Observation/1"), patch, observation("Patient/p2", "1")), "ResourceRejected");
}

TEST(PatchRule, AFhirPathPatchIsRefusedByItsName) {
  const json parameters = {{"resourceType", "Parameters"}};
  const Verdict refused = decide(sent("PATCH", "/Observation/1"), Body{.json = &parameters}, facts_of_p1());
  EXPECT_TRUE(refused.error->as<errors::ResourceRejected>()->reason->contains("FHIRPath Patch"));
}

TEST(PatchRule, TheResultHasWhatTheAppMustWrite) {
  Facts facts = facts_of_p1();
  facts.policy.writes = {{.resource = "Observation", .required = {"status", "value[x]"}}};
  json stored = observation("Patient/p1", "1");
  stored["valueString"] = "ten";
  const auto by_id = [&](std::string_view patch) {
    return decided(sent("PATCH", "/Observation/1"), json::parse(patch), stored, facts);
  };
  const auto by_search = [&](std::string_view patch) {
    return decided(sent("PATCH", "/Observation", "patient=p1"), json::parse(patch), facts);
  };
  EXPECT_EQ(by_id(R"([{"op":"add","path":"/note","value":[{"text":"x"}]}])"), "pass");
  EXPECT_EQ(by_id(R"([{"op":"remove","path":"/status"}])"), "ResourceRejected Observation.status");
  EXPECT_EQ(by_id(R"([{"op":"replace","path":"/valueString","value":""}])"), "ResourceRejected Observation.value[x]");
  EXPECT_EQ(by_id(R"([{"op":"move","from":"/valueString","path":"/note"}])"), "ResourceRejected Observation.value[x]");
  EXPECT_EQ(by_search(R"([{"op":"add","path":"/note","value":[{"text":"x"}]}])"), "pass");
  EXPECT_EQ(by_search(R"([{"op":"remove","path":"/status"}])"), "ResourceRejected patch[0]");
  EXPECT_EQ(by_search(R"([{"op":"replace","path":"/valueString","value":"x"}])"), "ResourceRejected patch[0]");
}

TEST(PatchRule, WhoAPatientIsIsNotPatched) {
  const json stored = json::parse(R"({"resourceType":"Patient","id":"p1","telecom":[]})");
  const auto patched = [&](std::string_view patch) {
    return decided(sent("PATCH", "/Patient/p1"), json::parse(patch), stored);
  };
  EXPECT_EQ(patched(R"([{"op":"add","path":"/telecom/-","value":{"value":"1"}}])"), "pass");
  for (const char* name : {"link", "active", "identifier", "identifier/-", "link/0/other"})
    EXPECT_EQ(patched(R"([{"op":"add","path":"/)" + std::string(name) + R"(","value":true}])"),
              "ResourceRejected patch[0]")
        << name;
}

}  // namespace
}  // namespace wardend::guard
