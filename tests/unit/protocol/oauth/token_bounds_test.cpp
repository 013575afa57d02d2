// What is kept of a token response that has no end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "protocol/oauth/token.hpp"

namespace wardend::oauth {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

std::expected<TokenResponse, TokenFailure> parsed(const std::string& text) {
  return parse_token_response(Grant::code, 200, "application/json", text);
}

// A response with a member that has grown.
std::string grown(const char* name, nlohmann::json value) {
  nlohmann::json response = {{"access_token", "a-1"},
                             {"token_type", "Bearer"},
                             {"expires_in", 3600},
                             {"scope", "launch patient/Observation.rs"},
                             {"patient", "123"}};
  response[name] = std::move(value);
  return response.dump();
}

std::size_t size_of(const std::vector<std::string>& texts) {
  std::size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size();
  return bytes;
}

TEST(TokenBounds, KeepsAPartOfAnEndlessFhirContext) {
  const nlohmann::json entry = {{"reference", "ImagingStudy/789"}};
  const auto many = parsed(grown("fhirContext", std::vector<nlohmann::json>(5'000, entry)));
  ASSERT_TRUE(many) << many.error().code;
  EXPECT_THAT(many->context.fhir_context, SizeIs(64));
  EXPECT_THAT(many->warnings, SizeIs(1));
  const nlohmann::json large = {{"reference", "ImagingStudy/" + std::string(6'000, '7')}};
  const auto heavy = parsed(grown("fhirContext", std::vector<nlohmann::json>(9, large)));
  ASSERT_TRUE(heavy) << heavy.error().code;
  EXPECT_LE(size_of(heavy->context.fhir_context), 16UL * 1024);
  EXPECT_THAT(heavy->warnings, SizeIs(1));
  EXPECT_THAT(parsed(grown("fhirContext", std::vector<nlohmann::json>(64, entry)))->warnings, IsEmpty());
}

TEST(TokenBounds, WarnsOnceOfWhatIsWrongManyTimes) {
  const nlohmann::json odd = {{"reference", "Patient/9"}};
  const auto response = parsed(grown("fhirContext", std::vector<nlohmann::json>(4'000, odd)));
  ASSERT_TRUE(response) << response.error().code;
  EXPECT_THAT(response->context.fhir_context, IsEmpty());
  EXPECT_THAT(response->warnings, SizeIs(1));
}

TEST(TokenBounds, KeepsAPartOfEndlessScopes) {
  std::string many, heavy;
  for (int i = 0; i < 3'000; ++i) many += "s" + std::to_string(i) + " ";
  for (int i = 0; i < 100; ++i)
    heavy += "patient/Observation.rs?code=" + std::string(300, 'x') + std::to_string(i) + " ";
  for (const std::string& scopes : {many, heavy}) {
    const auto response = parsed(grown("scope", scopes));
    ASSERT_TRUE(response) << response.error().code;
    EXPECT_LE(response->scope->list().size(), 512U);
    EXPECT_LE(response->scope->text().size(), 16UL * 1024);
    for (const std::string& kept : response->scope->list())
      EXPECT_TRUE(scopes.contains(kept + " ")) << "cut inside of a scope: " << kept;
    EXPECT_THAT(response->warnings, SizeIs(1));
  }
}

}  // namespace
}  // namespace wardend::oauth
