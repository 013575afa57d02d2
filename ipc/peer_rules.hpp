// Whether a caller is one that a configured peer rule means. A pure function of both.
#pragma once

#include "config/model.hpp"
#include "ipc/caller.hpp"

namespace wardend::ipc {

// Every key that the rule gives must match; a rule without any key matches nobody, nor does a name that was not
// resolved when the configuration was loaded. `unit` is a glob over the caller's system unit or its user's own unit,
// `label` a glob over its security label. A rule with `exe` never matches: this version cannot check it.
[[nodiscard]] bool matches(const config::Peer& rule, const Caller& caller);

// Whether it matches, and by a unit that only the system's own manager can make: not one below a user's manager, and
// not a login session's scope.
[[nodiscard]] bool matches_system_unit(const config::Peer& rule, const Caller& caller);

}  // namespace wardend::ipc
