// As whom a newcomer at a local socket is let in: one rule for each server that local users can reach. The cheapest
// questions come first, as whoever is refused can come back thousands of times a second. No I/O of its own.
#pragma once

#include <expected>

#include "base/connection_room.hpp"
#include "ipc/caller.hpp"
#include "ipc/counters.hpp"
#include "ipc/server_options.hpp"

namespace wardend::ipc {

// The best rank that the caller may have, by user and groups alone: a stranger's process is never looked at.
[[nodiscard]] Rank possible_rank(const Caller& caller, const ServerOptions& options);

// Whether the process of one who may be known could be opened.
enum class Process { held, gone };
// The rank that it has. unknown_peer: its process is gone, and nobody is to be heard without one. One whom the
// configuration does not name after all is a stranger, and needs a stranger's place.
[[nodiscard]] std::expected<Rank, Rejection> rank_of(const Caller& caller, const ServerOptions& options,
                                                     Process process);

}  // namespace wardend::ipc
