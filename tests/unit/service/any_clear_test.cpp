// B2: whatever is cleared, in whatever phase a launch is, no token is there once the clear has returned.
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/service/service_world.hpp"

namespace wardend {
namespace {

using test::ServiceWorld;
using workstation::Presence;

// How far a launch has come when the clear hits.
enum class Phase { in_discovery, begun, at_the_ehr, code_sent, tokens_arriving, after_the_clear };
constexpr std::array phases = {Phase::in_discovery, Phase::begun,           Phase::at_the_ehr,
                               Phase::code_sent,    Phase::tokens_arriving, Phase::after_the_clear};

struct Clear {
  const char* name;
  std::function<void(ServiceWorld&)> clear;
};

void report_lock(ServiceWorld& world, ipc::control::Target target) {
  test::Client root(test::in_system_unit(0, ""));
  const auto done = world.ask(world.control.report_lock(root.call, {.reason = {}, .target = std::move(target)}));
  EXPECT_TRUE(done);
  if (done) EXPECT_EQ(done->held, 1);
}

const std::array clears = {
    Clear{"everybody", [](ServiceWorld& world) { report_lock(world, {}); }},
    Clear{"user", [](ServiceWorld& world) { report_lock(world, {.user = "1000"}); }},
    Clear{"login session", [](ServiceWorld& world) { report_lock(world, {.login_session = "c1"}); }},
    Clear{"seat", [](ServiceWorld& world) { report_lock(world, {.seat = "seat0"}); }},
    Clear{"server", [](ServiceWorld& world) { report_lock(world, {.server = "ehr"}); }},
    Clear{"app", [](ServiceWorld& world) { report_lock(world, {.app = "vitals"}); }},
    Clear{"server and app", [](ServiceWorld& world) { report_lock(world, {.app = "vitals", .server = "ehr"}); }},
    Clear{"user and server", [](ServiceWorld& world) { report_lock(world, {.user = "1000", .server = "ehr"}); }},
    Clear{"session",
          [](ServiceWorld& world) {
            world.begin("other");
            report_lock(world, {.session = "other"});
          }},
    Clear{"session that its app had ended",
          [](ServiceWorld& world) {
            world.clearing.clear_session(world.begin("ended"), {ClearReason::ended_by_app, ""});
            report_lock(world, {.session = "ended"});
          }},
    Clear{"an operator's of a server",
          [](ServiceWorld& world) {
            test::Client root(test::in_system_unit(0, ""));
            EXPECT_TRUE(
                world.ask(world.control.clear_sessions(root.call, {.target = {.server = "ehr"}, .reason = "x"})));
          }},
    Clear{"os lock",
          [](ServiceWorld& world) {
            world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
          }},
    Clear{"suspend", [](ServiceWorld& world) { world.clearing.must_clear({.reason = ClearReason::suspend}); }},
    Clear{"the EHR's program",
          [](ServiceWorld& world) { world.clearing.must_clear({.reason = ClearReason::ehr_gone, .user = 1000}); }},
    Clear{"a sign-out at the hub",
          [](ServiceWorld& world) {
            world.clearing.must_clear({.reason = ClearReason::fhircast_logout, .login_session = "c1"});
          }},
    Clear{"idle",
          [](ServiceWorld& world) { world.clearing.clear_session(world.begin("other"), {ClearReason::idle, ""}); }},
};

void play(const Clear& clear, Phase phase) {
  ServiceWorld world;
  world.ask_who_signs_in();
  const auto begun = world.start(world.launcher.begin(world.standalone()));
  world.clock.settle();
  if (phase == Phase::in_discovery || phase == Phase::after_the_clear) clear.clear(world);
  world.clock.advance(1s);
  ASSERT_TRUE(begun->has_value());
  if (phase == Phase::in_discovery) {
    EXPECT_FALSE((*begun)->has_value()) << "a launch that began before the clear";
    return;
  }
  std::string id;
  if (phase == Phase::after_the_clear) {
    const auto late = world.begin(world.standalone());
    ASSERT_TRUE(late) << late.error().detail();
    id = late->launch_id;
  } else {
    ASSERT_TRUE((*begun)->has_value());
    id = (**begun)->launch_id;
  }
  if (phase == Phase::begun) clear.clear(world);
  if (phase == Phase::at_the_ehr) {
    const auto go = world.visit(world.page("/go/" + id));
    EXPECT_EQ(go.status, 302);
    clear.clear(world);
  }
  const auto outcome = world.start(world.redirect(id, "code=late"));
  world.clock.settle();
  if (phase == Phase::code_sent) clear.clear(world);
  world.clock.advance(19ms);  // the answer takes 20
  if (phase == Phase::tokens_arriving) clear.clear(world);
  world.clock.advance(30s);
  ASSERT_TRUE(outcome->has_value());
  EXPECT_FALSE((*outcome)->has_value()) << "a launch made a session";
  for (const session::Session* session : world.store.all()) EXPECT_NE(session->cleared(), nullptr) << session->id;
  const bool exchanged = !world.wire.seen.empty() && world.wire.seen.back().form.contains("code");
  if (exchanged) EXPECT_TRUE(world.ehr.revoked.contains("late.1")) << "what arrived is revoked";
}

TEST(AnyClear, LeavesNothingOfALaunchInWhateverPhase) {
  for (const Clear& clear : clears)
    for (const Phase phase : phases) {
      SCOPED_TRACE(std::string(clear.name) + ", phase " + std::to_string(static_cast<int>(phase)));
      play(clear, phase);
    }
}

// What an app ends by itself says nothing of its user.
TEST(AnyClear, OfASessionByItsAppLetsItLaunchAgain) {
  ServiceWorld world;
  world.clearing.clear_session(world.begin("s"), {ClearReason::ended_by_app, ""});
  EXPECT_TRUE(world.launch_with_code("again"));
}

TEST(AnyClear, OfOneServerHoldsThatServerAndLeavesTheOthers) {
  ServiceWorld world;
  session::Session& elsewhere = world.begin("elsewhere");
  elsewhere.server = "other-ehr";
  session::Session& here = world.begin("here");
  const auto epoch = world.epoch();
  report_lock(world, {.server = "ehr"});
  EXPECT_NE(here.cleared(), nullptr);
  EXPECT_EQ(elsewhere.cleared(), nullptr);
  EXPECT_EQ(world.epoch(), epoch) << "connections stay";
  EXPECT_EQ(world.workstation.presence("c1"), Presence::present);
  EXPECT_EQ(world.workstation.presence("c1", {.server = "ehr", .app = "vitals"}), Presence::held);
  EXPECT_EQ(world.workstation.presence("c1", {.server = "other-ehr", .app = "vitals"}), Presence::present);
}

TEST(AnyClear, OfOneServerIsOverOnceSomebodyProvesToBeThere) {
  ServiceWorld world;
  report_lock(world, {.server = "ehr"});
  EXPECT_FALSE(world.workstation.prove_presence("c1", workstation::SignIn{1}, {.server = "ehr", .app = "vitals"}));
  EXPECT_FALSE(world.workstation.prove_presence("c1", workstation::SignIn{}, {.server = "ehr", .app = "vitals"}));
  static_cast<void>(world.workstation.prove_presence("c1", workstation::EhrLaunch{}, {.server = "b", .app = "vitals"}));
  EXPECT_EQ(world.workstation.presence("c1", {.server = "ehr", .app = "vitals"}), Presence::held)
      << "a launch at another server proves nothing at this one";
  EXPECT_TRUE(world.workstation.prove_presence("c1", workstation::EhrLaunch{}, {.server = "ehr", .app = "vitals"}));
  EXPECT_EQ(world.workstation.presence("c1", {.server = "ehr", .app = "vitals"}), Presence::present);
}

// Whoever calls first is held: a lock that says "nobody" would be wrong.
TEST(AnyClear, OfEverybodyCountsThoseToCome) {
  ServiceWorld world;
  world.settings->broker.lock_sources = {"control"};
  const auto cleared = world.clearing.clear({}, {ClearReason::ehr_lock, ""});
  EXPECT_EQ(cleared.sessions, 0U);
  EXPECT_GE(cleared.login_sessions, 1U);
}

// Control only: nobody has a state of their own, and all are held.
TEST(AnyClear, OfEverybodyHoldsThoseOfWhomNothingIsKnown) {
  ServiceWorld world;
  world.settings->broker.lock_sources = {"control"};
  EXPECT_EQ(world.workstation.presence("uid:4711"), Presence::present);
  const auto before = world.workstation.enter("uid:4711");
  world.clearing.clear_all({ClearReason::ehr_lock, ""});
  EXPECT_EQ(world.workstation.presence("uid:4711"), Presence::held);
  EXPECT_FALSE(world.workstation.running(before));
  EXPECT_NE(world.workstation.enter("uid:4711"), before);
  EXPECT_FALSE(world.workstation.is_apart("uid:4711")) << "no memory for whoever only connects";
}

// W2: twenty thousand users who once connected cost a lock nothing, and one line.
TEST(AnyClear, OfEverybodyIsOneRecordWhateverUsersHaveConnected) {
  ServiceWorld world;
  world.settings->broker.lock_sources = {"control"};
  for (uid_t uid = 100'000; uid < 120'000; ++uid)
    static_cast<void>(world.workstation.enter("uid:" + std::to_string(uid)));
  EXPECT_LE(world.workstation.names().size(), 1U);
  const auto records = world.audit.records.size();
  world.clearing.clear_all({ClearReason::ehr_lock, ""});
  EXPECT_EQ(world.audit.records.size(), records + 1);
  world.clearing.clear_all({ClearReason::ehr_lock, ""});
  EXPECT_EQ(world.audit.records.size(), records + 1) << "what is held already is told once";
}

TEST(AnyClear, MoreUsersThanAreKeptApartAreHeldTogether) {
  ServiceWorld world;
  world.settings->broker.lock_sources = {"control"};
  static_cast<void>(world.begin("kept", "uid:7"));
  const auto connected = world.workstation.enter("uid:100000");
  constexpr uid_t many = workstation::Workstation::most_apart + 50;
  for (uid_t uid = 100'000; uid < 100'000 + many; ++uid)
    world.clearing.clear({.whom = {.uid = uid}}, {ClearReason::ehr_lock, ""});
  EXPECT_LE(world.workstation.names().size(), workstation::Workstation::most_apart + 2);
  EXPECT_EQ(world.workstation.presence("uid:100000"), Presence::held);
  EXPECT_FALSE(world.workstation.running(connected)) << "a connection of before its lock";
  EXPECT_EQ(world.workstation.end_of(connected, "uid:100000").reason, ClearReason::ehr_lock);
  EXPECT_EQ(world.store.find("kept")->cleared(), nullptr);
  EXPECT_TRUE(world.workstation.running(world.store.find("kept")->epoch));
}

}  // namespace
}  // namespace wardend
