// The plan of a session's refreshes: what follows from each outcome.
#include "daemon/refresh/plan.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/unit/refresh/plan_basis.hpp"

namespace wardend::refresh {
namespace {

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
      {"but not past the token's end",
       Phase::fresh,
       {.kind = Kind::failed, .retry_after = 3600s},
       240s,
       Phase::failing,
       300s,
       300s},
      {"nor longer than a minute from then on",
       Phase::failing,
       {.kind = Kind::failed, .retry_after = 3600s},
       301s,
       Phase::failing,
       361s,
       361s},
      {"a server that is down is left alone",
       Phase::failing,
       {.kind = Kind::failed, .server_down = true},
       301s,
       Phase::failing,
       541s,
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
      {"and tried on", Phase::doubted, {.kind = Kind::refused}, 241s, Phase::doubted, 242s, 242s},
      {"once more at the token's end", Phase::doubted, {.kind = Kind::refused}, 299500ms, Phase::doubted, 300s, 300s},
      {"a spent token then at once", Phase::unanswered, {.kind = Kind::refused}, 270s, Phase::unanswered, 300s, 300s},
      {"the other form is tried", Phase::fresh, {.kind = Kind::other_form}, 240s, Phase::reworded, 241s, 241s},
      {"once", Phase::reworded, {.kind = Kind::other_form}, 241s, Phase::over, never, 0s},
      {"after an outage a grant is asked for twice",
       Phase::failing,
       {.kind = Kind::grant_ended},
       240s,
       Phase::contested,
       245s,
       245s},
      {"not thrice", Phase::contested, {.kind = Kind::grant_ended}, 245s, Phase::over, never, 0s},
      {"also where others saw the outage",
       Phase::fresh,
       {.kind = Kind::grant_ended, .after_outage = true},
       240s,
       Phase::contested,
       245s,
       245s},
      {"never with a spent token", Phase::unanswered, {.kind = Kind::grant_ended}, 270s, Phase::over, never, 0s},
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

// Whoever refuses, a firewall or the server, has refused a request from after the token's end, and the server is up.
TEST(RefreshPlan, AStrangeRefusalEndsTheGrantOnlyAfterTheTokensEnd) {
  const Basis basis = tokens(start, 300s);
  RefreshPlan plan = after(launched(300s), {.kind = Kind::refused, .word = "http_403"}, basis, start + 240s, 0.0);
  for (int attempts = 0; plan.due < start + 300s; ++attempts) {
    ASSERT_LT(attempts, 30);
    plan = after(plan, {.kind = Kind::sent}, basis, plan.due, 0.9);
    plan = after(plan, {.kind = Kind::refused, .word = "http_403"}, basis, plan.due, 0.9);
    ASSERT_EQ(plan.phase, Phase::doubted);
  }
  EXPECT_EQ(plan.due, start + 300s);
  plan = after(plan, {.kind = Kind::sent}, basis, plan.due, 0.9);
  const RefreshPlan down = after(plan, {.kind = Kind::refused, .server_down = true}, basis, plan.due, 0.9);
  EXPECT_EQ(down.phase, Phase::doubted) << "until the server is up again";
  plan = after(plan, {.kind = Kind::refused, .word = "http_403"}, basis, plan.due, 0.9);
  EXPECT_EQ(plan.phase, Phase::over);
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
  const Outcome unasked{.kind = Kind::server_back};
  EXPECT_EQ(after(failing, unasked, basis, now + 5s, 0.0).due, now + 50s)
      << "where nobody waits, the server's wish holds";
  const RefreshPlan unanswered = after(launched(300s), {.kind = Kind::no_reply}, basis, now, 0.0);
  EXPECT_EQ(after(unanswered, back, basis, now + 5s, 0.0), unanswered);
  EXPECT_EQ(after(unanswered, back, basis, start + 301s, 0.0).due, start + 301s);
}

TEST(RefreshPlan, AfterAnOutageExpiredSessionsGoApart) {
  const Basis basis = tokens(start, 300s);
  const BootTime now = start + 400s;
  const RefreshPlan failing = after(launched(300s), {.kind = Kind::failed}, basis, start + 390s, 0.0);
  const RefreshPlan plan = after(failing, {.kind = Kind::server_back}, basis, now, 0.5);
  EXPECT_EQ(plan.due, now + 112500ms) << "half of a turn";
  EXPECT_TRUE(plan.may_attempt(now));
}

// While its server is down a living token is tried once more, and no more often than in good times from then on. When
// the server is back, whose token ends first goes first.
TEST(RefreshPlan, InAnOutageNobodyAsksOftenAndWhoEndsFirstGoesFirst) {
  const Basis basis = tokens(start, 3600s);
  const Outcome down{.kind = Kind::failed, .server_down = true};
  RefreshPlan plan = launched(3600s);
  plan.refreshed_at = start;
  plan = after(plan, down, basis, start + 3000s, 0.5);
  EXPECT_EQ(plan.due, start + 3450s);
  const RefreshPlan back = after(plan, {.kind = Kind::server_back}, basis, start + 3200s, 0.5);
  EXPECT_EQ(back.due, start + 3400s);
  plan = after(plan, down, basis, plan.due, 0.5);
  EXPECT_EQ(plan.due, start + 3600s + 2850s);
  EXPECT_TRUE(plan.may_attempt(start + 3520s)) << "for whoever asks";
  plan = after(plan, down, basis, plan.due, 0.5);
  EXPECT_EQ(plan.due, start + 6450s + 2850s);
}

TEST(RefreshPlan, ARestartKeepsTheMomentOfTheFirstRefresh) {
  const Basis basis = tokens(start, 3600s);
  for (const double jitter : {0.0, 0.3, 0.999}) {
    const RefreshPlan plan = after({}, {.kind = Kind::launched}, basis, start, jitter);
    EXPECT_EQ(after(plan, {.kind = Kind::restored}, basis, start + 10s, jitter).due, plan.due);
  }
}

TEST(RefreshPlan, WhatFellDueInASleepIsSpreadAndTheRestKeepsItsMoment) {
  const Basis basis = tokens(start, 300s);
  const RefreshPlan plan = launched(300s);
  EXPECT_EQ(after(plan, {.kind = Kind::woke}, basis, start + 100s, 0.5), plan);
  EXPECT_EQ(after(plan, {.kind = Kind::woke}, basis, start + 500s, 0.5).due, start + 612500ms);
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

}  // namespace
}  // namespace wardend::refresh
