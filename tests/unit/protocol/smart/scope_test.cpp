#include "protocol/smart/scope.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wardend::smart {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* laboratory =
    "patient/Observation.rs?category=http://terminology.hl7.org/CodeSystem/observation-category|laboratory";

struct Covering {
  const char* granted;
  const char* wanted;
  bool covered;
};

class ScopeCovering : public testing::TestWithParam<Covering> {};

TEST_P(ScopeCovering, IsDecidedAtomByAtom) {
  const auto& [granted, wanted, covered] = GetParam();
  EXPECT_EQ(ScopeSet(std::string_view(granted)).covers(wanted), covered) << granted << " for " << wanted;
}

INSTANTIATE_TEST_SUITE_P(Letters, ScopeCovering,
                         testing::ValuesIn<Covering>({
                             {"patient/Observation.rs", "patient/Observation.rs", true},
                             {"patient/Observation.r patient/Observation.s", "patient/Observation.rs", true},
                             {"patient/Observation.read", "patient/Observation.rs", true},
                             {"patient/Observation.rs", "patient/Observation.read", true},
                             {"patient/Observation.r", "patient/Observation.read", false},
                             {"patient/*.read", "patient/Observation.rs", true},
                             {"patient/*.*", "patient/Observation.cud", true},
                             {"patient/*.cruds", "patient/*.write", true},
                             {"patient/Observation.cud", "patient/Observation.write", true},
                             {"patient/Observation.cu", "patient/Observation.write", false},
                             {"patient/Observation.write", "patient/Observation.r", false},
                             {"patient/Observation.read patient/*.write", "patient/Observation.*", true},
                         }));

INSTANTIATE_TEST_SUITE_P(ResourcesAndContexts, ScopeCovering,
                         testing::ValuesIn<Covering>({
                             {"patient/Observation.cruds patient/Condition.cruds", "patient/*.rs", false},
                             {"user/Observation.rs", "patient/Observation.rs", false},
                             {"patient/Observation.rs", "user/Observation.rs", false},
                             {"system/*.rs", "user/Observation.rs", false},
                             {"patient/observation.rs", "patient/Observation.rs", false},
                             {"Patient/Observation.rs", "patient/Observation.rs", false},
                             {"patient/ObservationDefinition.rs", "patient/Observation.rs", false},
                         }));

INSTANTIATE_TEST_SUITE_P(
    SearchParameters, ScopeCovering,
    testing::ValuesIn<Covering>({
        {laboratory, "patient/Observation.rs", false},
        {"patient/Observation.rs", laboratory, true},
        {laboratory, laboratory, true},
        {"patient/Observation.rs?category=a|x", "patient/Observation.rs?category=a|x&status=final", true},
        {"patient/Observation.rs?category=a|x&status=final", "patient/Observation.rs?category=a|x", false},
        {"patient/Observation.rs?category=a|x patient/Observation.rs?category=a|y", "patient/Observation.rs", false},
        {"patient/Observation.rs?status=final&category=a|x", "patient/Observation.rs?category=a|x&status=final", true},
        {"patient/Observation.rs?category=a%7Cx", "patient/Observation.rs?category=a|x", true},
        {"patient/Observation.rs?category=a|x", "patient/Observation.rs?category=a|y", false},
        {"patient/Observation.rs?category=a|x", "patient/Observation.rs?status=a|x", false},
        {"patient/*.rs?category=a|x", "patient/Observation.rs?category=a|x", true},
        {"patient/Observation.r patient/Observation.s?status=final", "patient/Observation.rs?status=final", true},
    }));

INSTANTIATE_TEST_SUITE_P(WhatIsNoFhirScope, ScopeCovering,
                         testing::ValuesIn<Covering>({
                             {"patient/Observation.sr", "patient/Observation.rs", false},
                             {"", "patient/Observation.r", false},
                             {"patient/Observation.", "patient/Observation.r", false},
                             {"patient/Observation.rs?", "patient/Observation.rs", false},
                             {"patient/Observation.read?category=a|x", "patient/Observation.read", false},
                             {"patient/Observation.read?category=a|x", "patient/Observation.rs?category=a|x", false},
                             {"launch/patient openid", "launch/patient", true},
                             {"openid", "fhirUser", false},
                             {"__site-own", "__site-own", true},
                             {"patient/*.cruds", "__site-own", false},
                         }));

