// Whose call is answered next: one a turn, users in turn, those whom the configuration names before strangers but never
// instead of them. A plain queue; the server gives the turns.
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

template <typename Item>
class TurnQueue {
 public:
  void push(std::uint64_t user, Rank rank, Item item) {
    Side& side = sides_[index_of(rank)];
    auto& line = side.lines[user];
    if (line.empty()) side.users.push_back(user);
    line.push_back(std::move(item));
  }

  [[nodiscard]] bool empty() const { return sides_[0].users.empty() && sides_[1].users.empty(); }

  // The next in turn. Of a user it is whoever waited longest; a stranger comes after each known one.
  [[nodiscard]] std::optional<Item> pop() {
    const auto preferred = index_of(last_ == Rank::known ? Rank::stranger : Rank::known);
    const std::size_t chosen = sides_[preferred].users.empty() ? 1 - preferred : preferred;
    Side& side = sides_[chosen];
    if (side.users.empty()) return std::nullopt;
    last_ = chosen == index_of(Rank::known) ? Rank::known : Rank::stranger;
    const std::uint64_t user = side.users.front();
    side.users.pop_front();
    const auto line = side.lines.find(user);
    Item item = std::move(line->second.front());
    line->second.pop_front();
    if (line->second.empty())
      side.lines.erase(line);
    else
      side.users.push_back(user);
    return item;
  }

 private:
  struct Side {
    std::map<std::uint64_t, std::deque<Item>> lines;  // by user, never an empty one
    std::deque<std::uint64_t> users;                  // each once, in turn
  };
  static std::size_t index_of(Rank rank) { return rank == Rank::known ? 1 : 0; }

  std::array<Side, 2> sides_;
  Rank last_ = Rank::stranger;
};

}  // namespace wardend::ipc
