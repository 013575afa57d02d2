#include "ipc/places.hpp"

#include <algorithm>

#include "ipc/connection.hpp"

namespace wardend::ipc {

Places::Room Places::room_for(const Caller& caller, Rank rank) {
  const Room room = room_among(caller, rank);
  return room.let_in || !forget_who_left(caller.uid()) ? room : room_among(caller, rank);
}

Places::Room Places::room_among(const Caller& caller, Rank rank) const {
  const auto own = holders_.find(caller.uid());
  const PlacesTaken taken{.by_user = own == holders_.end() ? 0 : own->second.size(), .by_all = taken_};
  if (has_free_place(rank, taken, limits_)) return {.let_in = true};
  // Whose own places are taken gets none of somebody else's: so a flood of one user costs no look at all others.
  std::vector<Connection*> which;
  if (taken.by_user >= places_of(rank, limits_)) {
    if (own != holders_.end()) which = own->second;
  } else {
    for (const auto& [uid, held] : holders_) which.insert(which.end(), held.begin(), held.end());
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
bool Places::forget_who_left(uid_t uid) {
  const auto own = holders_.find(uid);
  if (own == holders_.end()) return false;
  const std::size_t before = taken_;
  for (Connection* connection : std::vector(own->second)) connection->look_for_peer();
  return taken_ < before;
}

void Places::take(Connection& connection) {
  holders_[connection.caller().uid()].push_back(&connection);
  ++taken_;
}

void Places::leave(const Connection& connection) {
  const auto own = holders_.find(connection.caller().uid());
  std::erase(own->second, &connection);
  if (own->second.empty()) holders_.erase(own);
  --taken_;
}

}  // namespace wardend::ipc
