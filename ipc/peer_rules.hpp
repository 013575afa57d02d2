// Whether a caller is one that a configured peer rule or role means. Pure functions of both.
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

// Whether a peer rule of any app matches. For the caller of an app that is switched off too.
[[nodiscard]] bool named_by_an_app(const config::Config& config, const Caller& caller);
// The same, as far as user and groups tell: true where a unit or a label, which cost a look-up, decide.
[[nodiscard]] bool may_be_named_by_an_app(const config::Config& config, const Caller& caller);

// What the rules, or the roles, ask of a caller beside its user.
[[nodiscard]] PeerFacts wanted_by_apps(const config::Config& config);
[[nodiscard]] PeerFacts wanted_by_roles(const config::Roles& roles);

// root, and members of the role's groups.
[[nodiscard]] bool holds_role(const config::RoleGroups& role, const Caller& caller);
[[nodiscard]] bool holds_any_role(const config::Roles& roles, const Caller& caller);

}  // namespace wardend::ipc
