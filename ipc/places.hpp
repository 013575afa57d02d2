// Who holds the places of a server, and whether there is one for a newcomer. What becomes of whoever has to go is the
// server's.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <vector>

#include "base/clock.hpp"
#include "base/connection_room.hpp"
#include "ipc/caller.hpp"

namespace wardend::ipc {

class Connection;

class Places {
 public:
  explicit Places(const ConnectionPlaces& limits) : limits_(limits) {}

  struct Room {
    bool let_in = false;
    Connection* instead_of = nullptr;  // it has to give way
  };
  // Looks whether somebody of that user has left unseen before it refuses. For a stranger it looks now and then alone,
  // and as rarely whose place they could have while all are taken.
  [[nodiscard]] Room room_for(const Caller& caller, Rank rank, BootTime now);

  // Its socket is open.
  void take(Connection& connection);
  // It has closed its socket.
  void leave(const Connection& connection);

 private:
  [[nodiscard]] Room room_among(const Caller& caller, Rank rank, BootTime now);
  bool forget_who_left(const Caller& caller, Rank rank, BootTime now);
  struct Holder {
    std::vector<Connection*> connections = {};
    BootTime looked_at{};
  };

  ConnectionPlaces limits_;
  std::map<uid_t, Holder> holders_;
  std::size_t taken_ = 0;
  BootTime strangers_looked_at_{};
};

}  // namespace wardend::ipc