struct Wording {
  const char* scope;
  bool valid;
};

class ScopeGrammar : public testing::TestWithParam<Wording> {};

TEST_P(ScopeGrammar, IsSmartsOwn) { EXPECT_EQ(valid_scope(GetParam().scope), GetParam().valid) << GetParam().scope; }

INSTANTIATE_TEST_SUITE_P(Accepted, ScopeGrammar,
                         testing::ValuesIn<Wording>({
                             {"patient/Observation.rs", true},
                             {"patient/Observation.cruds", true},
                             {"user/*.read", true},
                             {"system/*.*", true},
                             {laboratory, true},
                             {"patient/Observation.rs?code:in=http://example.org/vs&status=final", true},
                             {"patient/Observation.rs?_filter=x%20y", true},
                             {"openid", true},
                             {"launch/patient", true},
                             {"launch/diagnosticreport?role=https://example.org/role/order", true},
                             {"fhircast/Patient-open.read", true},
                             {"https://example.org/scope/queue", true},
                             {"__private", true},
                         }));

INSTANTIATE_TEST_SUITE_P(Refused, ScopeGrammar,
                         testing::ValuesIn<Wording>({
                             {"", false},
                             {"two words", false},
                             {"quo\"te", false},
                             {"back\\slash", false},
                             {"patient/Observation", false},
                             {"patient/Observation.", false},
                             {"patient/Observation.sr", false},
                             {"patient/Observation.rr", false},
                             {"patient/Observation.reads", false},
                             {"patient/observation.rs", false},
                             {"patient/.rs", false},
                             {"patient/Obs*.rs", false},
                             {"Patient/Observation.rs", false},
                             {"USER/Observation.rs", false},
                             {"patient/Observation.rs?", false},
                             {"patient/Observation.rs?category", false},
                             {"patient/Observation.rs?category=", false},
                             {"patient/Observation.rs?=final", false},
                             {"patient/Observation.rs?status=final&", false},
                             {"patient/Observation.read?category=a|x", false},
                         }));

TEST(ScopeGrammar, RefusesAScopeOfMoreThanAKibibyte) {
  EXPECT_TRUE(valid_scope("__" + std::string(1022, 'x')));
  EXPECT_FALSE(valid_scope("__" + std::string(1023, 'x')));
}

TEST(ScopeSet, SplitsAtSpacesKeepsOrderAndDropsRepeats) {
  const ScopeSet scopes(std::string_view("  openid  patient/Patient.r openid launch "));
  EXPECT_THAT(scopes.list(), ElementsAre("openid", "patient/Patient.r", "launch"));
  EXPECT_EQ(scopes.text(), "openid patient/Patient.r launch");
  EXPECT_TRUE(ScopeSet(std::string_view("")).empty());
  EXPECT_TRUE(ScopeSet(std::string_view("   ")).empty());
}

TEST(ScopeSet, KnowsWhetherAnyScopeNeedsAPatient) {
  EXPECT_TRUE(ScopeSet(std::string_view("openid patient/Patient.r")).has_patient_scope());
  EXPECT_FALSE(ScopeSet(std::string_view("openid launch/patient user/Patient.r")).has_patient_scope());
}

TEST(MissingScopes, NamesWhatTheGrantDoesNotCover) {
  const ScopeSet wanted(std::string_view("patient/Observation.rs patient/Condition.rs user/Patient.r"));
  EXPECT_THAT(missing_scopes(wanted, ScopeSet(std::string_view("patient/*.read"))), ElementsAre("user/Patient.r"));
  EXPECT_THAT(missing_scopes(wanted, ScopeSet(std::string_view("patient/Observation.r user/*.read"))),
              ElementsAre("patient/Observation.rs", "patient/Condition.rs"));
  EXPECT_THAT(missing_scopes(wanted, wanted), IsEmpty());
}

