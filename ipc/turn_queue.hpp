// Whose call is answered next: one a turn. Users take turns, and so do the processes of a user and the connections of a
// process, so that one app does not wait for all connections of another. Those whom the configuration names come before
// strangers, but never instead of them. A plain queue; the server gives the turns.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "base/connection_room.hpp"

namespace wardend::ipc {

// Lines of items by key, the keys in turn.
template <typename Key, typename Line>
class InTurn {
 public:
  [[nodiscard]] bool empty() const { return keys_.empty(); }
  // The line of that key, which gets its turn after those that wait now. Put something in before the next pop().
  [[nodiscard]] Line& line(const Key& key) {
    const auto [found, fresh] = lines_.try_emplace(key);
    if (fresh) keys_.push_back(key);
    return found->second;
  }
  // Lets `take` have the line whose turn it is, which goes to the end unless it is empty then. Only while not empty().
  template <typename Take>
  auto pop(Take take) {
    const Key key = keys_.front();
    keys_.pop_front();
    const auto found = lines_.find(key);
    auto item = take(found->second);
    if (found->second.empty())
      lines_.erase(found);
    else
      keys_.push_back(key);
    return item;
  }

 private:
  std::map<Key, Line> lines_;  // never an empty one
  std::deque<Key> keys_;       // each once, in turn
};

struct TurnOwner {
  Rank rank = Rank::stranger;
  std::uint64_t user = 0;
  std::int64_t process = 0;
};

template <typename Item>
class TurnQueue {
 public:
  void push(const TurnOwner& owner, Item item) {
    if (empty()) return void(alone_.emplace(owner, std::move(item)));
    if (alone_) line_up(alone_->first, std::move(alone_->second));
    alone_.reset();
    line_up(owner, std::move(item));
  }

  [[nodiscard]] bool empty() const { return !alone_ && sides_[0].empty() && sides_[1].empty(); }

  // Whether somebody of that rank waits.
  [[nodiscard]] bool waits(Rank rank) const {
    return (alone_ && alone_->first.rank == rank) || !sides_[index_of(rank)].empty();
  }

  // The next in turn of those who have `least` or more. A stranger comes after each known user.
  [[nodiscard]] std::optional<Item> pop(Rank least = Rank::stranger) {
    if (alone_) return pop_alone(least);
    const bool strangers_turn = least == Rank::stranger && last_ == Rank::known;
    const std::size_t preferred = index_of(strangers_turn ? Rank::stranger : Rank::known);
    const std::size_t chosen = sides_[preferred].empty() && least == Rank::stranger ? 1 - preferred : preferred;
    if (sides_[chosen].empty()) return std::nullopt;
    last_ = chosen == index_of(Rank::known) ? Rank::known : Rank::stranger;
    return sides_[chosen].pop([](Processes& processes) {
      return processes.pop([](std::deque<Item>& connections) {
        Item item = std::move(connections.front());
        connections.pop_front();
        return item;
      });
    });
  }

 private:
  using Processes = InTurn<std::int64_t, std::deque<Item>>;
  static std::size_t index_of(Rank rank) { return rank == Rank::known ? 1 : 0; }

  void line_up(const TurnOwner& owner, Item item) {
    sides_[index_of(owner.rank)].line(owner.user).line(owner.process).push_back(std::move(item));
  }

  std::optional<Item> pop_alone(Rank least) {
    const Rank rank = alone_->first.rank;
    if (least == Rank::known && rank == Rank::stranger) return std::nullopt;
    last_ = rank;
    std::optional<Item> item(std::move(alone_->second));
    alone_.reset();
    return item;
  }

  // Who waits while nobody else does, as one who sends many calls at once: it needs no line.
  std::optional<std::pair<TurnOwner, Item>> alone_;
  std::array<InTurn<std::uint64_t, Processes>, 2> sides_;  // users
  Rank last_ = Rank::stranger;
};

}  // namespace wardend::ipc
