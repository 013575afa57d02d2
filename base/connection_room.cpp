#include "base/connection_room.hpp"

#include <algorithm>
#include <functional>
#include <tuple>
#include <unordered_map>

namespace wardend {
namespace {

struct Process {
  std::uint64_t user;
  std::int64_t number;
  bool operator==(const Process&) const = default;
};
struct ProcessHash {
  std::size_t operator()(const Process& process) const {
    return std::hash<std::uint64_t>()(process.user * 31 + static_cast<std::uint64_t>(process.number));
  }
};

// Who holds how many connections.
struct Holdings {
  explicit Holdings(std::span<const OpenConnection> open) {
    for (const OpenConnection& one : open) {
      ++users[one.user];
      ++processes[{one.user, one.process}];
    }
  }
  [[nodiscard]] std::size_t of_user(const OpenConnection& one) const {
    const auto found = users.find(one.user);
    return found == users.end() ? 0 : found->second;
  }
  [[nodiscard]] std::size_t of_process(const OpenConnection& one) const {
    const auto found = processes.find({one.user, one.process});
    return found == processes.end() ? 0 : found->second;
  }
  std::unordered_map<std::uint64_t, std::size_t> users;
  std::unordered_map<Process, std::size_t, ProcessHash> processes;
};

// Whether the newcomer, who holds `own`, has a better claim to a place than who holds `held`. A busy connection goes
// only when the newcomer holds less even after the exchange. A stream has no end: who holds nothing does not wait for
// it.
bool outweighs(std::size_t own, std::size_t held, const OpenConnection& other) {
  const bool stays = other.busy && !(other.streams && own == 0);
  return stays ? held > own + 1 : held > own;
}

enum class Loss { idle, stream, answer };

Loss loss_of(const OpenConnection& one) {
  if (!one.busy) return Loss::idle;
  return one.streams ? Loss::stream : Loss::answer;
}

bool may_take_of_all(const OpenConnection& newcomer, const OpenConnection& other, const Holdings& holdings) {
  if (other.rank != newcomer.rank) return other.rank < newcomer.rank;
  if (other.user == newcomer.user) return !other.busy;
  return outweighs(holdings.of_user(newcomer), holdings.of_user(other), other);
}

bool may_take_of_own(const OpenConnection& newcomer, const OpenConnection& other, const Holdings& holdings,
                     ConnectionPlaces::OwnTaken rule) {
  if (other.user != newcomer.user) return false;
  if (rule == ConnectionPlaces::OwnTaken::oldest_goes) return !other.busy;
  return outweighs(holdings.of_process(newcomer), holdings.of_process(other), other);
}

}  // namespace

std::size_t places_of(Rank rank, const ConnectionPlaces& places) {
  return rank == Rank::known ? places.a_known_user : places.a_stranger;
}

bool has_free_place(Rank rank, const PlacesTaken& taken, const ConnectionPlaces& places) {
  return taken.by_user < places_of(rank, places) && taken.by_all < places.all;
}

RoomVerdict make_room(const OpenConnection& newcomer, std::span<const OpenConnection> open,
                      const ConnectionPlaces& places) {
  const auto own =
      static_cast<std::size_t>(std::ranges::count(open, newcomer.user, [](const auto& one) { return one.user; }));
  if (has_free_place(newcomer.rank, {.by_user = own, .by_all = open.size()}, places)) return {.let_in = true};
  const bool own_taken = own >= places_of(newcomer.rank, places);

  const Holdings holdings(open);
  // The least one goes.
  const auto claim = [&](const OpenConnection& one) {
    return std::tuple(one.rank, -static_cast<std::ptrdiff_t>(holdings.of_user(one)),
                      -static_cast<std::ptrdiff_t>(holdings.of_process(one)), loss_of(one), one.since);
  };
  std::optional<std::size_t> chosen;
  std::optional<decltype(claim(newcomer))> least;
  for (std::size_t at = 0; at < open.size(); ++at) {
    const bool may_go = own_taken ? may_take_of_own(newcomer, open[at], holdings, places.own_taken)
                                  : may_take_of_all(newcomer, open[at], holdings);
    if (!may_go) continue;
    if (const auto its = claim(open[at]); !least || its < *least) {
      least = its;
      chosen = at;
    }
  }
  return {.let_in = chosen.has_value(), .instead_of = chosen};
}

}  // namespace wardend