TEST(MissingScopes, LeavesLaunchIdentityAndRefreshToWhatTheResponseBrought) {
  const ScopeSet wanted(std::string_view(
      "launch launch/patient launch/encounter openid fhirUser profile online_access offline_access __own"));
  EXPECT_THAT(missing_scopes(wanted, ScopeSet()), ElementsAre("__own"));
}

struct Surplus {
  const char* granted;
  const char* wanted;
  const char* kept;
};

class WithoutSurplus : public testing::TestWithParam<Surplus> {};

TEST_P(WithoutSurplus, KeepsWhatWasBothAskedForAndGranted) {
  const auto& [granted, wanted, kept] = GetParam();
  EXPECT_EQ(without_surplus(ScopeSet(std::string_view(granted)), ScopeSet(std::string_view(wanted))).text(), kept)
      << granted << " for " << wanted;
}

INSTANTIATE_TEST_SUITE_P(
    Table, WithoutSurplus,
    testing::ValuesIn<Surplus>({
        {"patient/Observation.rs", "patient/Observation.rs", "patient/Observation.rs"},
        {"patient/*.cruds", "patient/Observation.rs", "patient/Observation.rs"},
        {"patient/Observation.rs patient/Condition.rs", "patient/Observation.rs", "patient/Observation.rs"},
        {"patient/Observation.r", "patient/Observation.rs", "patient/Observation.r"},
        {"patient/Observation.cr", "patient/Observation.rs", "patient/Observation.r"},
        {"patient/*.r", "patient/Observation.rs", "patient/Observation.r"},
        {"patient/Observation.cruds", "patient/*.read", "patient/Observation.rs"},
        {"patient/Observation.r?status=final", "patient/Observation.rs", "patient/Observation.r?status=final"},
        {"patient/Observation.cr?status=final", "patient/Observation.rs?category=a|x",
         "patient/Observation.r?status=final&category=a|x"},
        {"patient/Observation.read", "patient/Observation.rs", "patient/Observation.rs"},
        {"user/Observation.rs", "patient/Observation.rs", ""},
        {"openid fhirUser offline_access __own", "openid fhirUser", "openid fhirUser"},
        {"", "patient/Observation.rs", ""},
    }));

TEST(WithoutSurplus, NeverKeepsMoreThanWasAskedFor) {
  const ScopeSet wanted(std::string_view("patient/Observation.rs?category=a|x user/Patient.r openid"));
  const ScopeSet granted(std::string_view("patient/*.* user/*.cruds openid launch patient/Observation.crs?status=z"));
  for (const std::string& scope : without_surplus(granted, wanted).list())
    EXPECT_TRUE(wanted.covers(scope) && granted.covers(scope)) << scope;
}

TEST(ScopeSet, KeepsTheFirstOfManyAndNoneTwice) {
  EXPECT_EQ(ScopeSet("a b a c", 2).text(), "a b");
  EXPECT_EQ(ScopeSet("a a a b", 2).text(), "a b");
  EXPECT_EQ(ScopeSet(std::vector<std::string>{"a", "", "b", "a"}).text(), "a b");
}

// Every pair has something in common, and every common part is another one.
TEST(WithoutSurplus, KeepsNoMoreThanItsLimit) {
  std::string granted, wanted;
  for (int i = 0; i < 60; ++i) {
    granted += "patient/*.rs?a=" + std::to_string(i) + " ";
    wanted += "patient/Observation.r?b=" + std::to_string(i) + " ";
  }
  const ScopeSet kept = without_surplus(ScopeSet(granted), ScopeSet(wanted));
  EXPECT_EQ(kept.list().size(), 512U);
  for (const std::string& scope : kept.list())
    EXPECT_TRUE(ScopeSet(granted).covers(scope) && ScopeSet(wanted).covers(scope)) << scope;
}

}  // namespace
}  // namespace wardend::smart
