#include "ipc/shares.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "ipc/connection.hpp"

namespace wardend::ipc {
namespace {

// An app that errs is answered at once; one that does nothing else waits.
constexpr PaceLimits refusals{.at_once = 8, .each = 50ms, .longest_pause = 2s};
constexpr std::chrono::nanoseconds free_turns_window = 1ms;
constexpr std::chrono::nanoseconds free_turns_most = 500us;
constexpr std::chrono::nanoseconds turns_between_looks = 100us;
// Each takes up to twice its 256 KiB, and what it is parsed into.
constexpr unsigned large_frames_a_user = 2;
constexpr unsigned large_frames_in_all = 32;

}  // namespace

// Only so much at once: else whoever has many connections would answer them all before anybody else comes up.
bool Shares::take_free_turn(Connection& connection, Rank rank) {
  if (rank == Rank::stranger || turns_.waits(Rank::known)) return false;
  const auto began = std::chrono::steady_clock::now();
  if (began - free_since_ > free_turns_window) {
    free_since_ = began;
    free_spent_ = {};
  }
  if (free_spent_ >= free_turns_most) return false;
  connection.take_turn();
  free_spent_ += std::chrono::steady_clock::now() - began;
  return true;
}

void Shares::queue_for_turn(Connection& connection, Rank rank) {
  const Caller& caller = connection.caller();
  turns_.push({.rank = rank, .user = caller.uid(), .process = caller.pid()}, &connection);
  queued_.notify_all();
}

asio::awaitable<void> Shares::give_turns() {
  for (;;) {
    const Duration pause = give_some();
    if (turns_.empty() || pause > Duration(0))
      co_await clock_.wait(queued_, turns_.empty() ? BootTime::max() : clock_.now() + pause);
    else
      co_await asio::post(asio::use_awaitable);
  }
}

// Now and then the loop has to see who else has become ready; for each turn that would cost more than the turn.
Duration Shares::give_some() {
  const auto until = std::chrono::steady_clock::now() + turns_between_looks;
  while (!turns_.empty() && std::chrono::steady_clock::now() < until) {
    const Duration pause = turns_.waits(Rank::stranger) ? charge_strangers({}) : Duration(0);
    const auto connection = turns_.pop(pause > Duration(0) ? Rank::known : Rank::stranger);
    if (!connection) return pause;
    give_turn(**connection);
  }
  return Duration(0);
}

void Shares::give_turn(Connection& connection) {
  if (connection.rank() != Rank::stranger) return connection.take_turn();
  const auto began = std::chrono::steady_clock::now();
  connection.take_turn();
  charge_strangers(std::chrono::steady_clock::now() - began);
}

Duration Shares::charge_strangers(std::chrono::nanoseconds spent) {
  return strangers_.spend(clock_.now(), nanoseconds_of(spent), stranger_limits_);
}

bool Shares::enter_large_frame(uid_t uid) {
  Account& account = accounts_[uid];
  if (account.large_frames >= large_frames_a_user || large_frames_ >= large_frames_in_all) return false;
  ++account.large_frames;
  ++large_frames_;
  return true;
}

void Shares::leave_large_frame(uid_t uid) {
  --accounts_[uid].large_frames;
  --large_frames_;
}

Duration Shares::refuse(uid_t uid, unsigned weight) {
  return accounts_[uid].refusals.spend(clock_.now(), weight, refusals);
}

void Shares::settle(BootTime now) {
  std::erase_if(accounts_, [&](const auto& entry) {
    return entry.second.large_frames == 0 && entry.second.refusals.settled(now);
  });
}

}  // namespace wardend::ipc
