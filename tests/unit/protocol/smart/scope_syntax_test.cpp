#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/smart/scope.hpp"

namespace wardend::smart {
namespace {

struct Choice {
  ScopeSyntax configured;
  std::vector<std::string> capabilities;
  ScopeSyntax chosen;
};

class SyntaxChoice : public testing::TestWithParam<Choice> {};

TEST_P(SyntaxChoice, FollowsTheConfigurationThenTheServer) {
  const auto& [configured, capabilities, chosen] = GetParam();
  EXPECT_EQ(choose_syntax(configured, capabilities), chosen) << testing::PrintToString(capabilities);
}

INSTANTIATE_TEST_SUITE_P(Table, SyntaxChoice,
                         testing::ValuesIn<Choice>({
                             {ScopeSyntax::automatic, {"permission-v2"}, ScopeSyntax::v2},
                             {ScopeSyntax::automatic, {"launch-ehr", "permission-v1"}, ScopeSyntax::v1},
                             {ScopeSyntax::automatic, {"permission-v1", "permission-v2"}, ScopeSyntax::v2},
                             {ScopeSyntax::automatic, {"permission-patient"}, ScopeSyntax::v2},
                             {ScopeSyntax::automatic, {}, ScopeSyntax::v2},
                             {ScopeSyntax::v1, {"permission-v2"}, ScopeSyntax::v1},
                             {ScopeSyntax::v2, {"permission-v1"}, ScopeSyntax::v2},
                         }));

struct Rewriting {
  const char* scopes;
  ScopeSyntax syntax;
  const char* written;
};

class InSyntax : public testing::TestWithParam<Rewriting> {};

TEST_P(InSyntax, WritesEveryFhirScopeInOneSyntax) {
  const auto& [scopes, syntax, written] = GetParam();
  EXPECT_EQ(in_syntax(ScopeSet(std::string_view(scopes)), syntax).text(), written) << scopes;
}

INSTANTIATE_TEST_SUITE_P(ToV2, InSyntax,
                         testing::ValuesIn<Rewriting>({
                             {"patient/Observation.read", ScopeSyntax::v2, "patient/Observation.rs"},
                             {"user/Observation.write", ScopeSyntax::v2, "user/Observation.cud"},
                             {"system/*.*", ScopeSyntax::v2, "system/*.cruds"},
                             {"patient/Observation.rs?a=b", ScopeSyntax::v2, "patient/Observation.rs?a=b"},
                             {"patient/Patient.read patient/Patient.rs", ScopeSyntax::v2, "patient/Patient.rs"},
                         }));

INSTANTIATE_TEST_SUITE_P(
    ToV1, InSyntax,
    testing::ValuesIn<Rewriting>({
        {"patient/Observation.rs", ScopeSyntax::v1, "patient/Observation.read"},
        {"patient/Observation.r", ScopeSyntax::v1, "patient/Observation.read"},
        {"patient/Observation.s", ScopeSyntax::v1, "patient/Observation.read"},
        {"patient/Observation.c", ScopeSyntax::v1, "patient/Observation.write"},
        {"patient/Observation.cud", ScopeSyntax::v1, "patient/Observation.write"},
        {"patient/Observation.cr", ScopeSyntax::v1, "patient/Observation.*"},
        {"user/*.cruds", ScopeSyntax::v1, "user/*.*"},
        {"patient/Observation.rs?category=a|x&status=final", ScopeSyntax::v1, "patient/Observation.read"},
        {"patient/Observation.rs?category=a|x patient/Observation.rs?category=a|y", ScopeSyntax::v1,
         "patient/Observation.read"},
        {"patient/Observation.r patient/Observation.s", ScopeSyntax::v1, "patient/Observation.read"},
        {"patient/Observation.read", ScopeSyntax::v1, "patient/Observation.read"},
    }));

INSTANTIATE_TEST_SUITE_P(
    Untouched, InSyntax,
    testing::ValuesIn<Rewriting>({
        {"patient/Patient.read patient/Patient.cud", ScopeSyntax::automatic,
         "patient/Patient.read patient/Patient.cud"},
        {"launch openid fhirUser offline_access __own", ScopeSyntax::v1, "launch openid fhirUser offline_access __own"},
        {"fhircast/Patient-open.read launch/patient", ScopeSyntax::v2, "fhircast/Patient-open.read launch/patient"},
        {"https://example.org/scope.rs", ScopeSyntax::v1, "https://example.org/scope.rs"},
        {"patient/Observation.sr Patient/Observation.rs", ScopeSyntax::v1,
         "patient/Observation.sr Patient/Observation.rs"},
        {"", ScopeSyntax::v1, ""},
    }));

TEST(InSyntax, AsksForNothingLessThanWasMeant) {
  const ScopeSet meant(
      std::string_view("patient/Observation.rs?status=final user/Patient.r patient/Task.cu user/*.write"));
  for (const auto syntax : {ScopeSyntax::v1, ScopeSyntax::v2})
    for (const std::string& scope : meant.list()) EXPECT_TRUE(in_syntax(meant, syntax).covers(scope)) << scope;
}

struct Grant {
  const char* requested;
  const char* granted;
  bool mismatch;
};

class SyntaxMismatch : public testing::TestWithParam<Grant> {};

TEST_P(SyntaxMismatch, IsSuspectedWhereEveryFhirScopeWasDropped) {
  const auto& [requested, granted, mismatch] = GetParam();
  EXPECT_EQ(syntax_mismatch(ScopeSet(std::string_view(requested)), ScopeSet(std::string_view(granted))), mismatch)
      << requested << " brought " << granted;
}

INSTANTIATE_TEST_SUITE_P(Table, SyntaxMismatch,
                         testing::ValuesIn<Grant>({
                             {"launch openid patient/Observation.rs", "launch openid", true},
                             {"openid patient/Observation.read user/*.read", "openid", true},
                             {"patient/Observation.rs", "patient/Observation.read", true},
                             {"patient/Observation.read", "openid patient/Condition.rs", true},
                             {"patient/Observation.rs", "patient/Observation.rs", false},
                             {"patient/Observation.rs patient/Condition.rs", "patient/Condition.r", false},
                             {"patient/Observation.rs", "patient/Condition.rs", false},
                             {"patient/Observation.rs", "patient/Condition.read patient/Task.rs", false},
                             {"patient/Observation.rs", "", false},
                             {"launch openid", "openid", false},
                         }));

}  // namespace
}  // namespace wardend::smart
