#include "protocol/fhir/base_url.hpp"

#include <gtest/gtest.h>

namespace wardend::fhir {
namespace {

struct Pair {
  const char* a;
  const char* b;
  bool same;
};

class BaseUrlComparison : public testing::TestWithParam<Pair> {};

TEST_P(BaseUrlComparison, ForgivesCaseOfTheHostDefaultPortAndTrailingSlashesOnly) {
  const auto a = BaseUrl::parse(GetParam().a);
  const auto b = BaseUrl::parse(GetParam().b);
  ASSERT_TRUE(a && b);
  EXPECT_EQ(*a == *b, GetParam().same) << a->canonical() << " and " << b->canonical();
}

INSTANTIATE_TEST_SUITE_P(Table, BaseUrlComparison,
                         testing::ValuesIn<Pair>({
                             {"https://ehr.example.org/fhir", "https://ehr.example.org/fhir/", true},
                             {"https://ehr.example.org/fhir", "https://ehr.example.org/fhir///", true},
                             {"https://ehr.example.org", "https://ehr.example.org/", true},
                             {"https://EHR.example.ORG/fhir", "https://ehr.example.org/fhir", true},
                             {"HTTPS://ehr.example.org/fhir", "https://ehr.example.org/fhir", true},
                             {"https://ehr.example.org:443/fhir", "https://ehr.example.org/fhir", true},
                             {"https://ehr.example.org:/fhir", "https://ehr.example.org/fhir", true},
                             {"http://127.0.0.1:80/fhir", "http://127.0.0.1/fhir", true},
                             {"https://ehr.example.org:80/fhir", "https://ehr.example.org/fhir", false},
                             {"https://ehr.example.org:8443/fhir", "https://ehr.example.org/fhir", false},
                             {"https://ehr.example.org/FHIR", "https://ehr.example.org/fhir", false},
                             {"https://ehr.example.org/fhir/r4", "https://ehr.example.org/fhir", false},
                             {"https://ehr.example.org/%66hir", "https://ehr.example.org/fhir", false},
                             {"https://ehr.example.org//fhir", "https://ehr.example.org/fhir", false},
                             {"https://10.1.2.3.example.org/fhir", "https://10.1.2.3/.example.org/fhir", false},
                             {"https://ehr.example.org.evil.net/fhir", "https://ehr.example.org/fhir", false},
                             {"http://localhost/fhir", "https://localhost/fhir", false},
                             {"http://localhost/fhir", "http://127.0.0.1/fhir", false},
                         }));

TEST(BaseUrl, KeepsWhatWasWrittenForTheWire) {
  const auto base = BaseUrl::parse("https://EHR.example.org:443/fhir/");
  ASSERT_TRUE(base);
  EXPECT_EQ(base->text(), "https://EHR.example.org:443/fhir/");
  EXPECT_EQ(base->canonical(), "https://ehr.example.org/fhir");
}

TEST(BaseUrl, PutsTheWellKnownPartBehindItsPathWithOneSlash) {
  for (const char* text :
       {"https://ehr.example.org/fhir", "https://ehr.example.org/fhir/", "https://ehr.example.org/fhir//"})
    EXPECT_EQ(BaseUrl::parse(text)->child(".well-known/smart-configuration"),
              "https://ehr.example.org/fhir/.well-known/smart-configuration");
  EXPECT_EQ(BaseUrl::parse("https://ehr.example.org")->child("metadata"), "https://ehr.example.org/metadata");
}

TEST(BaseUrl, HasNoQuery) {
  EXPECT_FALSE(BaseUrl::parse("https://ehr.example.org/fhir?x=1"));
  EXPECT_FALSE(BaseUrl::parse("https://ehr.example.org/fhir?"));
}

}  // namespace
}  // namespace wardend::fhir
