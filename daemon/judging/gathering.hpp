// The facts of a session as they are now, for a decision. No I/O.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "config/model.hpp"
#include "daemon/guard/facts.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/session/session.hpp"

namespace wardend::judging {

// What the caller says beside its request.
struct Named {
  std::optional<std::string> patient = {};
  std::optional<std::string> encounter = {};
  std::string override_reason = {};
};

// How old the check of a patient may be for a write.
inline constexpr Duration most_check_age = 60s;

// `app` and `server` are the session's, `identifiers` the configuration's. A check of the patient that was too old
// when the write was asked for counts as unavailable.
[[nodiscard]] guard::Facts facts_of(const session::Session& session, const config::App& app,
                                    const config::Server& server, const std::vector<fhir::IdentifierRule>& identifiers,
                                    const server::ServerHealth& health, const Named& named, BootTime now);

}  // namespace wardend::judging
