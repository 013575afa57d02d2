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

TEST(BaseUrl, KnowsWhatStandsBelowIt) {
  const auto below = [](const char* base, std::string_view url) {
    return std::string(BaseUrl::parse(base)->below(url).value_or("-"));
  };
  constexpr const char* base = "https://ehr.example.org/fhir";
  EXPECT_EQ(below(base, "https://ehr.example.org/fhir/Patient/1"), "/Patient/1");
  EXPECT_EQ(below(base, "HTTPS://EHR.example.org:0443/fhir?a=b"), "?a=b");
  EXPECT_EQ(below(base, "http://ehr.example.org/fhir/Patient/1"), "/Patient/1") << "as a server behind a proxy says";
  EXPECT_EQ(below(base, "http://ehr.example.org:443/fhir/Patient/1"), "/Patient/1");
  EXPECT_EQ(below("http://127.0.0.1:8080/fhir", "https://127.0.0.1:8080/fhir"), "");
  for (const char* other :
       {"https://ehr.example.org/fhirs", "https://ehr.example.org", "http://ehr.example.org:8080/fhir",
        "https://ehr.example.org.evil.example/fhir/1", "https://u@ehr.example.org/fhir/1",
        "ftp://ehr.example.org/fhir/1", "//ehr.example.org/fhir/1", "Patient/1", ""})
    EXPECT_EQ(below(base, other), "-") << other;
  EXPECT_EQ(*BaseUrl::parse(base)->behind_origin("http://ehr.example.org/paging?id=1"), "/paging?id=1");
}

TEST(BaseUrl, HasNoQuery) {
  EXPECT_FALSE(BaseUrl::parse("https://ehr.example.org/fhir?x=1"));
  EXPECT_FALSE(BaseUrl::parse("https://ehr.example.org/fhir?"));
}

}  // namespace
}  // namespace wardend::fhir
