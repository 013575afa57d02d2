// Whether an app asks for what keeps its sessions going.
#pragma once

#include "config/model.hpp"

namespace wardend::config {

// Without offline_access or online_access a server gives no refresh token: a session ends with its first token.
[[nodiscard]] bool asks_to_refresh(const App& app);

}  // namespace wardend::config
