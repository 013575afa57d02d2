#include "daemon/ops/status_line.hpp"

namespace wardend::ops {
namespace {

constexpr Duration at_most_each = 1s;  // making it looks at every session
constexpr Duration at_least_each = 30s;

}  // namespace

asio::awaitable<void> StatusLine::run() {
  std::string told;
  for (;;) {
    if (std::string line = line_(); line != told) tell_(told = std::move(line));
    const BootTime last = clock_.now();
    co_await clock_.wait(stirred_, beat_.next(last, at_least_each));
    if (clock_.now() < last + at_most_each) co_await clock_.sleep_until(last + at_most_each);
  }
}

asio::awaitable<void> StatusLine::heed_events() {
  events::EventHub::Subscription happened(hub_);
  for (;;) {
    if (happened.queue.empty() && !happened.overflowed) co_await clock_.wait(happened.arrived, BootTime::max());
    happened.queue.clear();
    happened.overflowed = false;
    stir();
  }
}

asio::awaitable<void> StatusLine::heed(Event& event) {
  for (;;) {
    co_await clock_.wait(event, BootTime::max());
    stir();
  }
}

}  // namespace wardend::ops
