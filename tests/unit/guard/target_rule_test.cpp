#include "daemon/guard/target_rule.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

TEST(TargetRule, TheStoredResourceDecidesWhoseItIs) {
  const auto update = sent("PUT", "/Observation/1");
  const auto body = observation("Patient/p1", "1");
  EXPECT_EQ(decided(update, body, observation("Patient/p1", "1")), "pass");
  EXPECT_EQ(decided(update, body, observation("https://ehr.example.org/fhir/r4/Patient/p1", "1")), "pass");
  json orphan = observation("Patient/p1", "1");
  orphan.erase("subject");
  for (const json& stored :
       {observation("Patient/p2", "1"), observation("Patient/p1", "2"), observation("Group/g1", "1"),
        observation("https://other.example.org/Patient/p1", "1"), observation("#x", "1"), orphan, json(), json::array(),
        json{{"resourceType", "Condition"}, {"id", "1"}, {"subject", {{"reference", "Patient/p1"}}}}})
    EXPECT_EQ(decided(update, body, stored), "ResourceRejected") << stored;
  const auto remove = sent("DELETE", "/Observation/1");
  EXPECT_EQ(decided(remove, json(), observation("Patient/p1", "1")), "pass");
  EXPECT_EQ(decided(remove, json(), observation("Patient/p2", "1")), "ResourceRejected");
}

TEST(TargetRule, AListOfSubjectsThatNamesAnotherPatientTooIsTheOthers) {
  const auto update = sent("PUT", "/Account/1");
  const auto of = [](std::vector<std::string> subjects) {
    json account = {{"resourceType", "Account"}, {"id", "1"}, {"subject", json::array()}};
    for (const std::string& subject : subjects) account["subject"].push_back({{"reference", subject}});
    return account;
  };
  EXPECT_EQ(decided(update, of({"Patient/p1"}), of({"Patient/p1"})), "pass");
  EXPECT_EQ(decided(update, of({"Patient/p1"}), of({"Patient/p1", "Patient/p2"})), "ResourceRejected");
  EXPECT_EQ(decided(update, of({"Patient/p1", "Patient/p2"}), of({"Patient/p1"})), "ResourceRejected subject[1]");
}

TEST(TargetRule, WhatWasDeletedIsNotBroughtBack) {
  const auto body = observation("Patient/p1", "1");
  const Target gone{.type = "Observation", .id = "1", .gone = true};
  EXPECT_EQ(word_of(decide(sent("PUT", "/Observation/1"), Body{.json = &body}, std::span(&gone, 1), facts_of_p1())),
            "ResourceRejected");
}

TEST(TargetRule, AnUpdateMayMakeAResourceAndNothingElseMay) {
  const auto body = observation("Patient/p1", "1");
  const auto absent = [&](const fhir::FhirRequest& request, const json& brings) {
    const Target target{.type = "Observation", .id = "1"};
    return word_of(decide(request, Body{.json = &brings}, std::span(&target, 1), facts_of_p1()));
  };
  EXPECT_EQ(absent(sent("PUT", "/Observation/1"), body), "pass");
  EXPECT_EQ(absent(sent("PUT", "/Observation/1"), observation("Patient/p2", "1")), "ResourceRejected subject");
  EXPECT_EQ(absent(sent("DELETE", "/Observation/1"), json()), "ResourceRejected");
  EXPECT_EQ(
      absent(sent("PATCH", "/Observation/1"), json::parse(R"([{"op":"replace","path":"/status","value":"amended"}])")),
      "ResourceRejected");
  EXPECT_EQ(word_of(decide(sent("PUT", "/Observation/1"), Body{.json = &body}, {}, facts_of_p1())), "ResourceRejected");
}

TEST(TargetRule, SaysWhichVersionWasJudged) {
  json stored = observation("Patient/p1", "1");
  stored["meta"] = {{"versionId", "7"}};
  const auto body = observation("Patient/p1", "1");
  const auto judge = [&](const fhir::FhirRequest& request, std::string version) {
    const Target target{.type = "Observation", .id = "1", .resource = &stored, .version = std::move(version)};
    return decide(request, Body{.json = &body}, std::span(&target, 1), facts_of_p1());
  };
  EXPECT_EQ(judge(sent("PUT", "/Observation/1"), "").if_match, "7");
  EXPECT_EQ(judge(sent("PUT", "/Observation/1"), "8").if_match, "8");
  for (const char* odd : {"1\"\r\nX-Evil: 1", "a b", "\x7f", "\""})
    EXPECT_EQ(judge(sent("PUT", "/Observation/1"), odd).if_match, "") << odd;
  EXPECT_EQ(word_of(judge(sent("PUT", "/Observation/1", {}, {{"If-Match", "W/\"7\""}}), "")), "pass");
  EXPECT_EQ(word_of(judge(sent("PUT", "/Observation/1", {}, {{"If-Match", "W/\"6\""}}), "")), "ResourceRejected");
}

