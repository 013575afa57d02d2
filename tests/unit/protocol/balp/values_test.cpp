#include "protocol/balp/values.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend::balp {
namespace {

std::string reference(std::string_view text, std::string_view base = "https://ehr/fhir") {
  const auto named = reference_of(text, base);
  return named ? named->reference : "none";
}

TEST(BalpValues, AReferenceIsOneByFhirsRule) {
  EXPECT_EQ(reference("Observation/1"), "https://ehr/fhir/Observation/1");
  EXPECT_EQ(reference("Observation/1/_history/2"), "https://ehr/fhir/Observation/1/_history/2");
  EXPECT_EQ(reference("Observation/1", ""), "Observation/1");
  EXPECT_EQ(reference("https://other/r4/Patient/a"), "https://other/r4/Patient/a");
  for (const char* text : {"", "Observation", "observation/1", "Observation/a b", "Observation/", "/Observation/1/",
                           "ftp://x/Observation/1", "https://e x/Observation/1", "Observation/1?x=y", "a/b/c"})
    EXPECT_EQ(reference(text), "none") << text;
}

TEST(BalpValues, WordsAreShownAndNeverEmpty) {
  const auto words = [](const nlohmann::json& value) { return words_of({{"x", value}}, "x"); };
  EXPECT_EQ(words("  a b "), "a b");
  EXPECT_EQ(words(" "), "");
  EXPECT_EQ(words("a\x01\nb"), "ab");
  EXPECT_EQ(words(7), "7");
  EXPECT_EQ(words(nlohmann::json::array()), "");
  EXPECT_EQ(words_of({}, "x"), "");
  EXPECT_LE(words(std::string(100'000, 'x')).size(), 2000U);
}

TEST(BalpValues, CodesAddressesAndTimesAreThatOrNothing) {
  EXPECT_EQ(code_of("TREAT"), "TREAT");
  EXPECT_EQ(code_of("direct care"), "");
  EXPECT_EQ(address_of("https://ehr/fhir//"), "https://ehr/fhir");
  EXPECT_EQ(address_of("ehr/fhir"), "");
  EXPECT_EQ(address_of("https://ehr/a b"), "");
  EXPECT_EQ(instant_of({{"at", "2026-11-29T08:00:00.007Z"}}), "2026-11-29T08:00:00.007Z");
  EXPECT_EQ(instant_of({{"at", "yesterday"}}), "1970-01-01T00:00:00.000Z");
}

TEST(BalpValues, Base64HasItsPadding) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("\xfb\xff"), "+/8=");
}

}  // namespace
}  // namespace wardend::balp
