#include "daemon/launch/admission.hpp"

#include <gtest/gtest.h>

#include "tests/support/errors.hpp"
#include "tests/support/fakes.hpp"

namespace wardend {
namespace {

using config::Identity;
using config::OnScopeShortfall;
using config::PatientContext;
using launch::Mode;

TEST(RequestedScopes, AddTheContextByMode) {
  config::App app = test::basic_config()->apps.front();
  EXPECT_EQ(launch::requested_scopes(app, Mode::ehr).text(), "patient/Observation.rs launch");
  EXPECT_EQ(launch::requested_scopes(app, Mode::standalone).text(), "patient/Observation.rs launch/patient");
  app.patient_context = PatientContext::optional;
  EXPECT_EQ(launch::requested_scopes(app, Mode::standalone).text(), "patient/Observation.rs launch/patient");
  app.patient_context = PatientContext::none;
  EXPECT_EQ(launch::requested_scopes(app, Mode::standalone).text(), "patient/Observation.rs");
}

// One token response against one app; the defaults are a launch that is admitted.
struct Case {
  const char* name;
  Identity identity = Identity::none;
  PatientContext patient_rule = PatientContext::required;
  OnScopeShortfall shortfall = OnScopeShortfall::warn;
  std::optional<std::string> patient = "p1";
  std::string granted = "patient/Observation.rs patient/Condition.r";
  std::string subject = {};
  std::optional<Errc> refused = {};
  std::string code = {};  // of LaunchFailed
};

class Admit : public ::testing::TestWithParam<Case> {};
TEST_P(Admit, ByTheTable) {
  const Case& row = GetParam();
  config::App app = test::basic_config()->apps.front();
  app.identity = row.identity;
  app.patient_context = row.patient_rule;
  app.on_scope_shortfall = row.shortfall;
  app.scopes.push_back({.scope = "patient/Condition.r", .action = "", .approved_by = "", .approved_on = ""});
  oauth::TokenResponse response;
  response.context.patient = row.patient;
  response.scope = smart::ScopeSet(row.granted);
  std::optional<oauth::IdTokenClaims> who;
  if (!row.subject.empty()) who.emplace().subject = row.subject;
  const auto admitted = launch::admit(app, response, who, launch::requested_scopes(app, launch::Mode::standalone));
  if (!row.refused) {
    ASSERT_TRUE(admitted) << admitted.error().detail();
    return;
  }
  ASSERT_FALSE(admitted);
  EXPECT_EQ(admitted.error().code(), *row.refused);
  if (!row.code.empty()) EXPECT_EQ(*test::told<errors::LaunchFailed>(admitted.error()).code, row.code);
  EXPECT_FALSE(admitted.error().detail().empty()) << "a person must be told what to do";
}
INSTANTIATE_TEST_SUITE_P(
    Launch, Admit,
    ::testing::Values(Case{.name = "Everything"},
                      Case{.name = "PatientMissingButRequired", .patient = {}, .refused = Errc::PatientContextMissing},
                      Case{
                          .name = "PatientMissingAndOptional", .patient_rule = PatientContext::optional, .patient = {}},
                      Case{.name = "PatientMissingAndNotWanted", .patient_rule = PatientContext::none, .patient = {}},
                      Case{.name = "IdentityMissingButRequired",
                           .identity = Identity::required,
                           .refused = Errc::LaunchFailed,
                           .code = "no_id_token"},
                      Case{.name = "IdentityThere", .identity = Identity::required, .subject = "u1"},
                      Case{.name = "ShortfallWarned", .granted = "patient/Observation.rs"},
                      Case{.name = "ShortfallRefused",
                           .shortfall = OnScopeShortfall::refuse,
                           .granted = "patient/Observation.rs",
                           .refused = Errc::ScopeNotGranted},
                      Case{.name = "NoShortfallWhereRefusalIsAskedFor", .shortfall = OnScopeShortfall::refuse}),
    [](const auto& info) { return info.param.name; });

TEST(AdmitScopes, ToldAreWhatIsMissingAndNeverWhatNobodyAskedFor) {
  config::App app = test::basic_config()->apps.front();
  app.scopes.push_back({.scope = "patient/Condition.r", .action = "", .approved_by = "", .approved_on = ""});
  oauth::TokenResponse response;
  response.context.patient = "p1";
  response.scope = smart::ScopeSet("patient/Observation.rs patient/MedicationRequest.cruds");
  const auto admitted = launch::admit(app, response, {}, launch::requested_scopes(app, launch::Mode::standalone));
  ASSERT_TRUE(admitted);
  EXPECT_EQ(admitted->granted.text(), "patient/Observation.rs");
  EXPECT_EQ(admitted->missing, std::vector<std::string>{"patient/Condition.r"});
}

// Spec: SMART 2.2, where `scope` is required. Whoever reads the cause can tell silence from a refusal.
TEST(AdmitScopes, AnAnswerWithoutScopesGrantsNothing) {
  config::App app = test::basic_config()->apps.front();
  oauth::TokenResponse response;
  response.context.patient = "p1";
  const auto admitted = launch::admit(app, response, {}, launch::requested_scopes(app, Mode::ehr));
  ASSERT_TRUE(admitted) << admitted.error().detail();
  EXPECT_TRUE(admitted->granted.empty());
  EXPECT_EQ(admitted->missing, std::vector<std::string>{"patient/Observation.rs"});
  EXPECT_TRUE(admitted->cause.contains("assume_requested_scope")) << admitted->cause;
  response.scope = smart::ScopeSet();
  const auto refused = launch::admit(app, response, {}, launch::requested_scopes(app, Mode::ehr));
  EXPECT_TRUE(refused->cause.contains("granted no scope at all")) << refused->cause;
}

// What wardend asks for by itself is no surplus.
TEST(AdmitScopes, CountTheLaunchsOwnScopesNotAsSurplus) {
  const config::App app = test::basic_config()->apps.front();
  const struct {
    Mode mode;
    const char* granted;
    std::size_t surplus;
  } table[] = {
      {Mode::ehr, "patient/Observation.rs launch", 0},
      {Mode::standalone, "patient/Observation.rs launch/patient", 0},
      {Mode::standalone, "launch/patient", 0},
      {Mode::ehr, "patient/Observation.rs launch patient/Condition.r", 1},
      {Mode::ehr, "patient/Observation.rs launch/patient", 1},
      {Mode::standalone, "patient/Observation.rs launch/patient openid profile", 2},
  };
  for (const auto& row : table) {
    oauth::TokenResponse response;
    response.context.patient = "p1";
    response.scope = smart::ScopeSet(std::string_view(row.granted));
    const auto admitted = launch::admit(app, response, {}, launch::requested_scopes(app, row.mode));
    ASSERT_TRUE(admitted) << row.granted;
    EXPECT_EQ(admitted->surplus.size(), row.surplus) << row.granted;
  }
}

// Where the app asks for all that it needs, the server has to mend it.
TEST(Admission, SaysWhoseMistakeItIsThatNobodyIsNamed) {
  struct Nobody {
    const char* requested;
    std::optional<std::string> granted;
    const char* step;
  };
  for (const Nobody& row : {
           Nobody{"patient/Observation.rs", "patient/Observation.rs", "list openid and fhirUser as scopes of the app"},
           Nobody{"openid patient/Observation.rs", "openid", "list openid and fhirUser as scopes of the app"},
           Nobody{"openid fhirUser", "openid fhirUser",
                  "it granted openid and fhirUser, but its answer has no id_token"},
           Nobody{"openid fhirUser", "openid", "it granted openid, but its answer has no id_token: ask its"},
           Nobody{"openid fhirUser", std::nullopt, "was asked for openid and fhirUser, but its answer has no id_token"},
           Nobody{"openid fhirUser", "fhirUser", "did not grant openid: have it added to the client's registration"},
       }) {
    config::App app = test::basic_config()->apps.front();
    app.identity = Identity::required;
    oauth::TokenResponse response;
    if (row.granted) response.scope = smart::ScopeSet(*row.granted);
    const auto admitted = launch::admit(app, response, std::nullopt, smart::ScopeSet(row.requested));
    ASSERT_FALSE(admitted);
    EXPECT_TRUE(admitted.error().detail().contains(row.step)) << admitted.error().detail();
  }
}

}  // namespace
}  // namespace wardend
