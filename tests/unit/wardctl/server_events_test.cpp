#include "wardctl/server_events.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend::wardctl {
namespace {

using nlohmann::json;

json event(const std::string& resource) {
  return {{"resourceType", "AuditEvent"},
          {"recorded", "2026-11-29T08:00:00Z"},
          {"subtype", {{{"system", "http://hl7.org/fhir/restful-interaction"}, {"code", "read"}}}},
          {"agent", {{{"requestor", true}, {"who", {{"reference", "Practitioner/a"}}}}}},
          {"entity",
           {{{"type", {{"system", "http://terminology.hl7.org/CodeSystem/audit-entity-type"}, {"code", "2"}}},
             {"what", {{"reference", resource}}}}}}};
}
std::vector<std::string> resources(const std::string& text) {
  const auto events = server_events_in(text);
  std::vector<std::string> found;
  if (!events) return {events.error()};
  for (const auto& deed : events->deeds) found.push_back(std::to_string(deed.index) + " " + deed.resource);
  for (const auto& one : events->unreadable) found.push_back(std::to_string(one.index) + " " + one.why);
  return found;
}
using Words = std::vector<std::string>;

TEST(ServerEvents, ComeAsLinesListOrBundle) {
  const json one = event("Observation/1"), two = event("Observation/2");
  const Words both = {"0 Observation/1", "1 Observation/2"};
  EXPECT_EQ(resources(one.dump() + "\n" + two.dump() + "\n"), both);
  EXPECT_EQ(resources(one.dump() + "\r\n\r\n" + two.dump()), both);
  EXPECT_EQ(resources(json::array({one, two}).dump(2)), both);
  const json entries = {
      {{"resource", one}}, {{"resource", two}}, {{"resource", {{"resourceType", "OperationOutcome"}}}}};
  const json bundle = {{"resourceType", "Bundle"}, {"type", "searchset"}, {"entry", entries}};
  EXPECT_EQ(resources(bundle.dump(2)), both);
  EXPECT_EQ(resources(bundle.dump() + "\n" + bundle.dump()),
            (Words{"0 Observation/1", "1 Observation/2", "2 Observation/1", "3 Observation/2"}))
      << "a page a line";
  EXPECT_EQ(resources(one.dump(2)), Words{"0 Observation/1"});
}

TEST(ServerEvents, WhatCannotBeReadIsNamedByItsNumber) {
  const std::string good = event("Observation/1").dump();
  EXPECT_EQ(resources(good + "\n{broken\n" + good), (Words{"0 Observation/1", "2 Observation/1", "1 not valid JSON"}));
  EXPECT_EQ(resources(json::array({5, event("Observation/1")}).dump()),
            (Words{"1 Observation/1", "0 it is no AuditEvent"}));
  EXPECT_EQ(resources(R"({"resourceType":"Bundle","entry":[{"fullUrl":"x"}]})"),
            Words{"0 the Bundle's entry has no resource"});
  EXPECT_EQ(resources(" \n"), Words{"it is empty"});
  EXPECT_EQ(resources(R"({"resourceType":"Bundle","entry":[)").size(), 1U);
}

TEST(ServerEvents, HostileOnesCostLittle) {
  EXPECT_EQ(resources(std::string(1'000'000, '[')).size(), 1U);
  json odd = event("Observation/1");
  for (int i = 0; i < 10'000; ++i) odd["entity"].push_back(odd["entity"][0]);
  EXPECT_EQ(resources(odd.dump() + "\n" + event("Observation/2").dump()).size(), 2U);
  EXPECT_FALSE(read_server_events("/nowhere"));
}

}  // namespace
}  // namespace wardend::wardctl
