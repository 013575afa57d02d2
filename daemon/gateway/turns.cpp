#include "daemon/gateway/turns.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace wardend::gateway {
namespace {

// So many begin in a turn of the loop and no more: else whoever has many connections would be answered on all of them
// before anybody else. If each had a turn of its own, it would take a sixth more work; if four had one, a twentieth
// less, and everybody else would wait longer.
constexpr std::size_t most_in_a_turn = 2;

}  // namespace

asio::awaitable<void> Turns::wait(ipc::TurnOwner owner) {
  if (owner.rank == Rank::known && queue_.empty() && *begun_ < most_in_a_turn) {
    if ((*begun_)++ == 0) asio::post(co_await asio::this_coro::executor, [begun = begun_] { *begun = 0; });
    co_return;
  }
  const auto turn = std::make_shared<Event>();
  queue_.push(owner, turn);
  queued_.notify_all();
  co_await clock_.wait(*turn, BootTime::max());
}

void Turns::charge_strangers(std::chrono::nanoseconds spent) {
  static_cast<void>(strangers_.spend(clock_.now(), nanoseconds_of(spent), stranger_limits_));
}

// After them the loop sees who else has become ready. A stranger has its turn alone: what it costs is not known before.
asio::awaitable<void> Turns::give() {
  for (;;) {
    const Duration pause =
        queue_.waits(Rank::stranger) ? strangers_.spend(clock_.now(), 0, stranger_limits_) : Duration(0);
    std::size_t given = 0;
    Rank least = pause > Duration(0) ? Rank::known : Rank::stranger;
    for (; given < most_in_a_turn; ++given, least = Rank::known) {
      const auto turn = queue_.pop(least);
      if (!turn) break;
      (*turn)->notify_all();
    }
    if (given > 0)
      co_await asio::post(asio::use_awaitable);
    else
      co_await clock_.wait(queued_, queue_.empty() ? BootTime::max() : clock_.now() + pause);
  }
}

}  // namespace wardend::gateway
