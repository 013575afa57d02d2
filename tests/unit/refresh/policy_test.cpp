#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "daemon/refresh/policy.hpp"

namespace wardend::refresh {
namespace {

TEST(RefreshPolicy, LeadIsAFifthOfTheLifeWithinItsBounds) {
  struct Row {
    Duration life;
    std::optional<config::Milliseconds> configured;
    Duration lead;
  };
  const Row rows[] = {{3600s, {}, 600s},
                      {300s, {}, 60s},
                      {100s, {}, 30s},
                      {40s, {}, 20s},
                      {8h, {}, 600s},
                      {1s, {}, 500ms},
                      {300s, config::Milliseconds(20'000), 20s},
                      {300s, config::Milliseconds(200'000), 150s}};
  for (const Row& row : rows) EXPECT_EQ(refresh_lead(row.life, row.configured), row.lead) << row.life.count();
}

TEST(RefreshPolicy, JitterMovesTheRefreshEarlierByUpToHalfTheLead) {
  const BootTime start{1h};
  EXPECT_EQ(planned_refresh(start, 300s, {}, 0.0), start + 240s);
  EXPECT_EQ(planned_refresh(start, 300s, {}, 0.5), start + 225s);
  EXPECT_GE(planned_refresh(start, 300s, {}, 0.9999), start + 210s);
}

TEST(RefreshPolicy, TheFirstRefreshOfALongTokenMayComeEarlierAndNeverLater) {
  const BootTime start{1h};
  EXPECT_EQ(first_refresh(start, 3600s, {}, 0.0), start + 60s) << "not at once";
  EXPECT_EQ(first_refresh(start, 3600s, {}, 0.5), start + 1425s);
  EXPECT_GT(first_refresh(start, 3600s, {}, 0.9999), start + 2980s);
  EXPECT_LE(first_refresh(start, 3600s, {}, 0.999999), start + 3000s) << "the lead stays";
  EXPECT_EQ(first_refresh(start, 600s, {}, 0.5), planned_refresh(start, 600s, {}, 0.5)) << "it comes round soon";
}

// Sessions that all begin in one moment are, in each minute from then on, no more than those that began long ago.
TEST(RefreshPolicy, WhoeverJoinsComesAsOftenAsThoseWhoAreThere) {
  constexpr int sessions = 100'000;
  for (const Duration life : {Duration(300s), Duration(3600s), Duration(8h)}) {
    const Duration turn = (planned_refresh({}, life, {}, 0.0) - planned_refresh({}, life, {}, 1.0)) / 2 +
                          planned_refresh({}, life, {}, 1.0).time_since_epoch();
    std::vector<int> due(60);  // in each twentieth of a turn
    for (int i = 0; i < sessions; ++i) {
      const auto at = [i](int step) { return token_jitter(std::to_string(i), "s", static_cast<std::uint64_t>(step)); };
      BootTime when = BootTime() + part_of_turn(life, {}, at(0));
      for (int step = 1; when < BootTime() + 3 * turn; ++step) {
        ++due[static_cast<std::size_t>((when - BootTime()) * 20 / turn)];
        when = planned_refresh(when, life, {}, at(step));
      }
    }
    for (const int count : due) EXPECT_NEAR(count, sessions / 20, sessions / 20 * 0.07) << life.count();
  }
}

TEST(RefreshPolicy, JitterIsTheSameForTheSameTokenAndSpreadsOverAFleet) {
  EXPECT_EQ(token_jitter("m", "s", 1), token_jitter("m", "s", 1));
  int low = 0;
  for (int machine = 0; machine < 5000; ++machine) low += token_jitter(std::to_string(machine), "s", 1) < 0.5 ? 1 : 0;
  EXPECT_NEAR(low, 2500, 200);
}

TEST(RefreshPolicy, RefreshesAreAMinuteApartOrHalfAShortLife) {
  struct Row {
    Duration life;
    Duration floor;
  };
  for (const Row& row : {Row{8h, 60s}, Row{120s, 60s}, Row{119s, 59500ms}, Row{60s, 30s}, Row{3s, 1500ms}, Row{2s, 1s},
                         Row{1s, 1s}, Row{0s, 1s}})
    EXPECT_EQ(refresh_floor(row.life), row.floor) << row.life.count();
  const BootTime now{1h};
  EXPECT_EQ(floor_wait(now - 10s, 300s, now), 50s);
  EXPECT_EQ(floor_wait(now - 61s, 300s, now), 0s);
  EXPECT_EQ(floor_wait(now - 10s, 60s, now), 20s);
  EXPECT_EQ(floor_wait({}, 300s, now), 0s);
}

TEST(RefreshPolicy, ALostReplyIsReplayedOnceBeforeTheTokenExpires) {
  const BootTime now{1h};
  const BootTime expiry = now + 100s;
  const auto time = [&](config::Replay policy, bool replayed, BootTime end, BootTime at) {
    return replay_time({.policy = policy, .replayed = replayed, .life = 200s, .jitter = 0.5}, end, at);
  };
  EXPECT_EQ(time(config::Replay::never, false, expiry, now), std::nullopt);
  EXPECT_EQ(time(config::Replay::late, false, expiry, now), now + 80s) << "a tenth of its life is left then";
  EXPECT_EQ(time(config::Replay::late, false, now + 5s, now), now + 1500ms) << "what broke the reply may pass";
  EXPECT_EQ(time(config::Replay::at_once, false, expiry, now), now + 1500ms);
  EXPECT_EQ(time(config::Replay::at_once, true, expiry, now), expiry);
  EXPECT_EQ(time(config::Replay::late, true, expiry, expiry + 5s), expiry + 6500ms);
  EXPECT_EQ(time(config::Replay::never, true, expiry, expiry + 5s), std::nullopt);
}

}  // namespace
}  // namespace wardend::refresh
