// From the code to its tokens, and what becomes of tokens that a launch does not keep.
#include <gtest/gtest.h>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

using test::id_token;
using test::LaunchWorld;
using test::stage_of;
using test::with_id_token;

TEST(Exchange, SendsTheCodeOnceWithVerifierClientAndRedirect) {
  LaunchWorld world;
  const launch::Pending& pending = world.begin_standalone();
  const std::string verifier(pending.verifier.reveal());
  ASSERT_TRUE(world.come_back(pending, "code=c1"));
  ASSERT_EQ(world.wire.seen.size(), 1U);
  const auto& request = world.wire.seen.front();
  EXPECT_EQ(request.url, "https://ehr.example.org/token");
  const std::map<std::string, std::string> wanted = {{"grant_type", "authorization_code"},
                                                     {"code", "c1"},
                                                     {"client_id", "vitals-client"},
                                                     {"redirect_uri", "http://127.0.0.1:8724/callback"},
                                                     {"code_verifier", verifier}};
  EXPECT_EQ(request.form, wanted);
}

TEST(Exchange, AMissingPatientRefusesTheLaunchAndRevokesWhatCame) {
  LaunchWorld world;
  world.ehr.patient.clear();
  const auto outcome = world.launch_with_code("c1");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), Errc::PatientContextMissing);
  world.clock.advance(5s);
  EXPECT_TRUE(world.ehr.revoked.contains("c1.1"));
  EXPECT_EQ(world.store.size(), 0U);
}

TEST(Exchange, AnUnverifiedPatientRefusesTheLaunchWhereThatIsRequired) {
  const struct {
    const char* what;
    int status;
    const char* record;
    bool begins;
  } table[] = {
      {"in use", 200, R"({"resourceType":"Patient","id":"p1"})", true},
      {"out of use", 200, R"({"resourceType":"Patient","id":"p1","active":false})", false},
      {"another's", 200, R"({"resourceType":"Patient","id":"p2"})", false},
      {"not readable", 403, "{}", false},
      {"not answered", 503, "{}", false},
  };
  for (const auto& row : table) {
    LaunchWorld world;
    world.app().require_verified_patient = true;
    world.app().scopes.push_back({.scope = "patient/Patient.r", .action = "", .approved_by = "", .approved_on = ""});
    world.wire.token_reply =
        R"({"access_token":"at","token_type":"Bearer","expires_in":300,"refresh_token":"c1.1","patient":"p1",)"
        R"("scope":"patient/Observation.rs patient/Patient.r"})";
    world.ehr.records["Patient/p1"] = {.body = row.record, .status = row.status};
    const auto outcome = world.launch_with_code("c1");
    EXPECT_EQ(outcome.has_value(), row.begins) << row.what;
    if (row.begins) {
      EXPECT_TRUE(world.store.find(*outcome)->patient_check) << row.what;
      continue;
    }
    EXPECT_EQ(outcome.error().code(), Errc::PatientUnverified) << row.what;
    world.clock.advance(5s);
    EXPECT_TRUE(world.ehr.revoked.contains("c1.1")) << row.what;
  }
}

TEST(Exchange, ALockEndsTheReadOfThePatientAndRevokesAtOnce) {
  LaunchWorld world;
  world.app().require_verified_patient = true;
  world.wire.token_reply =
      R"({"access_token":"at","token_type":"Bearer","expires_in":300,"refresh_token":"c1.1","patient":"p1",)"
      R"("scope":"patient/Observation.rs patient/Patient.r"})";
  world.ehr.slow["Patient/p1"] = 60s;
  const launch::Pending& pending = world.begin_standalone();
  const auto outcome = world.start(world.redirect(pending.id, "code=c1"));
  world.clock.advance(1s);
  ASSERT_FALSE(*outcome) << "the patient's record must be awaited";
  world.logind.at("c1").locked = true;
  world.clearing.must_clear({ClearReason::os_lock, "c1", {}});
  world.clock.advance(100ms);
  ASSERT_TRUE(*outcome);
  EXPECT_FALSE(**outcome);
  EXPECT_TRUE(world.ehr.revoked.contains("c1.1"));
}

TEST(Exchange, ALockDuringTheExchangeRevokesWhatComes) {
  LaunchWorld world;
  const launch::Pending& pending = world.begin_standalone();
  world.ehr.latency = 2s;
  const auto outcome = world.start(world.redirect(pending.id, "code=c1"));
  world.clock.advance(1s);
  ASSERT_EQ(world.wire.seen.size(), 1U) << "the exchange must be in flight";
  world.logind.at("c1").locked = true;
  world.clearing.must_clear({ClearReason::os_lock, "c1", {}});
  world.clock.settle();
  ASSERT_TRUE(*outcome) << "the caller must hear at once";
  ASSERT_FALSE(**outcome);
  EXPECT_EQ((**outcome).error().code(), Errc::SessionCleared);
  world.clock.advance(20s);
  EXPECT_EQ(world.store.size(), 0U);
  EXPECT_TRUE(world.ehr.revoked.contains("c1.1"));
}

// Of somebody who signs in at this moment.
std::string signed_in_now(const LaunchWorld& world) {
  return id_token("u1", world.wall(), "https://ehr.example.org", "vitals-client", world.wall());
}

