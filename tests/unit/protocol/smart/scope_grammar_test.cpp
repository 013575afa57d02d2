#include "protocol/smart/scope_grammar.hpp"

#include <gtest/gtest.h>

namespace wardend::smart {
namespace {

TEST(FhirScope, IsReadIntoItsAtoms) {
  const std::string text = "patient/Observation.rs?category=a%7Cx&code:in=http://example.org/vs";
  const auto scope = parse_fhir_scope(text);
  ASSERT_TRUE(scope);
  EXPECT_EQ(scope->context, "patient");
  EXPECT_EQ(scope->resource, "Observation");
  EXPECT_EQ(scope->letters, "rs");
  EXPECT_FALSE(scope->v1);
  ASSERT_EQ(scope->filters.size(), 2U);
  EXPECT_EQ(scope->filters[0].name, "category");
  EXPECT_EQ(scope->filters[0].value, "a|x");
  EXPECT_EQ(scope->filters[0].text, "category=a%7Cx");
  EXPECT_EQ(scope->filters[1].name, "code:in");
  EXPECT_EQ(scope->filters[1].value, "http://example.org/vs");
}

struct Permission {
  const char* scope;
  const char* letters;
  bool v1;
};

TEST(FhirScope, OfVersionOneHasLettersToo) {
  for (const Permission& row : {Permission{"user/*.read", "rs", true}, Permission{"user/*.write", "cud", true},
                                Permission{"system/*.*", "cruds", true}, Permission{"user/*.cruds", "cruds", false},
                                Permission{"user/*.d", "d", false}}) {
    const auto scope = parse_fhir_scope(row.scope);
    ASSERT_TRUE(scope) << row.scope;
    EXPECT_EQ(scope->letters, row.letters) << row.scope;
    EXPECT_EQ(scope->v1, row.v1) << row.scope;
  }
}

TEST(FhirScope, KeepsAPlusAndABrokenEscapeAsWritten) {
  EXPECT_EQ(parse_fhir_scope("user/Task.r?code=a+b")->filters[0].value, "a+b");
  EXPECT_EQ(parse_fhir_scope("user/Task.r?code=a%zz")->filters[0].value, "a%zz");
  EXPECT_EQ(parse_fhir_scope("user/Task.r?code=a=b")->filters[0].value, "a=b");
}

TEST(FhirScope, IsNoneWhereTheGrammarHasNone) {
  for (const char* text : {"",
                           "openid",
                           "launch/patient",
                           "patient",
                           "patient/",
                           "patient/.r",
                           "patient/Observation",
                           "patient/Observation.",
                           "patient/Observation.sr",
                           "patient/Observation.rr",
                           "patient/Observation.x",
                           "patient/Observation.Read",
                           "patient/observation.r",
                           "patient/Obs-ervation.r",
                           "patient/**.r",
                           "Patient/Observation.r",
                           "/Observation.r",
                           "patient/Observation.r?",
                           "patient/Observation.r?category",
                           "patient/Observation.r?category=",
                           "patient/Observation.r?=x",
                           "patient/Observation.r?a b=x",
                           "patient/Observation.r?a=x&",
                           "patient/Observation.r?&a=x",
                           "patient/Observation.read?category=x",
                           "patient/Observation.*?category=x"})
    EXPECT_FALSE(parse_fhir_scope(text)) << text;
}

}  // namespace
}  // namespace wardend::smart
