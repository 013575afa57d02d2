// The parts of Status's reply, each from the values that it tells of: nothing is decided here.
#pragma once

#include <vector>

#include "base/clock.hpp"
#include "config/model.hpp"
#include "daemon/clearing/clear_report.hpp"
#include "daemon/fhircast/topic_status.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/session/session.hpp"
#include "daemon/workstation/lock_log.hpp"
#include "daemon/workstation/workstation.hpp"
#include "ipc/interface/control.hpp"

namespace wardend::service {

// Of a session that is not cleared.
[[nodiscard]] ipc::control::SessionRow row_of(const session::Session& session, Clock& clock);

// `shown`: what waits there for an operator.
[[nodiscard]] ipc::control::ServerRow row_of(const std::string& name, const server::ServerRecord& known,
                                             server::ServerDirectory::Observation shown);

// The login sessions that give no token until somebody proves to be there, and the parts of others that give none: a
// row each.
enum class UnlockEnds { yes, no };
[[nodiscard]] std::vector<ipc::control::HeldRow> held_rows(const workstation::Workstation& workstation,
                                                           UnlockEnds unlock);

// An app that is not in use. Where the file and an operator switch it off, the operator is told.
[[nodiscard]] ipc::control::DisabledApp row_of(const config::App& app);

// One topic that is followed.
[[nodiscard]] ipc::control::HubRow row_of(const fhircast::TopicStatus& known);

// The clear that came last, for support.
[[nodiscard]] ipc::control::LastClear to_wire(const clearing::ClearReport::LastClear& last);

// The lock that was seen last, for support.
[[nodiscard]] ipc::control::LastLock to_wire(const workstation::LockSeen& last);

}  // namespace wardend::service
