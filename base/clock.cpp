#include "base/clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace wardend {

// Lives in the waiting coroutine's frame. The Asio timer never expires by itself: cancelling it is the wake-up.
struct Event::Waiter {
  explicit Waiter(const asio::any_io_executor& executor) : timer(executor, asio::steady_timer::time_point::max()) {}
  void wake(Clock::Wake why) {
    if (why == Clock::Wake::notified) dropped = true;
    if (woken) return;
    woken = why;
    timer.cancel();
  }
  asio::steady_timer timer;
  std::optional<Clock::Wake> woken;
  bool dropped = false;  // the event let go of this waiter, and may be gone by now
};

void Event::notify_all() {
  for (Waiter* waiter : waiters_) waiter->wake(Clock::Wake::notified);
  waiters_.clear();
}

asio::awaitable<void> Clock::sleep_until(BootTime when) { co_await wait_on(nullptr, when); }

asio::awaitable<Clock::Wake> Clock::wait(Event& event, BootTime deadline) { return wait_on(&event, deadline); }

asio::awaitable<Clock::Wake> Clock::wait_on(Event* event, BootTime deadline) {
  Event::Waiter waiter(co_await asio::this_coro::executor);
  const auto was_earliest = earliest();
  const auto entry = deadlines_.emplace(deadline, &waiter);
  struct Leave {
    Clock& clock;
    Event* event;
    Event::Waiter& waiter;
    std::multimap<BootTime, Event::Waiter*>::iterator entry;
    ~Leave() {
      const BootTime deadline = entry->first;
      clock.deadlines_.erase(entry);
      // Nobody is to be woken at a deadline that nobody has any more.
      if (clock.deadlines_.empty())
        clock.rearm(std::nullopt);
      else if (waiter.woken != Wake::deadline && deadline < clock.deadlines_.begin()->first)
        clock.rearm(clock.earliest());
      const bool on_list = event != nullptr && !waiter.dropped;
      if (on_list) event->waiters_.remove(&waiter);
    }
  } leave{*this, event, waiter, entry};
  if (event != nullptr) event->waiters_.push_back(&waiter);
  if (!was_earliest || deadline < *was_earliest) rearm(deadline);
  co_await waiter.timer.async_wait(asio::as_tuple(asio::use_awaitable));
  if (!waiter.woken) throw boost::system::system_error(asio::error::operation_aborted);
  co_return *waiter.woken;
}

void Clock::notice() {
  const Duration slept = unnoticed_sleep();
  if (slept > Duration::zero() && on_sleep_) on_sleep_(slept);
}

void Clock::fire_due() {
  notice();
  const BootTime present = now();
  for (auto entry = deadlines_.begin(); entry != deadlines_.end() && entry->first <= present; ++entry)
    entry->second->wake(Wake::deadline);
  rearm(earliest());
}

std::optional<BootTime> Clock::earliest() const {
  for (const auto& [when, waiter] : deadlines_)
    if (!waiter->woken) return when;
  return std::nullopt;
}

}  // namespace wardend
