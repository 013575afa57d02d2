// Which session a caller means: the one that it names, or the one that its process launched or the EHR launched for it.
// A session that is not the caller's own is not there.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "daemon/access/gate.hpp"
#include "daemon/session/store.hpp"

namespace wardend::access {

// The live session of that id in the caller's epoch. Errors: UnknownSession, SessionCleared.
[[nodiscard]] Result<session::Session*> named_session(session::SessionStore& store, const Who& who,
                                                      const std::string& id);

// The live session that the caller means without naming it: of those that its process launched or the EHR launched for
// it the latest, of `patient` where there is one. One that can give no token gives way to one that can. Errors:
// UnknownSession (none: launch, or name one), AmbiguousSession (of several apps), SessionCleared (there was one of this
// process).
[[nodiscard]] Result<session::Session*> implied_session(session::SessionStore& store, const Who& who,
                                                        const std::optional<std::string>& patient);

}  // namespace wardend::access
