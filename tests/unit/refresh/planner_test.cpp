#include "daemon/refresh/planner.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes.hpp"
#include "tests/support/virtual_clock.hpp"
#include "tests/support/virtual_random.hpp"

namespace wardend::refresh {
namespace {

struct Planned {
  Planned() {
    settings->apps.front().session.max_lifetime = std::chrono::hours(13);
    settings->apps.front().session.idle_timeout = std::chrono::hours(1);
  }
  session::Session& begin(std::string_view refresh = "rt") {
    auto session = std::make_unique<session::Session>(session::Active{{.access = Secret("at"),
                                                                       .refresh = Secret(refresh),
                                                                       .obtained_at = clock.now(),
                                                                       .expires_at = clock.now() + 300s,
                                                                       .generation = 1}});
    session->id = "s";
    session->app = "vitals";
    session->server = "ehr";
    session->started_boot = session->last_used = clock.now();
    return store.add(std::move(session));
  }
  [[nodiscard]] Duration next_in() const { return store.next_due() - clock.now(); }

  asio::io_context loop;
  test::VirtualClock clock{loop};
  test::VirtualRandom random;
  std::shared_ptr<config::Config> settings = test::basic_config();
  config::Live config{settings};
  session::SessionStore store;
  Planner planner{clock, random, store, config, "machine"};
};

TEST(Planner, PutsTheNextRefreshIntoTheSchedule) {
  Planned world;
  session::Session& session = world.begin();
  world.planner.apply(session, {.kind = Outcome::Kind::launched});
  EXPECT_EQ(session.plan().phase, session::RefreshPlan::Phase::fresh);
  EXPECT_EQ(session.due_at, session.plan().due);
  EXPECT_GE(world.next_in(), 210s) << "a lead of a fifth, and half of that as jitter";
  EXPECT_LE(world.next_in(), 240s);
}

TEST(Planner, HeedsWhatIsConfiguredForAppAndServer) {
  Planned world;
  session::Session& session = world.begin();
  world.settings->apps.front().session.refresh_lead = std::chrono::seconds(30);
  world.planner.apply(session, {.kind = Outcome::Kind::launched});
  EXPECT_GE(world.next_in(), 255s);
  world.settings->servers.front().oauth.replay = config::Replay::never;
  world.planner.apply(session, {.kind = Outcome::Kind::sent});
  world.planner.apply(session, {.kind = Outcome::Kind::no_reply, .word = "no_reply"});
  EXPECT_EQ(session.plan().phase, session::RefreshPlan::Phase::over);
}

TEST(Planner, SchedulesWhateverEndsFirst) {
  Planned world;
  session::Session& session = world.begin("");
  world.planner.apply(session, {.kind = Outcome::Kind::launched});
  EXPECT_EQ(world.next_in(), 300s) << "without a refresh token: the end of the access token";
  session.expire();
  world.planner.reschedule(session);
  EXPECT_EQ(world.next_in(), 1h) << "idle_timeout";
  session.last_used += 20h;
  world.planner.reschedule(session);
  EXPECT_EQ(world.next_in(), 13h) << "max_lifetime";
  static_cast<void>(session.clear({ClearReason::os_lock, {}, world.clock.now() + 10min}));
  world.planner.reschedule(session);
  EXPECT_EQ(world.next_in(), 10min) << "the end of its tombstone";
}

TEST(Planner, BeginsNothingByItselfWhileARefreshIsUnderWay) {
  Planned world;
  session::Session& session = world.begin();
  world.planner.apply(session, {.kind = Outcome::Kind::launched});
  session.begin_refresh();
  world.planner.reschedule(session);
  EXPECT_EQ(world.next_in(), 300s);
}

// A fleet that starts at once must not refresh at once, and one workstation keeps to its moment over a restart.
TEST(Planner, DrawsTheJitterOfATokenFromMachineAndSession) {
  Planned world;
  Planned same;
  session::Session& one = world.begin();
  session::Session& other = same.begin();
  world.planner.apply(one, {.kind = Outcome::Kind::launched});
  static_cast<void>(same.random.unit());
  same.planner.apply(other, {.kind = Outcome::Kind::restored});
  EXPECT_EQ(one.plan().due, other.plan().due);
  Planner elsewhere(world.clock, world.random, world.store, world.config, "another machine");
  elsewhere.apply(one, {.kind = Outcome::Kind::launched});
  EXPECT_NE(one.plan().due, other.plan().due);
}

}  // namespace
}  // namespace wardend::refresh
