#include "daemon/guard/referred.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/guard/ward_server.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

struct Row {
  std::string_view more;  // members of an Observation of p1
  std::string_view expected;
};

constexpr Row rows[] = {
    {R"("hasMember":[{"reference":"Observation/o1"}])", "pass"},
    {R"("hasMember":[{"reference":"Observation/o1"},{"reference":"Observation/o2"}])", "ResourceRejected hasMember[1]"},
    {R"("derivedFrom":[{"reference":"https://ehr.example.org/fhir/r4/Observation/o2"}])",
     "ResourceRejected derivedFrom[0]"},
    {R"("derivedFrom":[{"reference":"Observation/o2/_history/1"}])", "ResourceRejected derivedFrom[0]"},
    {R"("derivedFrom":[{"reference":"Observation/nowhere"}])", "ResourceRejected derivedFrom[0]"},
    {R"("derivedFrom":[{"reference":"Observation/orphan"}])", "ResourceRejected derivedFrom[0]"},
    {R"("derivedFrom":[{"reference":"Observation/not-that"}])", "ResourceRejected derivedFrom[0]"},
    {R"("derivedFrom":[{"reference":"Observation?identifier=1"}])", "ResourceRejected derivedFrom[0]"},
    {R"("derivedFrom":[{"reference":"https://other.example.org/fhir/Observation/o1"}])",
     "ResourceRejected derivedFrom[0]"},
    {R"("extension":[{"url":"x","valueReference":{"reference":"Observation/o2"}}])",
     "ResourceRejected extension[0].valueReference"},
    {R"("contained":[{"resourceType":"DiagnosticReport","id":"d","result":[{"reference":"Observation/o2"}]}])",
     "ResourceRejected contained[0].result[0]"},
    {R"("device":{"reference":"Device/monitor"})", "pass"},
    {R"("device":{"reference":"Device/pacemaker1"})", "pass"},
    {R"("device":{"reference":"Device/pacemaker2"})", "ResourceRejected device"},
    {R"("performer":[{"reference":"RelatedPerson/r2"}])", "ResourceRejected performer[0]"},
    {R"("focus":[{"reference":"Group/g"}])", "ResourceRejected focus[0]"},
    {R"("basedOn":[{"reference":"Slot/s1"}])", "pass"},
    {R"("focus":[{"reference":"Group/staff"}])", "pass"},
    {R"("focus":[{"reference":"Group/nested"}])", "ResourceRejected focus[0]"},
    {R"("focus":[{"reference":"CareTeam/ward"}])", "pass"},
    {R"("focus":[{"reference":"Group/people"}])", "ResourceRejected focus[0]"},
    {R"("focus":[{"reference":"CareTeam/names"}])", "ResourceRejected focus[0]"},
    {R"("device":{"reference":"DeviceMetric/m1"})", "pass"},
    {R"("device":{"reference":"DeviceMetric/m2"})", "ResourceRejected device"},
    {R"("derivedFrom":[{"reference":"Task/of-o2"}])", "ResourceRejected derivedFrom[0]"},
    {R"("derivedFrom":[{"reference":"Task/of-orphan"}])", "ResourceRejected derivedFrom[0]"},
    {R"("partOf":[{"reference":"Task/of-pr1"}],"basedOn":[{"reference":"Provenance/pr1"}])",
     "ResourceRejected partOf[0]"},
    {R"("basedOn":[{"reference":"Provenance/pr1"}],"hasMember":[{"reference":"Observation/o1"}])", "pass"},
    {R"("basedOn":[{"reference":"Slot/of-ward"}])", "pass"},
    {R"("focus":[{"reference":"CareTeam/t2"}])", "ResourceRejected focus[0]"},
    {R"("partOf":[{"reference":"Provenance/pr1"}])", "pass"},
    {R"("partOf":[{"reference":"Provenance/pr2"}])", "ResourceRejected partOf[0]"},
    {R"("partOf":[{"reference":"Provenance/of-provenance"}])", "ResourceRejected partOf[0]"},
    {R"("partOf":[{"reference":"Provenance/mixed"}])", "ResourceRejected partOf[0]"},
    {R"("extension":[{"url":"x","valueAttachment":{"url":"Binary/b1"}}])", "pass"},
    {R"("extension":[{"url":"x","valueAttachment":{"url":"Binary/b2"}}])",
     "ResourceRejected extension[0].valueAttachment.url"},
    {R"("extension":[{"url":"x","valueUrl":"https://ehr.example.org/fhir/r4/Observation/o2"}])",
     "ResourceRejected extension[0].valueUrl"},
    {R"("id":"o1")", "pass"},
    {R"("id":"new")", "pass"},
    {R"("id":"o2")", "ResourceRejected id"},
    {R"("id":"a/b")", "ResourceRejected id"},
    {R"("encounter":{"reference":"Encounter/e1"})", "pass"},
    {R"("encounter":{"reference":"Encounter/e2"})", "ResourceRejected encounter"},
    {R"("encounter":{"identifier":{"value":"e1"}})", "ResourceRejected encounter"},
    {R"("performer":[{"reference":"Practitioner/d"},{"reference":"Organization/o"}])", "pass"},
    {R"("performer":[{"reference":"Practitioner?identifier=1"}])", "pass"},
    {R"("hasMember":[{"reference":"Observation/panel"}])", "pass"},
};

