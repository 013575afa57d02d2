#include "daemon/launch/launch_matrix.hpp"

#include <gtest/gtest.h>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend::launch {
namespace {

using test::LaunchWorld;
using Words = std::vector<std::string>;

TEST(LaunchMatrix, NamesWhatATokenResponseSaid) {
  oauth::TokenResponse response;
  EXPECT_EQ(members_of(response), Words());
  response.said_need_patient_banner = true;
  EXPECT_EQ(members_of(response), Words{"banner_wanted"});
  response.context = {.patient = "p1",
                      .encounter = "e1",
                      .fhir_context = {"{}"},
                      .intent = "reconcile",
                      .need_patient_banner = false,
                      .smart_style_url = "https://x",
                      .tenant = "t"};
  response.id_token_claims = oauth::IdTokenClaims{.fhir_user = "Practitioner/1"};
  EXPECT_EQ(members_of(response), (Words{"patient", "encounter", "fhirContext", "intent", "tenant", "smart_style_url",
                                         "banner_shown", "user", "fhirUser"}));
  response.unusable_id = true;
  response.left_out = {"fhirContext is not a list, and was left out"};
  EXPECT_EQ(members_of(response).size(), 11U);
  EXPECT_EQ(members_of(response).back(), "left_out");
  for (const std::string& word : members_of(response)) EXPECT_TRUE(is_member_word(word));
  EXPECT_FALSE(is_member_word("p1"));
}

TEST(LaunchMatrix, AnOutcomeHoldsNoCodeThatAServerMadeUp) {
  const auto failed = [](LaunchStage stage, const char* code) {
    return outcome_of(errors::LaunchFailed{.stage = stage, .code = code, .description = ""});
  };
  EXPECT_EQ(failed(LaunchStage::identity, "no_id_token"), "LaunchFailed/identity/no_id_token");
  EXPECT_EQ(failed(LaunchStage::authorization, "access_denied"), "LaunchFailed/authorization/access_denied");
  EXPECT_EQ(failed(LaunchStage::authorization, "jane-doe"), "LaunchFailed/authorization");
  EXPECT_EQ(failed(LaunchStage::token, "http_502"), "LaunchFailed/token");
  EXPECT_EQ(failed(LaunchStage::token, "bad_context_id"), "LaunchFailed/token/bad_context_id");
  EXPECT_EQ(outcome_of(errors::PatientContextMissing{"why"}), "PatientContextMissing");
}

TEST(LaunchMatrix, CountsAlikeAndKeepsTheFirstAndTheLastTime) {
  LaunchWorld world;
  LaunchMatrix matrix(world.clock);
  EXPECT_EQ(matrix.counts().since, 0);
  const LaunchKind kind{.app = "vitals", .server = "ehr", .tokens = true, .came = {"patient"}, .outcome = "ok"};
  const auto first = unix_seconds(world.clock.wall_now());
  matrix.note(kind, "meaning");
  world.clock.advance(60s);
  matrix.note(kind, "meaning");
  EXPECT_EQ(matrix.counts().kinds.at(kind),
            (LaunchSeen{.count = 2, .first_at = first, .last_at = first + 60, .meaning = "meaning"}));
  EXPECT_EQ(matrix.counts().since, first);
}

TEST(LaunchMatrix, IsBoundedAndCountsTheRest) {
  LaunchWorld world;
  LaunchMatrix matrix(world.clock);
  for (int app = 0; app < 20; ++app)
    for (int outcome = 0; outcome < 200; ++outcome)
      matrix.note({.app = std::to_string(app), .server = "ehr", .outcome = std::to_string(outcome)}, "");
  EXPECT_EQ(matrix.counts().kinds.size(), LaunchMatrix::most_kinds);
  EXPECT_EQ(matrix.counts().unlisted, 4000U - LaunchMatrix::most_kinds);
  matrix.note({.app = "0", .server = "ehr", .outcome = "0"}, "");
  EXPECT_EQ(matrix.counts().unlisted, 4000U - LaunchMatrix::most_kinds) << "a kind that is listed goes on";
}

TEST(LaunchMatrix, AddsWhatWasCountedBefore) {
  LaunchWorld world;
  LaunchMatrix matrix(world.clock);
  const LaunchKind kind{.app = "vitals", .server = "ehr", .outcome = "ok"};
  matrix.note(kind, "new words");
  const auto now = matrix.counts().since;
  matrix.add({.kinds = {{kind, {.count = 3, .first_at = 5, .last_at = 9, .meaning = "old words"}}},
              .since = 4,
              .unlisted = 2});
  EXPECT_EQ(matrix.counts().kinds.at(kind),
            (LaunchSeen{.count = 4, .first_at = 5, .last_at = now, .meaning = "new words"}));
  EXPECT_EQ(matrix.counts().since, 4);
  EXPECT_EQ(matrix.counts().unlisted, 2U);
}

// What the EHR's answer says, beside its tokens, and how the launch ends.
struct Row {
  const char* name;
  const char* patient;
  const char* members;
  void (*shape)(LaunchWorld&);
  const char* outcome;
  Words came;
  const char* meaning;
};

TEST(LaunchMatrix, EachCombinationHasAnOutcomeAndASentence) {
  const auto any_patient = [](LaunchWorld& world) { world.app().patient_context = config::PatientContext::optional; };
  const auto as_it_is = [](LaunchWorld&) {};
  const Row rows[] = {
      {"patient alone", "p1", "", as_it_is, "ok", {"patient"}, "The app opened for the patient that the EHR named."},
      {"all members",
       "p1",
       R"(,"encounter":"e1","fhirContext":[{"reference":"ImagingStudy/1"}],"intent":"view","tenant":"t1",
          "smart_style_url":"https://ehr.example.org/style.json","need_patient_banner":false)",
       as_it_is,
       "ok",
       {"patient", "encounter", "fhirContext", "intent", "tenant", "smart_style_url", "banner_shown"},
       "The app opened for the patient that the EHR named."},
      {"no patient, and one is needed", "", "", as_it_is, "PatientContextMissing", {}, "The EHR named no patient."},
      {"an encounter without a patient",
       "",
       R"(,"encounter":"e1")",
       as_it_is,
       "PatientContextMissing",
       {"encounter"},
       "The EHR named no patient."},
      {"no patient, and none is needed",
       "",
       R"(,"need_patient_banner":true)",
       any_patient,
       "ok",
       {"banner_wanted"},
       "The app opened without a patient: the EHR named none."},
      {"another patient beside the launch's",
       "p1",
       R"(,"fhirContext":[{"reference":"Patient/p2"}])",
       as_it_is,
       "ok",
       {"patient", "left_out"},
       "The app opened for the patient that the EHR named."},
      {"an id that is none",
       "a/b",
       R"(,"encounter":"e1","need_patient_banner":true)",
       as_it_is,
       "LaunchFailed/token/bad_context_id",
       {"encounter", "banner_wanted", "unusable_id"},
       "The EHR's answer does not say clearly which patient is meant."},
      {"nobody named, and somebody is needed",
       "p1",
       "",
       [](LaunchWorld& world) {
         world.ask_who_signs_in();
         world.app().identity = config::Identity::required;
       },
       "LaunchFailed/identity/no_id_token",
       {"patient"},
       "The EHR did not say who signed in."},
      {"less was granted, and all is needed",
       "p1",
       "",
       [](LaunchWorld& world) {
         world.app().on_scope_shortfall = config::OnScopeShortfall::refuse;
         world.ehr.scope = "openid";
       },
       "ScopeNotGranted",
       {"patient"},
       "The EHR does not let this app have all that it needs."},
  };
  for (const Row& row : rows) {
    LaunchWorld world;
    row.shape(world);
    world.ehr.patient = row.patient;
    world.ehr.extra_members = row.members;
    static_cast<void>(world.launch_with_code("c1"));
    const auto& kinds = world.core.launch_matrix.counts().kinds;
    ASSERT_EQ(kinds.size(), 1U) << row.name;
    const auto& [kind, seen] = *kinds.begin();
    EXPECT_EQ(kind.outcome, row.outcome) << row.name;
    EXPECT_EQ(kind.came, row.came) << row.name;
    EXPECT_TRUE(kind.tokens) << row.name;
    EXPECT_EQ(seen.meaning, row.meaning) << row.name;
  }
}

TEST(LaunchMatrix, ALaunchThatBroughtNoTokensSaysSo) {
  LaunchWorld world;
  EXPECT_FALSE(world.come_back(world.begin_standalone(), "error=access_denied"));
  const auto& [kind, seen] = *world.core.launch_matrix.counts().kinds.begin();
  EXPECT_FALSE(kind.tokens);
  EXPECT_EQ(kind.mode, Mode::standalone);
  EXPECT_EQ(kind.outcome, "LaunchFailed/authorization/access_denied");
  EXPECT_EQ(seen.meaning, "The sign-in was cancelled, or the EHR did not allow it.");
}

}  // namespace
}  // namespace wardend::launch
