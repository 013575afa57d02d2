// The plan of a session's refreshes: what follows from each outcome, and how often attempts can go at most.
#include "daemon/refresh/plan.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "daemon/refresh/policy.hpp"

namespace wardend::refresh {
namespace {

using Phase = RefreshPlan::Phase;
using Kind = Outcome::Kind;

constexpr BootTime start{1h};

Basis tokens(BootTime obtained_at, Duration life) {
  return {.obtained_at = obtained_at, .expires_at = obtained_at + life, .refreshable = true};
}

RefreshPlan launched(Duration life) { return after({}, {.kind = Kind::launched}, tokens(start, life), start, 0.0); }

TEST(RefreshPlan, FollowsTheTable) {
  struct Row {
    const char* what;
    Phase before;
    Outcome outcome;
    Duration at;  // since the tokens came, which live 300 s
    Phase phase;
    Duration due;
    Duration not_before;
  };
  constexpr Duration never = BootTime::max() - start;
  const Row rows[] = {
      {"tokens begin anew", Phase::failing, {.kind = Kind::tokens_received}, 0s, Phase::fresh, 240s, 60s},
      {"tokens end a doubt", Phase::doubted, {.kind = Kind::tokens_received}, 0s, Phase::fresh, 240s, 60s},
      {"a failure is tried again", Phase::fresh, {.kind = Kind::failed}, 240s, Phase::failing, 241s, 241s},
      {"as late as the server says",
       Phase::fresh,
       {.kind = Kind::failed, .retry_after = 30s},
       240s,
       Phase::failing,
       270s,
       270s},
      {"a server that is down is left alone",
       Phase::failing,
       {.kind = Kind::failed, .server_down = true},
       301s,
       Phase::failing,
       361s,
       361s},
      {"a failure proves no spent token good",
       Phase::unanswered,
       {.kind = Kind::failed},
       270s,
       Phase::unanswered,
       271s,
       271s},
      {"a rejected client is asked once more",
       Phase::fresh,
       {.kind = Kind::client_rejected},
       240s,
       Phase::rejected,
       241s,
       241s},
      {"and then rarely", Phase::rejected, {.kind = Kind::client_rejected}, 241s, Phase::rejected, 541s, 541s},
      {"a strange refusal is doubted", Phase::fresh, {.kind = Kind::refused}, 240s, Phase::doubted, 241s, 241s},
      {"once", Phase::doubted, {.kind = Kind::refused}, 241s, Phase::over, never, 0s},
      {"no reply waits for the token's end",
       Phase::fresh,
       {.kind = Kind::no_reply},
       240s,
       Phase::unanswered,
       270s,
       270s},
      {"the second time for its very end",
       Phase::unanswered,
       {.kind = Kind::no_reply},
       270s,
       Phase::unanswered,
       300s,
       300s},
      {"and then goes on", Phase::unanswered, {.kind = Kind::no_reply}, 301s, Phase::unanswered, 302s, 302s},
      {"the server may end it", Phase::fresh, {.kind = Kind::grant_ended}, 240s, Phase::over, never, 0s},
      {"what is over stays over", Phase::over, {.kind = Kind::server_back}, 240s, Phase::over, never, 0s},
  };
  for (const Row& row : rows) {
    RefreshPlan plan;
    plan.phase = row.before;
    if (row.before != Phase::over) plan.due = start + 240s;
    plan.not_before = start;
    const RefreshPlan then = after(plan, row.outcome, tokens(start, 300s), start + row.at, 0.0);
    EXPECT_EQ(name_of(then.phase), name_of(row.phase)) << row.what;
    EXPECT_EQ(then.due, start + row.due) << row.what;
    EXPECT_EQ(then.not_before, start + row.not_before) << row.what;
  }
}

TEST(RefreshPlan, WithoutARefreshTokenThereIsNone) {
  Basis basis = tokens(start, 300s);
  basis.refreshable = false;
  const RefreshPlan plan = after({}, {.kind = Kind::launched}, basis, start, 0.0);
  EXPECT_EQ(plan.phase, Phase::over);
  EXPECT_FALSE(plan.may_attempt(start + 1h));
}

TEST(RefreshPlan, WithReplayNeverNoReplyIsTheEnd) {
  Basis basis = tokens(start, 300s);
  basis.replay = config::Replay::never;
  const RefreshPlan plan =
      after(launched(300s), {.kind = Kind::no_reply, .word = "no_reply"}, basis, start + 240s, 0.0);
  EXPECT_EQ(plan.phase, Phase::over);
  EXPECT_EQ(plan.due, BootTime::max());
  EXPECT_EQ(plan.last_failure, "no_reply");
}

TEST(RefreshPlan, TheFirstRefreshAfterALaunchMayGoAtOnce) {
  const RefreshPlan plan = launched(300s);
  EXPECT_EQ(plan.due, start + 240s);
  EXPECT_TRUE(plan.may_attempt(start));
}

TEST(RefreshPlan, CallersHurryNoRetryAndNoReplay) {
  const Basis basis = tokens(start, 300s);
  const BootTime now = start + 240s;
  const RefreshPlan failing = after(launched(300s), {.kind = Kind::failed}, basis, now, 0.9);
  EXPECT_FALSE(failing.may_attempt(failing.due - 1ms));
  EXPECT_TRUE(failing.may_attempt(failing.due));
  const RefreshPlan unanswered = after(launched(300s), {.kind = Kind::no_reply}, basis, now, 0.0);
  EXPECT_FALSE(unanswered.may_attempt(start + 269s));
}

TEST(RefreshPlan, ARecoveryHurriesFailuresAndNotTheReplayOfALivingToken) {
  const Basis basis = tokens(start, 300s);
  const BootTime now = start + 240s;
  const Outcome back{.kind = Kind::server_back, .wanted = true};
  const RefreshPlan failing = after(launched(300s), {.kind = Kind::failed, .retry_after = 50s}, basis, now, 0.0);
  EXPECT_EQ(after(failing, back, basis, now + 5s, 0.0).due, now + 5s);
  const RefreshPlan unanswered = after(launched(300s), {.kind = Kind::no_reply}, basis, now, 0.0);
  EXPECT_EQ(after(unanswered, back, basis, now + 5s, 0.0), unanswered);
  EXPECT_EQ(after(unanswered, back, basis, start + 301s, 0.0).due, start + 301s);
}

TEST(RefreshPlan, AfterAnOutageExpiredSessionsGoApart) {
  const Basis basis = tokens(start, 300s);
  const BootTime now = start + 400s;
  const RefreshPlan failing = after(launched(300s), {.kind = Kind::failed}, basis, start + 390s, 0.0);
  const RefreshPlan plan = after(failing, {.kind = Kind::server_back}, basis, now, 0.5);
  EXPECT_EQ(plan.due, now + 120s);
  EXPECT_TRUE(plan.may_attempt(now));
}

TEST(RefreshPlan, WhatFellDueInASleepIsSpreadAndTheRestKeepsItsMoment) {
  const Basis basis = tokens(start, 300s);
  const RefreshPlan plan = launched(300s);
  EXPECT_EQ(after(plan, {.kind = Kind::woke}, basis, start + 100s, 0.5), plan);
  EXPECT_EQ(after(plan, {.kind = Kind::woke}, basis, start + 500s, 0.5).due, start + 620s);
  EXPECT_EQ(after(plan, {.kind = Kind::woke, .wanted = true}, basis, start + 500s, 0.5).due, start + 500s);
}

TEST(RefreshPlan, TokensThatAreOverWhenTheyComeGrowTheGaps) {
  RefreshPlan plan = launched(300s);
  BootTime now = start + 240s;
  std::vector<Duration> gaps;
  for (int i = 0; i < 8; ++i) {
    plan = after(plan, {.kind = Kind::tokens_received}, tokens(now, 0s), now, 0.999);
    EXPECT_EQ(plan.phase, Phase::failing);
    gaps.push_back(plan.due - now);
    now = plan.due;
  }
  EXPECT_TRUE(std::ranges::is_sorted(gaps));
  EXPECT_GE(gaps.front(), 1s);
  EXPECT_NEAR(std::chrono::duration<double>(gaps.back()).count(), 30, 1);
  plan = after(plan, {.kind = Kind::tokens_received}, tokens(now, 300s), now, 0.0);
  EXPECT_EQ(plan.failures, 0U);
}

TEST(RefreshPlan, GapsGrowAreCappedAndBeginAgainAfterASuccess) {
  RefreshPlan plan = launched(300s);
  BootTime now = start + 240s;
  Duration last{};
  for (int i = 0; i < 12; ++i) {
    plan = after(plan, {.kind = Kind::failed}, tokens(start, 300s), now, 0.999);
    EXPECT_GE(plan.due - now, last);
    EXPECT_LE(plan.due - now, 30s);
    last = plan.due - now;
    now = plan.due;
  }
  plan = after(plan, {.kind = Kind::tokens_received}, tokens(now, 300s), now, 0.0);
  plan = after(plan, {.kind = Kind::failed}, tokens(now, 300s), now + 240s, 0.0);
  EXPECT_EQ(plan.due, now + 241s);
}

TEST(RefreshPlan, ARestoredPlanKeepsItsFloorAndItsDoubts) {
  RefreshPlan kept;
  kept.phase = Phase::fresh;
  kept.refreshed_at = start;
  const RefreshPlan fresh = after(kept, {.kind = Kind::restored}, tokens(start, 300s), start + 10s, 0.0);
  EXPECT_EQ(fresh.due, start + 240s);
  EXPECT_FALSE(fresh.may_attempt(start + 59s));
  const RefreshPlan expired = after(kept, {.kind = Kind::restored}, tokens(start, 10s), start + 20s, 0.0);
  EXPECT_EQ(expired.due, start + 20s);
  kept.phase = Phase::unanswered;
  const RefreshPlan unanswered = after(kept, {.kind = Kind::restored}, tokens(start, 300s), start + 250s, 0.0);
  EXPECT_EQ(unanswered.due, start + 300s);
  EXPECT_FALSE(unanswered.may_attempt(start + 299s));
}

// A server, callers and a schedule that do what they like; what is counted are the requests.
class Storm {
 public:
  explicit Storm(unsigned seed) : draw_(seed) {}

