// Makes the vault's bytes of a login session's state, and the state of such bytes. Members that this version does not
// know are passed over, and those that are missing keep their safe values.
#pragma once

#include <optional>
#include <string_view>

#include "base/secret.hpp"
#include "daemon/workstation/login_session_state.hpp"

namespace wardend::workstation {

// For the vault: what login_session_from() reads.
[[nodiscard]] Secret to_record(const LoginSessionState& state);
// nullopt: no record of a login session.
[[nodiscard]] std::optional<LoginSessionState> login_session_from(std::string_view record);

}  // namespace wardend::workstation
