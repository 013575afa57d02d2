// What a token endpoint's answer may hold, and what becomes of it.
#include <algorithm>

#include <gmock/gmock.h>

#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

class TokenResponse : public Scenario {
 protected:
  // Lays these members over every token response from now on.
  void say(const json& members) const { ehr.set("config", {{"token_members", members}}); }
  json context_of(const std::string& id) {
    EXPECT_EQ(answer({{"session", id}}), "token") << reply;
    return reply.value("context", json::object());
  }
};

TEST_F(TokenResponse, IsReadWholeAndUnknownMembersDoNotMatter) {
  say({{"need_patient_banner", false},
       {"intent", "reconcile-medications"},
       {"smart_style_url", "https://ehr.example.org/styles/v3.json"},
       {"tenant", "t-77"},
       {"encounter", "e-9"},
       {"fhirContext", {{{"reference", "ImagingStudy/789"}}}},
       {"unknown", {{"nested", {1, 2, 3}}}},
       {"https://ehr.example.org/member", "x"}});
  start();
  const std::string id = site.launched_session();
  const json context = context_of(id);
  EXPECT_EQ(context.value("intent", ""), "reconcile-medications");
  EXPECT_EQ(context.value("smart_style_url", ""), "https://ehr.example.org/styles/v3.json");
  EXPECT_EQ(context.value("tenant", ""), "t-77");
  EXPECT_EQ(context.value("encounter", ""), "e-9");
  EXPECT_EQ(context.value("need_patient_banner", true), false);
  EXPECT_EQ(context.at("fhir_context"), json::parse(R"([{"reference":"ImagingStudy/789"}])"));
  EXPECT_EQ(reply.value("token_type", ""), "Bearer");
}

TEST_F(TokenResponse, WithoutNoStoreIsTakenWithAWarning) {
  ehr.fault({{"at", "token"}, {"kind", "set_headers"}, {"members", {{"Cache-Control", nullptr}}}});
  start();
  EXPECT_FALSE(site.launched_session().empty());
  EXPECT_TRUE(logged({"warn", "token response is not conformant", "no-store"})) << site.wardend().output();
}

TEST_F(TokenResponse, BearerIsTakenInAnySpellingAndNothingElse) {
  start();
  say({{"token_type", "bEaReR"}});
  EXPECT_FALSE(site.launched_session().empty());
  say({{"token_type", "mac"}});
  EXPECT_TRUE(launch_error().contains("token_type"));
}

TEST_F(TokenResponse, ALifeThatMakesNoSenseIsFiveMinutes) {
  start();
  const std::pair<json, int> lives[] = {{nullptr, 300}, {"90", 90}, {"soon", 300}, {90.9, 90}};
  for (const auto& [said, life] : lives) {
    say({{"expires_in", said}});
    const std::string id = site.launched_session();
    EXPECT_EQ(answer({{"session", id}, {"min_validity", 1}}), "token") << said;
    EXPECT_LE(reply.value("expires_in", 0), life) << said;
    EXPECT_GT(reply.value("expires_in", 0), life - 15) << said;
  }
}

TEST_F(TokenResponse, ScopesCountByWhatTheyAllowHoweverTheyAreWritten) {
  start();
  const std::vector<std::string> all = {"patient/Observation.rs"};
  const std::vector<std::string> none;
  const std::pair<json, std::vector<std::string>> answers[] = {
      {"openid fhirUser launch/patient", all},                                // narrower
      {"openid fhirUser patient/Observation.r", all},                         // a letter is missing
      {"openid fhirUser offline_access patient/*.cruds user/*.cruds", none},  // wider
      {"openid fhirUser patient/Observation.s patient/Observation.r", none},  // split
      {"patient/Observation.rs fhirUser openid", none},                       // another order
      {"patient/Observation.read openid", none},                              // the other syntax
      {"", all},
      {nullptr, all}};
  for (const auto& [said, missing] : answers) {
    say({{"scope", said}});
    const json got = session(site.launched_session());
    EXPECT_EQ(got.at("missing_scopes"), missing) << said;
    EXPECT_FALSE(got.at("granted_scopes").dump().contains("cruds")) << got;
  }
}

// Spec: RFC 6749 §5.1: a server may leave out what is as it was asked for.
TEST_F(TokenResponse, ThatNamesNoScopeGrantsWhatWasAskedForWhereTheServerIsSetSo) {
  start({.oauth = "assume_requested_scope = true"});
  say({{"scope", nullptr}});
  const json got = session(site.launched_session());
  EXPECT_EQ(got.at("missing_scopes"), json::array());
  EXPECT_THAT(got.at("granted_scopes"), ::testing::Contains("patient/Observation.rs"));
  EXPECT_TRUE(site.audited({"what was asked for counts as granted"}));
  say({{"scope", ""}});
  EXPECT_EQ(session(site.launched_session()).at("granted_scopes"), json::array()) << "none is not silence";
}

