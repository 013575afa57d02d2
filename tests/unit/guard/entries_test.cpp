#include "daemon/guard/entries.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

using nlohmann::json;

const json bundle = json::parse(R"({"entry":[
  {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"p1"}},
  {"fullUrl":"https://ehr.example.org/fhir/r4/Observation/tmp","resource":{"resourceType":"Observation","id":"tmp"},
   "request":{"method":"POST","url":"Observation"}},
  {"resource":{"resourceType":"Condition","id":"c1"},"request":{"method":"PUT","url":"Condition/c1"}},
  {"request":{"method":"DELETE","url":"Condition/c2"}}]})");

TEST(Entries, AreFoundByFullUrlAndWhereTheyWillBe) {
  const auto entries = entries_of(bundle, facts_of_p1().base);
  ASSERT_TRUE(entries);
  EXPECT_EQ(entries->at("urn:uuid:1").type, "Patient");
  EXPECT_EQ(entries->at("urn:uuid:1").id, "p1");
  EXPECT_EQ(entries->at("Observation/tmp").type, "Observation");
  EXPECT_EQ(entries->at("Observation/tmp").id, "") << "the server gives one";
  EXPECT_EQ(entries->at("Condition/c1").id, "c1");
  EXPECT_TRUE(entries->at("Condition/c2").gone);
  EXPECT_FALSE(entries->at("Condition/c1").gone);
}

TEST(Entries, HaveAFullUrlEach) {
  json twice = bundle;
  twice["entry"][2]["fullUrl"] = "urn:uuid:1";
  const auto entries = entries_of(twice, facts_of_p1().base);
  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.error().as<errors::ResourceRejected>()->path, "entry[2].fullUrl");
}

TEST(Entries, AreCalledSomethingOfThisServer) {
  for (const char* name : {"urn:uuid:1", "urn:oid:1.2", "https://ehr.example.org/fhir/r4/Patient/p1", "Patient/p1"})
    EXPECT_FALSE(name_fault({{"fullUrl", name}}, facts_of_p1())) << name;
  for (const char* name :
       {"https://other.example/fhir/Patient/p1", "https://ehr.example.org/fhir/r4/Patient/p2", "", "#x"})
    EXPECT_TRUE(name_fault({{"fullUrl", name}}, facts_of_p1())) << name;
  EXPECT_TRUE(name_fault({{"fullUrl", 7}}, facts_of_p1()));
  EXPECT_FALSE(name_fault(json::object(), facts_of_p1()));
}

}  // namespace
}  // namespace wardend::guard