TEST(Referred, ARecordIsWhoseTheServerSays) {
  for (const Row& row : rows) {
    const json body =
        record(R"({"resourceType":"Observation","subject":{"reference":"Patient/p1"},)" + std::string(row.more) + "}");
    Server server = ward();
    EXPECT_EQ(server.decided(sent("POST", "/Observation"), body), row.expected) << row.more;
  }
}

TEST(Referred, AnIdThatTheAppMayNotLookUpIsLeftOut) {
  const json body = record(R"({"resourceType":"Observation","id":"new","subject":{"reference":"Patient/p1"}})");
  Facts facts = facts_of_p1();
  facts.granted = smart::ScopeSet("patient/Observation.c");
  Server server = ward();
  EXPECT_EQ(server.decided(sent("POST", "/Observation"), body, facts), "ResourceRejected id");
  EXPECT_TRUE(server.asked.empty());
  facts.granted = smart::ScopeSet("patient/Observation.cr");
  EXPECT_EQ(server.decided(sent("POST", "/Observation"), body, facts), "pass");
  EXPECT_EQ(server.asked, std::vector<std::string>{"Observation/new"});
  EXPECT_EQ(server.decided(sent("POST", "/Observation"), observation("Patient/p1"), facts), "pass");
  EXPECT_TRUE(server.asked.empty()) << "without an id nothing is read";
}

TEST(Referred, IsReadInEveryKindOfResource) {
  const std::pair<const char*, const char*> elements[] = {
      {"DiagnosticReport", R"("result":[{"reference":"Observation/ID"}])"},
      {"Composition", R"("section":[{"entry":[{"reference":"Observation/ID"}]}])"},
      {"List", R"("entry":[{"item":{"reference":"Observation/ID"}}])"},
      {"Condition", R"("evidence":[{"detail":[{"reference":"Observation/ID"}]}])"},
  };
  for (const auto& [type, element] : elements)
    for (const std::string id : {"o1", "o2"}) {
      std::string text(element);
      text.replace(text.find("ID"), 2, id);
      const json body = record(R"({"resourceType":")" + std::string(type) +
                               R"(","subject":{"reference":"Patient/p1"},)" + text + "}");
      Server server = ward();
      const std::string told = server.decided(sent("POST", "/" + std::string(type)), body);
      EXPECT_EQ(told == "pass", id == "o1") << type << " " << told;
      EXPECT_EQ(server.asked, std::vector<std::string>{"Observation/" + id});
    }
}

TEST(Referred, AProvenanceIsOfThisPatientsRecords) {
  const auto of = [](const std::string& targets) {
    Server server = ward();
    return server.decided(sent("POST", "/Provenance"),
                          record(R"({"resourceType":"Provenance","target":[)" + targets + "]}"));
  };
  EXPECT_EQ(of(R"({"reference":"Observation/o1"})"), "pass");
  EXPECT_EQ(of(R"({"reference":"Observation/o1/_history/3"})"), "pass");
  EXPECT_EQ(of(R"({"reference":"Observation/o2"})"), "ResourceRejected target[0]");
  EXPECT_EQ(of(R"({"reference":"Observation/o1"},{"reference":"Observation/o2"})"), "ResourceRejected target[1]");
  EXPECT_EQ(of(R"({"reference":"Practitioner/d"})"), "ResourceRejected target");
  EXPECT_EQ(of(R"({"reference":"Device/monitor"})"), "ResourceRejected target") << "it is nobody's";
}

