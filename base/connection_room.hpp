// Which connections a server keeps when more are wanted than it has places for. One pure decision for every socket that
// local users can reach: room is kept for those whom the configuration names, and nobody can take all of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/clock.hpp"

namespace wardend {

// Whether the configuration names the one who connects: by a role, a peer rule or a desktop of theirs.
enum class Rank { stranger, known };

struct OpenConnection {
  std::uint64_t user = 0;    // a uid, or a number that stands for another host
  std::int64_t process = 0;  // of that user; 0 where nobody tells
  Rank rank = Rank::stranger;
  bool busy = false;     // an answer is being made; a request that is half sent, or a reply that nobody reads, is not
  bool streams = false;  // that answer has no end by itself
  BootTime since{};      // when it last was busy, or was made
};

struct ConnectionPlaces {
  // What the connection of a user gets whose own places are all taken.
  enum class OwnTaken {
    yield_to_other_process,  // the place of a process that holds more than the newcomer's; else none
    oldest_goes,             // the place of the oldest connection that is not busy
  };
  std::size_t all = 512;
  std::size_t a_known_user = 64;
  std::size_t a_stranger = 8;
  OwnTaken own_taken = OwnTaken::yield_to_other_process;
};

struct RoomVerdict {
  bool let_in = false;
  std::optional<std::size_t> instead_of = {};  // an index into `open`: that connection has to go first
};

// How many places are taken: by the newcomer's user, and by all.
struct PlacesTaken {
  std::size_t by_user = 0;
  std::size_t by_all = 0;
};

// How many places a user of that rank may hold.
[[nodiscard]] std::size_t places_of(Rank rank, const ConnectionPlaces& places);

// Whether nobody has to go for a newcomer of that rank. The cheap question, for a server that keeps count.
[[nodiscard]] bool has_free_place(Rank rank, const PlacesTaken& taken, const ConnectionPlaces& places);

// Decides about a newcomer (its `busy` and `since` do not matter). `open` are all connections, or the newcomer's user's
// own where those are as many as the user may hold. While there are places it is let in. When a user's
// own places are taken, `own_taken` says what happens. When all are taken a place is made: strangers go before anybody
// whom the configuration names, then the user goes who holds most, of that user the process that holds most, and of
// that one the connection that is not busy and oldest. Nobody goes for a newcomer whose user holds as much; a stream
// goes for one who holds nothing.
[[nodiscard]] RoomVerdict make_room(const OpenConnection& newcomer, std::span<const OpenConnection> open,
                                    const ConnectionPlaces& places);

}  // namespace wardend
