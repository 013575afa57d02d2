// Whose token a hub is asked with, among the sessions that hold its topic.
#include "daemon/fhircast/holders.hpp"

#include <gtest/gtest.h>

#include "tests/unit/session/world.hpp"

namespace wardend {
namespace {

using fhircast::Holders;
using test::World;

struct HoldersTest : ::testing::Test {
  World world;
  Holders holders{world.clock, world.store, world.refresher};

  session::Session& hold(const std::string& id, Duration life, const std::string& login_session = "c1") {
    session::Session& session = world.begin(id, login_session);
    give(session, life, 1h);
    holders.add(id);
    return session;
  }
  // The same access token, of so long a life, with so much of it left.
  void give(session::Session& session, Duration left, Duration life) {
    const BootTime end = world.clock.now() + left;
    session.take_tokens(
        {.access = session.tokens()->access.clone(), .refresh = {}, .obtained_at = end - life, .expires_at = end});
  }
  void hold_for_good(const std::string& id) {
    world.shape_tokens = [](session::Tokens& tokens) { tokens.refresh = Secret(); };
    hold(id, 1h);
    world.shape_tokens = {};
  }
  [[nodiscard]] std::string bearer() {
    const auto found = holders.bearer();
    return found ? found->session : "";
  }
  asio::awaitable<void> wait(Holders::Need need) { freshened = co_await holders.freshen(need); }
  std::optional<bool> freshened;
  std::optional<bool> freshen(Holders::Need need, Duration within = 0s) {
    freshened.reset();
    world.tasks.spawn("freshen", wait(need));
    world.clock.settle();
    if (within > 0s) world.clock.advance(within);
    return freshened;
  }
};

TEST_F(HoldersTest, CountsEachSessionOnce) {
  EXPECT_TRUE(holders.empty());
  EXPECT_TRUE(holders.add("s1"));
  EXPECT_FALSE(holders.add("s1"));
  EXPECT_TRUE(holders.has("s1"));
  EXPECT_EQ(holders.size(), 1U);
  EXPECT_TRUE(holders.remove("s1"));
  EXPECT_FALSE(holders.remove("s1"));
  EXPECT_TRUE(holders.empty());
}

TEST_F(HoldersTest, NamesEveryLoginSessionOnce) {
  world.logind.add("c2", 1001);
  hold("s1", 1h);
  hold("s2", 1h);
  hold("s3", 1h, "c2");
  holders.add("gone");
  EXPECT_EQ(holders.login_sessions(), (std::set<std::string>{"c1", "c2"}));
}

TEST_F(HoldersTest, AsksWithTheTokenThatLivesLongest) {
  EXPECT_EQ(bearer(), "");
  hold("s1", 10min);
  hold("s2", 30min);
  hold("s3", 20min);
  EXPECT_EQ(bearer(), "s2");
  const auto with = holders.bearer();
  EXPECT_EQ(with->token.reveal(), "at-s2.1");
  EXPECT_EQ(with->token_left, 30min);
}

TEST_F(HoldersTest, NeverAsksWithATokenThatIsOver) {
  hold("s1", -1s);
  EXPECT_EQ(bearer(), "");
}

TEST_F(HoldersTest, NeverAsksWithTheTokenOfAClearedSession) {
  auto& session = hold("s1", 1h);
  hold("s2", 10min);
  world.clearing.clear_session(session, {ClearReason::ended_by_app, ""});
  EXPECT_EQ(bearer(), "s2");
}

struct Life {
  Duration left;
  Duration life;
  bool fresh;
};

TEST_F(HoldersTest, IsFreshForAnotherMinuteOrHalfOfAShortLife) {
  auto& session = hold("s1", 1h);
  for (const auto& row : {Life{61s, 1h, true}, Life{59s, 1h, false}, Life{31s, 60s, true}, Life{29s, 60s, false}}) {
    give(session, row.left, row.life);
    EXPECT_EQ(holders.fresh(), row.fresh) << row.left.count() << " of " << row.life.count();
  }
}

TEST_F(HoldersTest, WaitsForNothingWhereATokenIsFresh) {
  hold("s1", 1h);
  EXPECT_EQ(freshen(Holders::Need::fresh), true);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 0U);
}

TEST_F(HoldersTest, WaitsForTheRefreshOfATokenThatIsAboutToEnd) {
  hold("s1", 20s);
  EXPECT_EQ(freshen(Holders::Need::fresh, 5s), true);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 1U);
  EXPECT_EQ(holders.bearer()->token.reveal(), "at-s1.2");
}

TEST_F(HoldersTest, WaitsForAnotherTokenThoughThisOneIsFresh) {
  hold("s1", 1h);
  EXPECT_EQ(freshen(Holders::Need::another, 5s), true);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 1U);
}

TEST_F(HoldersTest, GivesUpOnAnEhrThatDoesNotAnswer) {
  hold("s1", 1h);
  world.ehr.latency = 1min;
  EXPECT_EQ(freshen(Holders::Need::another), std::nullopt);
  world.clock.advance(10s);
  EXPECT_EQ(freshened, false);
}

TEST_F(HoldersTest, GivesUpWhereTheRefreshIsRefused) {
  hold("s1", 1h);
  world.ehr.token_faults.push_back(test::FakeEhr::Fault::invalid_grant);
  EXPECT_EQ(freshen(Holders::Need::another, 1s), false);
}

TEST_F(HoldersTest, GivesUpWhereNothingCanBeRefreshed) {
  EXPECT_EQ(freshen(Holders::Need::fresh), false);
  hold_for_good("s1");
  EXPECT_EQ(freshen(Holders::Need::another), false);
  EXPECT_EQ(freshen(Holders::Need::fresh), true);
}

TEST_F(HoldersTest, GivesUpWhenTheSessionLetsGo) {
  hold("s1", 1h);
  world.ehr.latency = 5s;
  EXPECT_EQ(freshen(Holders::Need::another), std::nullopt);
  holders.remove("s1");
  world.clock.advance(11s);
  EXPECT_EQ(freshened, false);
}

TEST_F(HoldersTest, RefreshesAnotherSessionWhereTheLongestCannotBe) {
  hold_for_good("s1");
  hold("s2", 10min);
  EXPECT_TRUE(holders.hurry());
  world.clock.advance(1s);
  EXPECT_EQ(world.store.find("s2")->tokens()->access.reveal(), "at-s2.2");
}

}  // namespace
}  // namespace wardend
