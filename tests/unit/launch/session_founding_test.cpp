// From tokens to a session: what it is of, and what it takes from the launch before it.
#include <gtest/gtest.h>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

using session::State;
using test::LaunchWorld;

TEST(SessionFounding, MakesASessionOfTheEpochWithWhatThisLaunchSaid) {
  LaunchWorld world;
  const auto id = world.launch_with_code("c1");
  ASSERT_TRUE(id) << id.error().detail();
  const session::Session& session = *world.store.find(*id);
  EXPECT_EQ(session.state(), State::active);
  EXPECT_EQ(session.epoch, world.epoch());
  EXPECT_EQ(session.login_session, "c1");
  EXPECT_EQ(session.uid, 1000U);
  EXPECT_EQ(session.launcher.pid, 77);
  EXPECT_EQ(session.context.patient, "p1");
  EXPECT_EQ(session.granted.text(), "patient/Observation.rs");
  EXPECT_EQ(session.tokens()->access.reveal(), "at-c1.1");
  EXPECT_EQ(session.tokens()->life(), 300s);
  EXPECT_EQ(world.audit.records.back().outcome, "granted");
  EXPECT_EQ(world.audit.records.back().patient, "p1");
  EXPECT_EQ((world.launch_log.counts().at({"vitals", "ehr", "standalone", "ok"})), 1U);
}

TEST(SessionFounding, TheTrailHasWhatOfTheAnswerIsNotUsed) {
  LaunchWorld world;
  world.ehr.extra_members = R"(,"fhirContext":[{"reference":"Patient/p2"}])";
  const auto id = world.launch_with_code("c1");
  ASSERT_TRUE(id);
  EXPECT_TRUE(world.store.find(*id)->context.fhir_context.empty());
  EXPECT_TRUE(world.audit.records.back().detail.contains("another patient than the launch"))
      << world.audit.records.back().detail;
}

TEST(SessionFounding, EveryLaunchIsANewSessionAndTakesNothingFromTheLastOne) {
  LaunchWorld world;
  world.app().patient_context = config::PatientContext::optional;
  world.ehr.extra_members = R"(,"encounter":"e1","intent":"reconcile")";
  const auto first = world.launch_with_code("c1");
  world.ehr.extra_members.clear();
  world.ehr.patient.clear();
  const auto second = world.launch_with_code("c2");
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  const auto& context = world.store.find(*second)->context;
  EXPECT_FALSE(context.patient || context.encounter || context.intent);
  EXPECT_EQ((world.founding.counters().without_patient.at({"vitals", "ehr"})), 1U);
}

TEST(SessionFounding, AScopeShortfallIsToldOrRefusedAsConfigured) {
  for (const auto rule : {config::OnScopeShortfall::warn, config::OnScopeShortfall::refuse}) {
    LaunchWorld world;
    world.app().on_scope_shortfall = rule;
    world.app().scopes.push_back({.scope = "patient/Condition.r", .action = "", .approved_by = "", .approved_on = ""});
    const auto outcome = world.launch_with_code("c1");
    world.clock.advance(5s);
    if (rule == config::OnScopeShortfall::warn) {
      ASSERT_TRUE(outcome);
      EXPECT_EQ(world.store.find(*outcome)->missing, std::vector<std::string>{"patient/Condition.r"});
      EXPECT_EQ((world.founding.counters().scope_shortfall.at({"vitals", "ehr"})), 1U);
    } else {
      ASSERT_FALSE(outcome);
      EXPECT_EQ(outcome.error().code(), Errc::ScopeNotGranted);
      EXPECT_TRUE(world.ehr.revoked.contains("c1.1"));
    }
  }
}

TEST(SessionFounding, AuditAndCountersTellHowTheGrantDiffers) {
  const struct {
    const char* granted;
    const char* told;
    bool short_of, beyond;
  } table[] = {
      {"patient/Observation.rs patient/Condition.rs", "", false, false},
      {"launch/patient patient/Observation.rs patient/Condition.rs", "", false, false},
      {"patient/Observation.rs patient/Condition.r",
       "not granted: patient/Condition.rs (of patient/Condition.rs only r was granted: have the rest added to the "
       "client's registration)",
       true, false},
      {"patient/Observation.rs patient/Condition.rs patient/Goal.rs profile",
       "granted, not asked for and not used: patient/Goal.rs profile", false, true},
      {"patient/Observation.rs patient/*.r",
       "not granted: patient/Condition.rs (of patient/Condition.rs only r was granted: have the rest added to the "
       "client's registration); granted, not asked for and not used: patient/*.r",
       true, true},
  };
  for (const auto& row : table) {
    LaunchWorld world;
    world.app().scopes.push_back({.scope = "patient/Condition.rs", .action = "", .approved_by = "", .approved_on = ""});
    world.ehr.scope = row.granted;
    ASSERT_TRUE(world.launch_with_code("c1")) << row.granted;
    EXPECT_EQ(world.audit.records.back().detail, row.told) << row.granted;
    EXPECT_EQ(world.founding.counters().scope_shortfall.size(), row.short_of ? 1U : 0U) << row.granted;
    EXPECT_EQ(world.founding.counters().scope_surplus.size(), row.beyond ? 1U : 0U) << row.granted;
  }
}

TEST(SessionFounding, ARefusedShortfallNamesInTheAuditWhatWasMissing) {
  LaunchWorld world;
  world.app().on_scope_shortfall = config::OnScopeShortfall::refuse;
  world.ehr.scope = "patient/Observation.r";
  ASSERT_FALSE(world.launch_with_code("c1"));
  EXPECT_EQ(world.audit.records.front().detail,
            "of patient/Observation.rs only r was granted: have the rest added to the client's registration (not "
            "granted: patient/Observation.rs)");
}

TEST(SessionFounding, AnAppThatLeftTheConfigurationGetsNoSession) {
  LaunchWorld world;
  const launch::Pending& pending = world.begin_standalone();
  auto without = std::make_shared<config::Config>(*world.settings);
  without->apps.clear();
  world.config.replace(without);
  const auto outcome = world.come_back(pending, "code=c1");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), Errc::UnknownApp);
  world.clock.advance(5s);
  EXPECT_TRUE(world.ehr.revoked.contains("c1.1"));
}

TEST(SessionFounding, KeepsASessionBeforeAnybodyIsToldOfIt) {
  LaunchWorld world;
  events::EventHub::Subscription watcher(world.hub);
  const auto id = world.launch_with_code("c1");
  ASSERT_TRUE(id);
  const auto started =
      std::ranges::find(watcher.queue, events::EventKind::session_started, &events::SessionEvent::kind);
  ASSERT_NE(started, watcher.queue.end());
  EXPECT_EQ(started->session, *id);
  EXPECT_EQ(world.vault.count(Vault::Kind::session), 1U);
  EXPECT_EQ(world.store.find(*id)->terms, session::terms_of(*world.settings, "vitals", "ehr"));
}

}  // namespace
}  // namespace wardend