TEST(Referred, WhatTheServersResourceRefersToIsNotReadAgain) {
  Server server = ward();
  json body = record(R"({"resourceType":"Observation","id":"panel","subject":{"reference":"Patient/p1"},
      "hasMember":[{"reference":"Observation/o2"}]})");
  EXPECT_EQ(server.decided(sent("PUT", "/Observation/panel"), body), "pass");
  EXPECT_EQ(server.asked, std::vector<std::string>{"Observation/panel"});
  body["hasMember"].push_back({{"reference", "Observation/o1"}});
  EXPECT_EQ(server.decided(sent("PUT", "/Observation/panel"), body), "pass");
  EXPECT_EQ(server.asked, (std::vector<std::string>{"Observation/panel", "Observation/o1"}));
  body["hasMember"].push_back({{"reference", "Encounter/e2"}});
  EXPECT_EQ(server.decided(sent("PUT", "/Observation/panel"), body), "ResourceRejected hasMember[2]");
}

TEST(Referred, APatchBringsItsReferences) {
  const auto patched = [](const std::string& operation) {
    Server server = ward();
    return server.decided(sent("PATCH", "/Observation/panel"), record("[" + operation + "]"));
  };
  EXPECT_EQ(patched(R"({"op":"add","path":"/hasMember/-","value":{"reference":"Observation/o1"}})"), "pass");
  EXPECT_EQ(patched(R"({"op":"add","path":"/hasMember/-","value":{"reference":"Encounter/e2"}})"),
            "ResourceRejected patch[0].value");
  EXPECT_EQ(patched(R"({"op":"replace","path":"/hasMember/0/reference","value":"Observation/o1"})"), "pass");
  EXPECT_EQ(patched(R"({"op":"replace","path":"/hasMember/0/reference","value":"Encounter/e2"})"),
            "ResourceRejected hasMember[0]");
  EXPECT_EQ(patched(R"({"op":"add","path":"/status","value":"final"})"), "pass");
}

TEST(Referred, InABundleEachEntryIsReadFor) {
  const auto told = [](const std::string& second, const std::string& id) {
    Server server = ward();
    return server.decided(sent("POST", ""), record(R"({"resourceType":"Bundle","type":"transaction","entry":[
        {"fullUrl":"urn:uuid:1","request":{"method":"POST","url":"Observation"},"resource":
         {"resourceType":"Observation","subject":{"reference":"Patient/p1"}}},
        {"request":{"method":")" + second + R"(","ifMatch":"W/\"1\""},"resource":{"resourceType":"DiagnosticReport",
         "subject":{"reference":"Patient/p1"},"result":[{"reference":"urn:uuid:1"},{"reference":"Observation/)" +
                                                   id + R"("}]}}]})"));
  };
  EXPECT_EQ(told(R"(POST","url":"DiagnosticReport)", "o1"), "pass");
  EXPECT_EQ(told(R"(POST","url":"DiagnosticReport)", "o2"), "ResourceRejected entry[1].resource.result[1]");
}

TEST(Referred, ReadsNoMoreThanSixteen) {
  const auto members = [](std::size_t count) {
    json body = observation("Patient/p1");
    for (std::size_t i = 0; i < count; ++i)
      body["hasMember"].push_back({{"reference", "Observation/m" + std::to_string(i)}});
    return body;
  };
  const auto create = sent("POST", "/Observation");
  const json most = members(most_targets);
  const Verdict wanted = decide(create, Body{.json = &most}, facts_of_p1());
  EXPECT_EQ(wanted.kind, Verdict::Kind::needs_target);
  EXPECT_EQ(wanted.targets.size(), most_targets);
  EXPECT_EQ(decided(create, members(most_targets + 1)), "ResourceRejected hasMember[16]");
  json twice = members(most_targets);
  twice["derivedFrom"] = twice["hasMember"];
  EXPECT_EQ(decided(create, twice), "needs_target") << "each is read once";
}

}  // namespace
}  // namespace wardend::guard
