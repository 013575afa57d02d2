// Sessions as bytes for the vault, and back. Members that a version does not know are passed over
// and those that it misses keep their defaults, so that an upgrade loses no session.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/secret.hpp"
#include "daemon/session/session.hpp"

namespace wardend::session {

// A session that is not cleared. State `refreshing` says: a refresh may have been sent, and no reply is known.
[[nodiscard]] Secret to_record(const Session& session);
// nullptr: no session of ours.
[[nodiscard]] std::unique_ptr<Session> session_from(std::string_view record);

}  // namespace wardend::session
