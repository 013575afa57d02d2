// The terms on which an app has its sessions at a server: who may ask, for what, as which client, and where. Sessions
// do not outlive a change of them, be it by a reload or over a restart.
#pragma once

#include <string>
#include <string_view>

#include "config/model.hpp"

namespace wardend::session {

// The same text for the same terms; empty: this configuration has no such app, or not at this server.
[[nodiscard]] std::string terms_of(const config::Config& config, std::string_view app, std::string_view server);

}  // namespace wardend::session