TEST(Exchange, ALaunchByItselfStaysRefusedUntilSomebodySignsInAnew) {
  LaunchWorld world;
  world.ask_who_signs_in();
  const std::string cookie = with_id_token(id_token("u1", world.wall()));
  world.clock.advance(2s);
  world.ehr.extra_members = cookie;
  ASSERT_TRUE(world.launch_with_code("c1"));
  world.clearing.clear_login_session("c1", {ClearReason::ehr_lock, ""});
  for (const char* code : {"c2", "c3"}) {
    world.clock.advance(10s);
    const auto again = world.launch_with_code(code);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code(), Errc::WorkstationLocked);
    EXPECT_FALSE(again.error().detail().empty());
    EXPECT_TRUE(world.ehr.revoked.contains(std::string(code) + ".1"));
  }
  world.ehr.extra_members = with_id_token(signed_in_now(world));
  EXPECT_TRUE(world.launch_with_code("c4"));
  world.ehr.extra_members = cookie;
  EXPECT_TRUE(world.launch_with_code("c5")) << "once somebody is there, the cookie serves again";
}

// The wall clock was wrong when the login session was cleared and is right now, or an id_token would not be believed.
struct SteppedLaunch {
  std::chrono::hours step;
  std::int64_t signed_in;  // seconds after the clear, by the server's clock
  bool admitted;
};
class HeldWhileTheWallClockIsSet : public ::testing::TestWithParam<SteppedLaunch> {};
TEST_P(HeldWhileTheWallClockIsSet, OnlyASignInAfterTheClearProvesPresence) {
  const SteppedLaunch& row = GetParam();
  LaunchWorld world;
  world.ask_who_signs_in();
  world.clearing.clear_login_session("c1", {ClearReason::ehr_lock, ""});
  world.clock.advance(60s);
  world.clock.step_wall(row.step);
  const std::int64_t now = world.wall();
  world.ehr.extra_members = with_id_token(test::signed_by_issuer(
      R"({"iss":"https://ehr.example.org","sub":"u1","aud":"vitals-client","iat":)" + std::to_string(now) +
      R"(,"exp":)" + std::to_string(now + 300) + R"(,"auth_time":)" + std::to_string(now - 60 + row.signed_in) + "}"));
  const auto outcome = world.launch_with_code("c1");
  EXPECT_EQ(outcome.has_value(), row.admitted) << outcome.error().detail();
  if (!row.admitted) EXPECT_EQ(outcome.error().code(), Errc::WorkstationLocked);
}
INSTANTIATE_TEST_SUITE_P(Exchange, HeldWhileTheWallClockIsSet,
                         ::testing::Values(SteppedLaunch{std::chrono::hours(24), 30, true},
                                           SteppedLaunch{std::chrono::hours(24), -30, false},
                                           SteppedLaunch{std::chrono::hours(-24), 30, true},
                                           SteppedLaunch{std::chrono::hours(-24), -30, false},
                                           SteppedLaunch{std::chrono::hours(1), -30, false},
                                           SteppedLaunch{std::chrono::hours(-1), 30, true}));

TEST(Exchange, ARefusedCodeEndsTheLaunchAndIsNotSentAgain) {
  LaunchWorld world;
  world.ehr.token_faults = {test::FakeEhr::Fault::invalid_grant};
  const auto outcome = world.launch_with_code("c1");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code(), Errc::LaunchFailed);
  EXPECT_EQ(test::stage_of(outcome.error()), "token");
  EXPECT_EQ(test::code_of(outcome.error()), "invalid_grant");
  EXPECT_EQ(world.wire.seen.size(), 1U);
}

struct LostExchange {
  const char* name;
  HttpFailure::Kind kind;
  bool sent;
  std::size_t requests;
  std::string code;
};
class ExchangeLost : public ::testing::TestWithParam<LostExchange> {};
TEST_P(ExchangeLost, ByTheTable) {
  LaunchWorld world;
  const launch::Pending& pending = world.begin_standalone();
  world.wire.failure = HttpFailure{GetParam().kind, GetParam().sent, "x"};
  const auto outcome = world.come_back(pending, "code=c1");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(world.wire.seen.size(), GetParam().requests);
  EXPECT_EQ(test::code_of(outcome.error()), GetParam().code);
}
INSTANTIATE_TEST_SUITE_P(
    Exchange, ExchangeLost,
    ::testing::Values(LostExchange{"SentAndNoReply", HttpFailure::Kind::network, true, 1, "token_unreachable"},
                      LostExchange{"NeverSent", HttpFailure::Kind::network, false, 2, "token_unreachable"},
                      LostExchange{"TimedOut", HttpFailure::Kind::timeout, true, 1, "token_timeout"},
                      LostExchange{"NotTrusted", HttpFailure::Kind::tls, false, 1, "token_tls"},
                      LostExchange{"TooLarge", HttpFailure::Kind::too_large, true, 1, "token_too_large"}),
    [](const auto& info) { return info.param.name; });

TEST(Exchange, ARepeatedRequestStaysWithinEightSecondsInAll) {
  LaunchWorld world;
  const launch::Pending& pending = world.begin_standalone();
  world.wire.failure = HttpFailure{HttpFailure::Kind::network, false, "x"};
  world.wire.failure_takes = 5s;
  EXPECT_FALSE(world.come_back(pending, "code=c1"));
  ASSERT_EQ(world.wire.seen.size(), 2U);
  EXPECT_EQ(world.wire.seen[0].timeout, 8000ms);
  EXPECT_EQ(world.wire.seen[1].timeout, 3000ms);
}

}  // namespace
}  // namespace wardend
