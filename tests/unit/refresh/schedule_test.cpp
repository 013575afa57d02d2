#include "daemon/refresh/schedule.hpp"

#include <gtest/gtest.h>

#include "tests/unit/session/world.hpp"

namespace wardend {
namespace {

using session::State;
using test::World;

TEST(Schedule, EndsASessionThatIsIdleOrOld) {
  World world;
  world.settings->apps[0].session.idle_timeout = std::chrono::minutes(30);
  session::Session& idle = world.begin("idle");
  world.clock.advance(31min);
  ASSERT_EQ(idle.state(), State::cleared);
  EXPECT_EQ(idle.cleared()->reason, ClearReason::idle);
  world.settings->apps[0].session.idle_timeout = std::chrono::hours(24);
  session::Session& old = world.begin("old");
  world.clock.advance(13h + 1s);
  EXPECT_EQ(old.state(), State::cleared);
  EXPECT_EQ(world.store.find("idle"), nullptr) << "its tombstone is gone";
}

TEST(Schedule, EndsTheSessionOfAnAppThatIsGone) {
  World world;
  session::Session& session = world.begin("s");
  auto without = std::make_shared<config::Config>(*world.settings);
  without->apps.clear();
  world.config.replace(without);
  world.clock.advance(5min);
  ASSERT_NE(session.cleared(), nullptr);
  EXPECT_EQ(session.cleared()->reason, ClearReason::reconfigured);
}

TEST(Schedule, ExpiresATokenWithoutARefreshTokenForGood) {
  World world;
  world.shape_tokens = [](session::Tokens& tokens) { tokens.refresh = Secret(); };
  session::Session& session = world.begin("s");
  world.clock.advance(299s);
  EXPECT_EQ(session.state(), State::active);
  world.clock.advance(1s);
  EXPECT_EQ(session.state(), State::reauthentication_required);
  EXPECT_EQ(session.reauthentication_reason(), "the access token has expired and the server gave no refresh token");
}

TEST(Schedule, BringsExpiredSessionsForwardWhenTheirServerIsBack) {
  World world;
  session::Session& session = world.begin("s");
  world.ehr.down = true;
  world.clock.advance(400s);
  ASSERT_TRUE(world.server_health.down("ehr"));
  session::RefreshPlan late = session.plan();
  late.due = world.clock.now() + 1h;
  session.set_plan(late);
  for (int i = 0; i < 2; ++i) world.server_health.observe("ehr", {.kind = server::LinkEvidence::Kind::answered});
  EXPECT_LT(session.plan().due, late.due);
  EXPECT_EQ(session.due_at, session.plan().due);
}

TEST(Schedule, CountsARefreshThatWasUnderWayAtARestartAsUnanswered) {
  World world;
  session::Session& session = world.begin("s");
  session.begin_refresh();
  world.refresh.schedule.take_back(session);
  EXPECT_EQ(session.state(), State::active);
  EXPECT_EQ(session.plan().phase, session::RefreshPlan::Phase::unanswered);
  EXPECT_EQ(session.plan().last_failure, "restart");
  EXPECT_TRUE(world.ehr.refresh_requests.empty());
}

}  // namespace
}  // namespace wardend
