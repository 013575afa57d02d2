#include "protocol/fhir/bundle_requests.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend::fhir {
namespace {

TEST(BundleRequests, AreThoseOfItsEntriesInTheirOrder) {
  const auto requests = requests_in(nlohmann::json::parse(R"({"resourceType":"Bundle","entry":[
      {"request":{"method":"GET","url":"Observation?patient=p1&_summary=count"}},
      {"request":{"method":"PUT","url":"Slot/s1","ifMatch":"W/\"7\""}},
      {"request":{"method":"POST","url":"Observation","ifNoneExist":"patient=p1"}}]})"));
  ASSERT_EQ(requests.size(), 3);
  EXPECT_EQ(requests[0].interaction, Interaction::search);
  EXPECT_EQ(requests[0].parameters.size(), 2);
  EXPECT_EQ(requests[1].id, "s1");
  EXPECT_EQ(requests[1].if_match, "7");
  EXPECT_TRUE(requests[2].conditional);
}

TEST(BundleRequests, OfAnEntryThatCannotBeReadSayNothing) {
  const auto requests = requests_in(nlohmann::json::parse(R"({"entry":[
      {}, 7, {"request":{"method":"GET","url":7}}, {"request":{"method":"BREW","url":"Observation/1"}}]})"));
  ASSERT_EQ(requests.size(), 4);
  for (const FhirRequest& one : requests) {
    EXPECT_TRUE(one.interaction == Interaction::batch || one.type.empty());
    EXPECT_TRUE(one.id.empty());
  }
  EXPECT_TRUE(requests_in(nlohmann::json::parse(R"({"entry":{"request":{}}})")).empty());
}

}  // namespace
}  // namespace wardend::fhir
