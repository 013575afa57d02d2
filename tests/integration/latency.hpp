// How long calls take, one after the other.
#pragma once

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/types.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace wardend::test {

// script/test --full: an optimised build, and nothing beside it.
inline bool measuring() { return ::getenv("WARDEND_MEASURE") != nullptr; }

// A process (0: this thread, and what it starts) stands for another machine: while something is measured it gets what
// nobody here wants of the processors.
inline void stand_elsewhere(pid_t process) {
  const sched_param none{};
  if (measuring()) EXPECT_EQ(::sched_setscheduler(process, SCHED_IDLE, &none), 0);
}

// Sanitizers are slow, and keep what is freed: what they run is not measured.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

struct Latency {
  double p50 = 0;  // all in milliseconds
  double p99 = 0;
  double most = 0;
  std::size_t calls = 0;
};

// Calls for that long, prints the figures under `what`, and gives them.
template <typename Call>
Latency measure(const std::string& what, std::chrono::milliseconds span, Call call) {
  using Now = std::chrono::steady_clock;
  std::vector<double> each;
  for (const auto end = Now::now() + span; Now::now() < end;) {
    const auto begun = Now::now();
    call();
    each.push_back(std::chrono::duration<double, std::milli>(Now::now() - begun).count());
  }
  std::ranges::sort(each);
  const Latency latency{each[each.size() / 2], each[each.size() * 99 / 100], each.back(), each.size()};
  std::printf("%s: p50 %.3f ms, p99 %.3f ms, most %.3f ms over %zu calls\n", what.c_str(), latency.p50, latency.p99,
              latency.most, latency.calls);
  return latency;
}

}  // namespace wardend::test