TEST(TargetRule, WhoAPatientIsStaysAsItIs) {
  const json stored = json::parse(R"({"resourceType":"Patient","id":"p1","active":true,
      "identifier":[{"system":"s","value":"1"}],"telecom":[{"value":"1"}]})");
  const auto update = sent("PUT", "/Patient/p1");
  json body = stored;
  body["telecom"][0]["value"] = "2";
  EXPECT_EQ(decided(update, body, stored), "pass");
  for (const auto& [name, value] :
       {std::pair("active", json(false)), std::pair("identifier", json::array()), std::pair("link", json::array())}) {
    json changed = body;
    changed[name] = value;
    EXPECT_EQ(decided(update, changed, stored), std::string("ResourceRejected ") + name);
  }
  body.erase("active");
  EXPECT_EQ(decided(update, body, stored), "ResourceRejected active");
  body = stored;
  body["id"] = "p2";
  EXPECT_EQ(decided(update, body, stored), "ResourceRejected id");
}

// A link is no membership: whom a record is linked to is the EHR's matter, and no reason to refuse a telephone number.
TEST(TargetRule, TheLinksOfAPatientAreCarriedOverAndNotChanged) {
  const json stored = json::parse(R"({"resourceType":"Patient","id":"p1","telecom":[{"value":"1"}],"link":[
      {"type":"replaces","other":{"reference":"Patient/p2"}},{"type":"seealso","other":{"reference":"Patient/p3"}}]})");
  const auto update = sent("PUT", "/Patient/p1");
  json body = stored;
  body["telecom"][0]["value"] = "2";
  EXPECT_EQ(decided(update, body), "needs_target");
  EXPECT_EQ(decided(update, body, stored), "pass");
  EXPECT_EQ(decided(sent("PATCH", "/Patient/p1"),
                    json::parse(R"([{"op":"replace","path":"/telecom/0/value","value":"2"}])"), stored),
            "pass");
  const auto with = [&](auto change) {
    json changed = body;
    change(changed["link"]);
    return decided(update, changed, stored);
  };
  EXPECT_EQ(with([](json& links) { links.erase(0); }), "ResourceRejected link");
  EXPECT_EQ(with([](json& links) { std::swap(links[0], links[1]); }), "ResourceRejected link");
  EXPECT_EQ(with([](json& links) { links[0]["other"]["reference"] = "Patient/p4"; }), "ResourceRejected link");
  EXPECT_EQ(with([](json& links) { links.push_back(links[0]); }), "ResourceRejected link");
  EXPECT_EQ(with([](json& links) { links = links[0]; }), "ResourceRejected link");
  body["contact"] = json::parse(R"([{"organization":{"reference":"Patient/p2"}}])");
  EXPECT_EQ(decided(update, body, stored), "ResourceRejected contact[0].organization") << "elsewhere it is a reference";
  EXPECT_EQ(decided(sent("PATCH", "/Patient/p1"),
                    json::parse(R"([{"op":"copy","from":"/link/0/other","path":"/managingOrganization"}])"), stored),
            "ResourceRejected managingOrganization");
}

TEST(TargetRule, NoUpdateMakesAPatient) {
  const auto update = sent("PUT", "/Patient/p1");
  const json body = json::parse(R"({"resourceType":"Patient","id":"p1"})");
  const Target none{.type = "Patient", .id = "p1"};
  EXPECT_EQ(word_of(decide(update, Body{.json = &body}, std::span(&none, 1), facts_of_p1())), "ResourceRejected");
}

TEST(TargetRule, WhatHasNoSubjectMayNameNobodyElse) {
  const json body = json::parse(R"({"resourceType":"Binary","id":"1","securityContext":{"reference":"Patient/p1"}})");
  json stored = body;
  EXPECT_EQ(decided(sent("PUT", "/Binary/1"), body, stored), "pass");
  stored.erase("securityContext");
  EXPECT_EQ(decided(sent("PUT", "/Binary/1"), body, stored), "ResourceRejected") << "it may be anybody's";
  stored["securityContext"] = {{"reference", "Patient/p2"}};
  EXPECT_EQ(decided(sent("PUT", "/Binary/1"), body, stored), "ResourceRejected");
  stored["securityContext"] = {{"reference", "Patient/p1"}};
  EXPECT_EQ(decided(sent("PUT", "/Binary/1"), body, stored), "pass");
}

}  // namespace
}  // namespace wardend::guard
