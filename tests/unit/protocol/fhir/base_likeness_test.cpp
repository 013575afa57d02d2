#include "protocol/fhir/base_likeness.hpp"

#include <gtest/gtest.h>

namespace wardend::fhir {
namespace {

BaseUrl base(const std::string& text) {
  const auto parsed = BaseUrl::parse(text);
  EXPECT_TRUE(parsed) << text;
  return *parsed;
}

TEST(BaseLikeness, IsOneForAllSpellingsOfAnAddress) {
  const std::string usual = likeness(base("https://ehr.example.org/fhir"));
  for (const char* same :
       {"https://ehr.example.org/fhir/", "https://EHR.example.org:443/fhir", "https://ehr.example.org//fhir",
        "https://ehr.example.org/./fhir/.", "https://ehr.example.org/x/../fhir", "https://ehr.example.org/../fhir",
        "https://ehr.example.org/%66hir", "https://ehr.example.org/%2e/fhir", "https://ehr.example.org./fhir",
        "https://ehr.example.org/Fhir"})
    EXPECT_EQ(likeness(base(same)), usual) << same;
  for (const char* other :
       {"https://ehr.example.org", "https://ehr.example.org/fhir/r4", "https://ehr.example.org/fhir%2Fr4",
        "https://ehr.example.org:8443/fhir", "https://other.example.org/fhir", "https://ehr.example.org/fhi"})
    EXPECT_NE(likeness(base(other)), usual) << other;
}

TEST(BaseLikeness, FindsAResourceAtTheEnd) {
  EXPECT_EQ(resource_end(base("https://ehr.example.org/fhir/Patient")), "Patient");
  EXPECT_EQ(resource_end(base("https://ehr.example.org/fhir/Patient/")), "Patient");
  EXPECT_EQ(resource_end(base("https://ehr.example.org/fhir/Observation/7")), "Observation/7");
  EXPECT_EQ(resource_end(base("https://ehr.example.org/fhir/patient")), "");
  EXPECT_EQ(resource_end(base("https://ehr.example.org/fhir")), "");
  EXPECT_EQ(resource_end(base("https://ehr.example.org")), "");
}

}  // namespace
}  // namespace wardend::fhir
