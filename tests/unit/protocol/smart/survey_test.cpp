// A discovery document as whoever compares it with an app's needs reads it: without stopping at a fault.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "protocol/smart/discovery.hpp"

namespace wardend::smart {
namespace {

using testing::ElementsAre;

fhir::BaseUrl base() { return fhir::BaseUrl::parse("https://ehr.example.org/fhir/r4").value(); }

TEST(DiscoverySurvey, NamesEveryFaultWithItsElementAndTellsTheFirst) {
  const std::string odd =
      R"({"token_endpoint":"http://ehr.example.org/t","authorization_endpoint":"https://evil.net/"})";
  const auto survey = survey_discovery(200, "application/json", odd, base(), {});
  ASSERT_TRUE(survey);
  std::vector<std::string> elements;
  for (const DiscoveryFault& fault : survey->faults) elements.push_back(fault.element);
  EXPECT_THAT(elements, ElementsAre("token_endpoint", "authorization_endpoint", "capabilities",
                                    "code_challenge_methods_supported"));
  EXPECT_EQ(parse_discovery(200, "", odd, base(), {}).error().description, survey->faults.front().description);
}

TEST(DiscoverySurvey, KeepsListsThatALaunchDoesNotNeed) {
  nlohmann::json many = nlohmann::json::array();
  for (int i = 0; i < 600; ++i) many.push_back("patient/Type" + std::to_string(i) + ".rs");
  const nlohmann::json document = {{"token_endpoint_auth_methods_supported", "none"},
                                   {"grant_types_supported", nlohmann::json::array({"authorization_code"})},
                                   {"scopes_supported", many}};
  const auto survey = survey_discovery(200, "", document.dump(), base(), {});
  ASSERT_TRUE(survey);
  EXPECT_EQ(survey->scopes_supported->size(), 600U);
  EXPECT_EQ(survey->discovery.scopes_supported.size(), 256U);
  EXPECT_EQ(survey->grant_types_supported, std::vector<std::string>{"authorization_code"});
  EXPECT_FALSE(survey->token_endpoint_auth_methods) << "it is no list";
  EXPECT_FALSE(survey->token_endpoint_auth_algorithms) << "it is not there";
}

TEST(DiscoverySurvey, OfNoDocumentThereIsNone) {
  EXPECT_EQ(survey_discovery(404, "", "", base(), {}).error().code, "discovery_status");
  EXPECT_EQ(survey_discovery(200, "text/html", "<html>", base(), {}).error().code, "discovery_not_json");
}

}  // namespace
}  // namespace wardend::smart
