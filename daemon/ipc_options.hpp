// How each Unix socket is served: how much room there is, for whom it is kept, and where large frames are parsed.
#pragma once

#include <string>

#include "config/live.hpp"
#include "daemon/workers.hpp"
#include "ipc/server.hpp"

namespace wardend {

// All of these ask `live` whenever somebody connects, so that it and `workers` must outlive the server.

// broker.sock: whoever a peer rule names is known, and root.
[[nodiscard]] ipc::ServerOptions broker_options(const config::Live& live, Workers& workers);

// fhir.sock: as broker.sock.
[[nodiscard]] ipc::ServerOptions fhir_options(const config::Live& live, Workers& workers);

// control.sock: root and the members of every role are known, and always get in: whoever reports a lock must not be
// outnumbered.
[[nodiscard]] ipc::ServerOptions control_options(const config::Live& live, std::string label, Workers& workers);

// lock.sock: the file's mode lets only root and the EHR's agents connect, so that nobody else shares their queue.
[[nodiscard]] ipc::ServerOptions lock_options(const config::Live& live, Workers& workers);

}  // namespace wardend
