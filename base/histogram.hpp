// A plain histogram that a module keeps of itself; daemon/ops reads it when scraped.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace wardend {

struct DurationHistogram {
  // Upper bounds in seconds, from 50 microseconds to 10 seconds.
  static constexpr std::array<double, 16> bounds = {0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
                                                    0.025,   0.05,   0.1,     0.25,   0.5,   1.0,    2.5,   10.0};
  std::array<std::uint64_t, bounds.size() + 1> counts{};  // the last one: above every bound
  double sum_seconds = 0;
  std::uint64_t count = 0;

  void observe(std::chrono::nanoseconds span) {
    const double seconds = std::chrono::duration<double>(span).count();
    std::size_t bucket = 0;
    while (bucket < bounds.size() && seconds > bounds[bucket]) ++bucket;
    ++counts[bucket];
    sum_seconds += seconds;
    ++count;
  }
};

}  // namespace wardend
