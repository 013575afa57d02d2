#include "daemon/gateway/turns.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace wardend::gateway {
namespace {

// So many at once and no more: else whoever has many connections would be answered on all of them before anybody else.
constexpr PaceLimits free_turns{.at_once = 4, .each = 250us, .longest_pause = 1ms};

}  // namespace

asio::awaitable<void> Turns::wait(ipc::TurnOwner owner) {
  const bool alone = owner.rank == Rank::known && queue_.empty();
  if (alone && free_.spend(clock_.now(), 1, free_turns) == Duration(0)) co_return;
  const auto turn = std::make_shared<Event>();
  queue_.push(owner, turn);
  queued_.notify_all();
  co_await clock_.wait(*turn, BootTime::max());
}

void Turns::charge_strangers(std::chrono::nanoseconds spent) {
  static_cast<void>(strangers_.spend(clock_.now(), nanoseconds_of(spent), stranger_limits_));
}

// After each turn the loop sees who else has become ready.
asio::awaitable<void> Turns::give() {
  for (;;) {
    const Duration pause =
        queue_.waits(Rank::stranger) ? strangers_.spend(clock_.now(), 0, stranger_limits_) : Duration(0);
    if (auto turn = queue_.pop(pause > Duration(0) ? Rank::known : Rank::stranger)) {
      (*turn)->notify_all();
      co_await asio::post(asio::use_awaitable);
    } else {
      co_await clock_.wait(queued_, queue_.empty() ? BootTime::max() : clock_.now() + pause);
    }
  }
}

}  // namespace wardend::gateway
