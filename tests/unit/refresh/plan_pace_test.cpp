// How often attempts can go at most, whatever servers, callers and the schedule do.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "daemon/refresh/policy.hpp"
#include "tests/unit/refresh/plan_basis.hpp"

namespace wardend::refresh {
namespace {

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
