// A discovery document as whoever compares it with an app's needs reads it: without stopping at a fault.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "protocol/smart/discovery.hpp"

namespace wardend::smart {
namespace {

using testing::Contains, testing::ElementsAre;

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

// One wrong element takes nothing from the others.
TEST(DiscoverySurvey, PassesOverWhatIsNoTextInEachList) {
  const std::vector<const char*> names = {"capabilities",
                                          "scopes_supported",
                                          "token_endpoint_auth_methods_supported",
                                          "token_endpoint_auth_signing_alg_values_supported",
                                          "grant_types_supported",
                                          "code_challenge_methods_supported"};
  nlohmann::json document = nlohmann::json::object();
  for (const char* name : names) document[name] = nlohmann::json::array({nullptr, "S256", 7});
  const auto survey = survey_discovery(200, "", document.dump(), base(), {});
  ASSERT_TRUE(survey);
  const std::vector<std::string> read = {"S256"};
  EXPECT_EQ(survey->discovery.capabilities, read);
  EXPECT_EQ(survey->discovery.scopes_supported, read);
  EXPECT_EQ(survey->discovery.token_endpoint_auth_methods, read);
  EXPECT_EQ(survey->discovery.token_endpoint_auth_algorithms, read);
  for (const DeclaredTexts& list :
       {survey->scopes_supported, survey->token_endpoint_auth_methods, survey->token_endpoint_auth_algorithms,
        survey->grant_types_supported, survey->code_challenge_methods})
    EXPECT_EQ(list, read);
  for (const char* name : names)
    EXPECT_THAT(survey->discovery.warnings,
                Contains(std::string(name) + " has an element that is no text, which was left out"));
}

TEST(DiscoverySurvey, OfNoDocumentThereIsNone) {
  EXPECT_EQ(survey_discovery(404, "", "", base(), {}).error().code, "discovery_status");
  EXPECT_EQ(survey_discovery(200, "text/html", "<html>", base(), {}).error().code, "discovery_not_json");
}

}  // namespace
}  // namespace wardend::smart
