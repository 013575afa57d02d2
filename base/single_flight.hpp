// One piece of work at a time, whoever wants its value: the first caller does it, the others wait for what it brings.
// For a document that several launches want at once. Not a cache: whoever comes after the end begins again.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/clock.hpp"
#include "base/scope_exit.hpp"

namespace wardend {

// `Value` is copied to everybody who waits. Must outlive its callers.
template <typename Value>
class SingleFlight {
 public:
  // The value of the work under way, or of `work()` if none is. `work` returns an awaitable of Value and is called once
  // at most. nullopt: nothing came until `deadline`; the work goes on. Whoever does the work does not look at
  // `deadline`: the work has its own. If the caller who does it is cancelled, one of those who wait does it again.
  template <typename Work>
  [[nodiscard]] asio::awaitable<std::optional<Value>> join(Clock& clock, BootTime deadline, Work work) {
    while (flying_) {
      const std::uint64_t flight = landed_flights_;
      const auto woken = co_await clock.wait(landed_, deadline);
      if (landed_flights_ != flight && value_) co_return value_;
      if (woken == Clock::Wake::deadline) co_return std::nullopt;
    }
    flying_ = true;
    value_.reset();
    const ScopeExit land([this] {
      flying_ = false;
      ++landed_flights_;
      landed_.notify_all();
    });
    value_ = co_await work();
    co_return value_;
  }

  [[nodiscard]] bool under_way() const { return flying_; }

 private:
  bool flying_ = false;
  std::uint64_t landed_flights_ = 0;
  std::optional<Value> value_;  // of the last flight; nullopt: it was cancelled
  Event landed_;
};

}  // namespace wardend
