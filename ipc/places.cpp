#include "ipc/places.hpp"

#include <algorithm>

#include "ipc/connection.hpp"

namespace wardend::ipc {
namespace {

constexpr std::size_t most_remembered = 16;
// At a stranger's: it costs a system call for each connection of theirs.
constexpr Duration between_looks = 5ms;
// To find whose place a stranger gets costs a look at every connection.
constexpr Duration between_strangers = 2ms;

}  // namespace

Places::Room Places::room_for(const Caller& caller, Rank rank, BootTime now) {
  const Room room = room_among(caller, rank, now);
  return room.let_in || !forget_who_left(caller, rank, now) ? room : room_among(caller, rank, now);
}

Places::Room Places::room_among(const Caller& caller, Rank rank, BootTime now) {
  const auto own = holders_.find(caller.uid());
  const PlacesTaken taken{.by_user = own == holders_.end() ? 0 : own->second.connections.size(), .by_all = taken_};
  if (has_free_place(rank, taken, limits_)) return {.let_in = true};
  // Whose own places are taken gets none of somebody else's: so a flood of one user costs no look at all others.
  std::vector<Connection*> which;
  if (taken.by_user >= places_of(rank, limits_)) {
    if (own != holders_.end()) which = own->second.connections;
  } else {
    if (rank == Rank::stranger && now < strangers_looked_at_ + between_strangers) return {.let_in = false};
    if (rank == Rank::stranger) strangers_looked_at_ = now;
    for (const auto& [uid, held] : holders_)
      which.insert(which.end(), held.connections.begin(), held.connections.end());
  }
  std::vector<OpenConnection> open;
  open.reserve(which.size());
  for (const Connection* connection : which) open.push_back(connection->as_open());
  const OpenConnection newcomer{.user = caller.uid(), .process = caller.pid(), .rank = rank};
  const RoomVerdict verdict = make_room(newcomer, open, limits_);
  return {verdict.let_in, verdict.instead_of ? which[*verdict.instead_of] : nullptr};
}

// Whether that made a place free. Whoever closes while nothing is read is found by the server's sweep; a newcomer of
// the same user does not wait for that.
bool Places::forget_who_left(const Caller& caller, Rank rank, BootTime now) {
  const auto own = holders_.find(caller.uid());
  if (own == holders_.end()) return false;
  if (rank == Rank::stranger && now < own->second.looked_at + between_looks) return false;
  own->second.looked_at = now;
  const std::size_t before = taken_;
  for (Connection* connection : std::vector(own->second.connections)) connection->look_for_peer();
  return taken_ < before;
}

void Places::take(Connection& connection) {
  holders_[connection.caller().uid()].connections.push_back(&connection);
  ++taken_;
}

void Places::leave(const Connection& connection) {
  const auto own = holders_.find(connection.caller().uid());
  std::erase(own->second.connections, &connection);
  // Who connects for each call comes again; of many users only those who hold something are remembered.
  if (own->second.connections.empty() && holders_.size() > most_remembered) holders_.erase(own);
  --taken_;
}

}  // namespace wardend::ipc
