// From the modules' values to the interface's: nothing is decided here.
#pragma once

#include <optional>
#include <string>

#include "config/model.hpp"
#include "daemon/access/gate.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/session/session.hpp"
#include "ipc/interface/broker.hpp"

namespace wardend::service {

// The module's words as the interface has them; what is not known is left out.
[[nodiscard]] ipc::broker::LaunchContext to_wire(const smart::LaunchContext& context);

// `advice` is the app's approved wording; it is told only where it is needed: the server is down, or the link stale.
[[nodiscard]] ipc::broker::Freshness to_wire(const server::Freshness& freshness, const std::string& advice);

// How `server` is, with the advice of the caller's own app.
[[nodiscard]] ipc::broker::Freshness freshness_for(const access::Who& who, const server::ServerHealth& health,
                                                   const std::string& server);

// What the EHR shows; nullopt: nobody follows it.
[[nodiscard]] ipc::broker::OnScreen to_wire(const std::optional<fhircast::OnScreen>& on_screen);

// Of a session that is not cleared.
[[nodiscard]] ipc::broker::Session to_wire(const session::Session& session, const config::Config& config, Clock& clock);

}  // namespace wardend::service
