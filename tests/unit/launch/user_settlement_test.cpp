// Whether a launch's user is the one of the rest of the epoch, and what becomes of the launches before.
#include <gtest/gtest.h>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

using session::State;
using test::id_token;
using test::LaunchWorld;
using test::with_id_token;
using workstation::Presence;

TEST(UserSettlement, AnotherUserOfTheSameIssuerClearsFirst) {
  LaunchWorld world;
  world.ehr.extra_members = with_id_token(id_token("u1"));
  const auto first = world.launch_with_code("c1");
  ASSERT_TRUE(first);
  const auto before = world.epoch();
  world.ehr.extra_members = with_id_token(id_token("u2"));
  const auto second = world.launch_with_code("c2");
  ASSERT_TRUE(second) << second.error().detail();
  EXPECT_EQ(world.store.find(*first)->state(), State::cleared);
  EXPECT_EQ(world.store.find(*first)->cleared()->reason, ClearReason::other_user);
  EXPECT_NE(world.epoch(), before);
  EXPECT_EQ(world.store.find(*second)->epoch, world.epoch());
  EXPECT_EQ(world.store.find(*second)->state(), State::active);
  EXPECT_EQ(world.workstation.presence("c1"), Presence::present);
  EXPECT_FALSE(world.workstation.same_user(world.epoch(), "https://ehr.example.org", "u1"));
}

// One sub that is two people is believed as neither: nothing comes of the launch, and nobody loses a session.
TEST(UserSettlement, TheSameSubWithAnotherFhirUserIsRefused) {
  LaunchWorld world;
  world.ehr.extra_members = with_id_token(id_token("u1"));
  const auto first = world.launch_with_code("c1");
  ASSERT_TRUE(first);
  world.store.find(*first)->user.fhir_user = "https://ehr.example.org/fhir/Practitioner/another";
  const auto second = world.launch_with_code("c2");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Errc::LaunchFailed);
  EXPECT_EQ(world.store.find(*first)->state(), State::active);
  EXPECT_TRUE(world.ehr.revoked.contains("c2.1"));
}

TEST(UserSettlement, TheSameUserInAnotherRoleJoinsTheEpoch) {
  LaunchWorld world;
  world.ehr.extra_members = with_id_token(id_token("u1"));
  const auto first = world.launch_with_code("c1");
  ASSERT_TRUE(first);
  world.store.find(*first)->user.fhir_user = "https://ehr.example.org/fhir/PractitionerRole/another";
  const auto second = world.launch_with_code("c2");
  ASSERT_TRUE(second) << second.error().detail();
  EXPECT_EQ(world.store.find(*second)->epoch, world.store.find(*first)->epoch);
}

TEST(UserSettlement, TheSameUserAgainAndAnotherIssuersUserJoinTheEpoch) {
  LaunchWorld world;
  world.ehr.extra_members = with_id_token(id_token("u1"));
  const auto first = world.launch_with_code("c1");
  ASSERT_TRUE(first);
  world.store.find(*first)->launcher = {.pid = 78};  // another process: its session is not replaced
  const auto second = world.launch_with_code("c2");
  ASSERT_TRUE(second);
  EXPECT_EQ(world.store.find(*first)->state(), State::active);
  EXPECT_EQ(world.store.find(*first)->epoch, world.store.find(*second)->epoch);
  EXPECT_TRUE(world.workstation.same_user(world.epoch(), "https://another.example", "x"));
}

TEST(UserSettlement, TheSameLaunchAgainEndsTheOneBefore) {
  LaunchWorld world;
  world.ehr.extra_members = with_id_token(id_token("u1"));
  const auto first = world.launch_with_code("c1");
  ASSERT_TRUE(first);
  const auto second = world.launch_with_code("c2");
  ASSERT_TRUE(second);
  ASSERT_EQ(world.store.find(*first)->state(), State::cleared);
  EXPECT_EQ(world.store.find(*first)->cleared()->reason, ClearReason::superseded);
  EXPECT_EQ(world.store.find(*second)->state(), State::active);
  world.clock.advance(1s);
  EXPECT_TRUE(world.ehr.revoked.contains("c1.1"));
  world.ehr.patient = "another";
  const auto third = world.launch_with_code("c3");
  ASSERT_TRUE(third);
  EXPECT_EQ(world.store.find(*second)->state(), State::active) << "another patient's chart";
}

// What a sign-in that proves nothing was, in words; the server has been asked for one or not.
TEST(UserSettlement, WhyASignInProvesNothingIsSaid) {
  struct Unproved {
    const char* prompt;
    std::optional<std::int64_t> signed_in;  // seconds before now, by the server's clock
    std::int64_t ahead;                     // the server's clock
    const char* words;
  };
  for (const Unproved& row : {
           Unproved{"", 600, 0, "set prompt = \"login\" for the server"},
           Unproved{"", {}, 0, "set prompt = \"login\" for the server"},
           Unproved{"login", 600, 0, "this server ignores prompt and max_age"},
           Unproved{"login consent", 600, 0, "this server ignores prompt and max_age"},
           Unproved{"login", {}, 0, "its id_token has no auth_time"},
           Unproved{"login", -30, 0, "the sign-in is still to come"},
           Unproved{"login", 0, 0, "as servers count whole seconds: launch again and sign in again"},
           Unproved{"login", 0, -90, " s behind this workstation's"},
       }) {
    LaunchWorld world;
    world.ask_who_signs_in();
    world.server().oauth.prompt = row.prompt;
    world.clearing.clear_login_session("c1", {ClearReason::ehr_lock, ""});
    const std::int64_t now = world.wall() + row.ahead;
    std::optional<std::int64_t> at;
    if (row.signed_in) at = now - *row.signed_in;
    world.ehr.extra_members = with_id_token(id_token("u1", at, "https://ehr.example.org", "vitals-client", now));
    const auto outcome = world.launch_with_code("c2");
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code(), Errc::WorkstationLocked);
    EXPECT_TRUE(outcome.error().detail().contains(row.words)) << outcome.error().detail();
    const bool advised = outcome.error().detail().contains("set prompt");
    EXPECT_EQ(advised, std::string_view(row.prompt).empty()) << outcome.error().detail();
  }
}

}  // namespace
}  // namespace wardend