  struct Kinds {
    bool failures = false;
  };
  // Lives are between `least` and `most`. Returns the moments of the requests within `span`.
  std::vector<BootTime> run(Duration least, Duration most, Duration span, Kinds kinds) {
    std::vector<BootTime> sent;
    Basis basis = tokens(start, between(least, most));
    RefreshPlan plan = after({}, {.kind = Kind::launched}, basis, start, unit());
    for (BootTime now = start; plan.phase != Phase::over;) {
      const BootTime wish = now + between(0s, most / 4 + 1ms);  // somebody wants a better token then
      const bool wished = wish < plan.due;
      now = std::max(now, wished ? wish : plan.due);
      if (now > start + span) break;
      if (unit() < 0.1) plan = after(plan, {.kind = Kind::server_back, .wanted = flip()}, basis, now, unit());
      if (unit() < 0.05) plan = after(plan, {.kind = Kind::woke, .wanted = flip()}, basis, now, unit());
      if (!plan.may_attempt(now)) continue;
      sent.push_back(now);
      const BootTime sent_at = now;
      plan = after(plan, {.kind = Kind::sent}, basis, now, 0.0);
      now += between(0s, 3s);
      plan = answer(plan, basis, {sent_at, now}, between(least, most), kinds);
    }
    return sent;
  }
  double unit() { return std::uniform_real_distribution<double>(0, 1)(draw_); }
  Duration between(Duration least, Duration most) {
    return Duration(std::uniform_int_distribution<Duration::rep>(least.count(), most.count())(draw_));
  }

