#include "daemon/clearing/idle_watch.hpp"

#include <gtest/gtest.h>

#include "tests/unit/session/world.hpp"

namespace wardend {
namespace {

using session::State;

TEST(IdleFrom, IsOurOwnClocksMomentForTheWalls) {
  const WallTime noon{1'000'000s};
  const BootTime now{5000s};
  EXPECT_EQ(clearing::idle_from(noon - 60s, noon, now), now - 60s);
  EXPECT_EQ(clearing::idle_from(noon, noon, now), now);
  EXPECT_EQ(clearing::idle_from(noon + 1h, noon, now), now) << "the wall clock was set back";
  EXPECT_EQ(clearing::idle_from(noon - 24h, noon, now), BootTime{}) << "never before the machine was on";
}

struct Idle : test::World {
  Idle() {
    settings->apps.front().session.idle_timeout = std::chrono::minutes(30);
    tasks.spawn("idle", watch.run());
    clock.settle();
  }
  ~Idle() {
    tasks.cancel();
    clock.settle();
  }
  void touch_none_since(WallTime since) {
    logind.at("c1").idle_since = since;
    workstation.read_picture("c1");
    clock.settle();
  }
  void touched() {
    logind.at("c1").idle_since.reset();
    workstation.read_picture("c1");
    clock.settle();
  }
  // Its app asks for tokens all the time: only the login session is idle.
  session::Session& begin_used(const std::string& id, const std::string& login_session = "c1") {
    session::Session& session = begin(id, login_session);
    session.last_used = clock.now() + 24h;
    refresh.schedule.launched(session);
    return session;
  }
  // Live to the last second of `span`, and cleared with it.
  void expect_cleared_after(const session::Session& session, Duration span) {
    clock.advance(span - 1s);
    EXPECT_NE(session.state(), State::cleared);
    clock.advance(1s);
    EXPECT_EQ(session.state(), State::cleared);
  }
  clearing::IdleWatch watch{clock, config, workstation, store, clearing};
};

TEST(IdleWatch, AnUntouchedLoginSessionIsClearedAfterIdleTimeout) {
  Idle world;
  session::Session& session = world.begin_used("s");
  world.clock.advance(10min);
  world.touch_none_since(world.clock.wall_now());
  world.expect_cleared_after(session, 30min);
  ASSERT_NE(session.cleared(), nullptr);
  EXPECT_EQ(session.cleared()->reason, ClearReason::idle);
}

TEST(IdleWatch, WhatWasIdleBeforeItWasReadCounts) {
  Idle world;
  session::Session& session = world.begin_used("s");
  world.clock.advance(40min);
  world.touch_none_since(world.clock.wall_now() - 29min);
  world.expect_cleared_after(session, 1min);
}

TEST(IdleWatch, ATouchBeginsAnew) {
  Idle world;
  session::Session& session = world.begin_used("s");
  world.touch_none_since(world.clock.wall_now());
  world.clock.advance(29min);
  world.touched();
  world.clock.advance(10min);
  world.touch_none_since(world.clock.wall_now());
  world.expect_cleared_after(session, 30min);
}

TEST(IdleWatch, ClearsEachAppAfterItsOwnTimeAndThatLoginSessionOnly) {
  Idle world;
  world.logind.add("c2", 1001);
  world.settings->apps.push_back(world.settings->apps.front());
  world.settings->apps.back().id = "patient";
  world.settings->apps.back().session.idle_timeout = std::chrono::minutes(60);
  session::Session& quick = world.begin_used("a");
  session::Session& slow = world.begin_used("b");
  slow.app = "patient";
  session::Session& other = world.begin_used("c", "c2");
  world.touch_none_since(world.clock.wall_now());
  world.clock.advance(30min);
  EXPECT_EQ(quick.state(), State::cleared);
  EXPECT_NE(slow.state(), State::cleared);
  world.clock.advance(30min);
  EXPECT_EQ(slow.state(), State::cleared);
  EXPECT_NE(other.state(), State::cleared);
}

TEST(IdleWatch, ASessionThatBeginsInAnIdleLoginSessionHasItsTime) {
  Idle world;
  world.clock.advance(2h);
  world.touch_none_since(world.clock.wall_now() - 1h);
  world.clock.advance(7min);
  session::Session& session = world.begin_used("s");
  world.clock.advance(29min);
  EXPECT_NE(session.state(), State::cleared) << "whoever launched it was there";
  world.clock.advance(2min);
  EXPECT_EQ(session.state(), State::cleared);
}

TEST(IdleWatch, KnowsNothingWhileTheSourceIsNotLive) {
  Idle world;
  session::Session& session = world.begin_used("s");
  world.touch_none_since(world.clock.wall_now());
  world.logind.sessions.clear();
  world.workstation.read_picture({});
  world.clock.advance(2h);
  EXPECT_NE(session.state(), State::cleared) << "the loss of a source is lock_grace's affair";
}

}  // namespace
}  // namespace wardend
