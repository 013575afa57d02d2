// How each Unix socket is served: how much room there is, for whom it is kept, and where large frames are parsed.
#pragma once

#include <string>

#include "base/pace.hpp"
#include "config/live.hpp"
#include "daemon/workers.hpp"
#include "ipc/server.hpp"

namespace wardend {

// Of the loop's time at each socket: a third for letting strangers in or turning them away, so that those who wait
// behind them come soon.
inline constexpr PaceLimits door_time{.at_once = 150'000, .each = 3ns, .longest_pause = 20ms};

// All of these ask `live` whenever somebody connects, so that it and `workers` must outlive the server.

// broker.sock: whoever a peer rule names is known, and root.
[[nodiscard]] ipc::ServerOptions broker_options(const config::Live& live, Workers& workers);

// control.sock: root and the members of every role are known, and always get in: whoever reports a lock must not be
// outnumbered.
[[nodiscard]] ipc::ServerOptions control_options(const config::Live& live, std::string label, Workers& workers);

// lock.sock: the file's mode lets only root and the EHR's agents connect, so that nobody else shares their queue.
[[nodiscard]] ipc::ServerOptions lock_options(const config::Live& live, Workers& workers);

}  // namespace wardend