 private:
  struct Times {
    BootTime sent_at;
    BootTime answered_at;
  };
  bool flip() { return unit() < 0.5; }
  RefreshPlan answer(const RefreshPlan& plan, Basis& basis, Times times, Duration life, Kinds kinds) {
    const double which = kinds.failures ? unit() : 0.0;
    if (which < 0.4) {
      basis = tokens(times.sent_at, life);
      return after(plan, {.kind = Kind::tokens_received}, basis, times.answered_at, unit());
    }
    const Kind others[] = {Kind::failed, Kind::client_rejected, Kind::no_reply, Kind::failed};
    return after(plan, {.kind = others[static_cast<std::size_t>(unit() * 4)], .server_down = flip(), .asleep = flip()},
                 basis, times.answered_at, unit());
  }
  std::mt19937_64 draw_;
};

TEST(RefreshPlan, WhateverLivesComeBackRequestsStayUnderTheFloor) {
  for (unsigned seed = 0; seed < 10'000; ++seed) {
    Storm storm(seed);
    const Duration least = storm.between(0s, seed % 2 == 0 ? Duration(5s) : Duration(200s));
    const Duration most = least + storm.between(0s, 300s);
    const Duration span = storm.between(1s, 600s);
    const auto sent = storm.run(least, most, span, {});
    const Duration floor = refresh_floor(least);
    ASSERT_LE(sent.size(), 2U + static_cast<std::size_t>(span / floor)) << "seed " << seed;
    for (std::size_t i = 1; i < sent.size(); ++i) ASSERT_GE(sent[i] - sent[i - 1], floor) << "seed " << seed;
  }
}

TEST(RefreshPlan, WhateverFailsRequestsAreASecondApart) {
  std::size_t altogether = 0;
  for (unsigned seed = 0; seed < 10'000; ++seed) {
    const auto sent = Storm(seed).run(0s, 30s, 60s, {.failures = true});
    ASSERT_LE(sent.size(), 2U + 60U) << "seed " << seed;
    for (std::size_t i = 1; i < sent.size(); ++i) ASSERT_GE(sent[i] - sent[i - 1], 1s) << "seed " << seed;
    altogether += sent.size();
  }
  EXPECT_GT(altogether, 50'000U) << "too few requests to prove anything";
}

}  // namespace
}  // namespace wardend::refresh