TEST_F(TokenResponse, WithoutThePatientThatItsScopesNeedEndsTheLaunchAndIsRevoked) {
  start();
  say({{"patient", nullptr}});
  EXPECT_TRUE(launch_error().contains("PatientContextMissing"));
  EXPECT_TRUE(eventually([&] { return ehr.stats().value("revocations", 0) == 1; }));
}

TEST_F(TokenResponse, APatientMayCarryItsTypeAndMustBeAnId) {
  start();
  say({{"patient", "Patient/123"}});
  EXPECT_EQ(context_of(site.launched_session()).value("patient", ""), "123");
  EXPECT_TRUE(logged({"warn", "patient carries a resource type"})) << site.wardend().output();
  for (const char* patient : {"../x", "1/2", "a b"}) {
    say({{"patient", patient}});
    EXPECT_TRUE(launch_error().contains("bad_context_id")) << patient;
  }
  say({{"patient", ""}});
  EXPECT_TRUE(launch_error().contains("PatientContextMissing")) << "an empty text is no word";
}

TEST_F(TokenResponse, NothingInFhirContextIsThePatient) {
  start();
  say({{"patient", "patient-1"},
       {"fhirContext",
        {"ImagingStudy/1",
         {{"reference", "Patient/patient-2"}, {"role", "https://example.org/role/mother"}},
         {{"reference", "Patient/patient-3"}},
         {{"canonical", "https://example.org/Questionnaire/q1"}, {"type", "Questionnaire"}}}}});
  const json context = context_of(site.launched_session());
  EXPECT_EQ(context.value("patient", ""), "patient-1");
  const std::string entries = context.at("fhir_context").dump();
  EXPECT_TRUE(entries.contains("ImagingStudy/1") && entries.contains("Patient/patient-2") && entries.contains("q1"));
  EXPECT_FALSE(entries.contains("patient-3"));
  EXPECT_TRUE(logged({"warn", "fhirContext names another patient than the launch"})) << site.wardend().output();
}

TEST_F(TokenResponse, NoTextOfTheContextReachesTheAppChanged) {
  start();
  for (const json& odd : {json("a\nb"), json(std::string(3'000, 'x')), json(7)}) {
    say({{"intent", odd}});
    EXPECT_FALSE(context_of(site.launched_session()).contains("intent")) << odd;
  }
  EXPECT_TRUE(logged({"warn", "intent has characters that no screen shows"})) << site.wardend().output();
  EXPECT_TRUE(logged({"warn", "intent is longer than 2 KiB"})) << site.wardend().output();
  say({{"intent", "order-review"}});
  EXPECT_EQ(context_of(site.launched_session()).value("intent", ""), "order-review");
}

TEST_F(TokenResponse, WithoutAWordAboutThePatientsBannerAppsShowIt) {
  start();
  for (const json& said : {json(nullptr), json("no")}) {
    say({{"need_patient_banner", said}});
    EXPECT_EQ(context_of(site.launched_session()).value("need_patient_banner", false), true) << said;
  }
}

TEST_F(TokenResponse, AnErrorInAnyDressIsToldByItsMeaning) {
  start();
  const std::pair<json, const char*> errors[] = {
      {{{"kind", "status"}, {"status", 500}, {"body", "<h1>oops</h1>"}, {"content_type", "text/html"}}, "http_500"},
      {{{"kind", "status"}, {"status", 400}, {"outcome", "login"}}, "http_400"},
      {{{"kind", "status"}, {"status", 401}, {"oauth_error", "invalid_grant"}}, "invalid_grant"},
      {{{"kind", "status"}, {"status", 403}, {"oauth_error", "invalid_grant"}}, "invalid_grant"},
      {{{"kind", "html"}}, "not_json"},
      {{{"kind", "bad_json"}}, "not_json"}};
  for (auto [fault, code] : errors) {
    ehr.no_faults();
    fault["at"] = "token";
    ehr.fault(fault);
    EXPECT_TRUE(launch_error().contains(code)) << fault;
  }
}

TEST_F(TokenResponse, ARefreshTokenIsOneWhateverTheScopesSayAndNoneIsTold) {
  ehr.set("config", {{"token_life", 5}, {"echo_refresh_scope", false}});
  start();
  const std::string refreshable = site.launched_session();
  EXPECT_TRUE(session(refreshable).value("refreshable", false));
  EXPECT_TRUE(refreshed());
  ehr.set("config", {{"public_refresh", false}});
  const std::string without = site.launched_session();
  EXPECT_FALSE(session(without).value("refreshable", true));
  EXPECT_TRUE(eventually([&] { return answer({{"session", without}}) == "ReauthenticationRequired"; }));
  EXPECT_TRUE(reply.value("reason", "").contains("no refresh token") || reply.value("reason", "") == "no_refresh_token")
      << reply;
}

}  // namespace
}  // namespace wardend::test
