// The entries of the trail that somebody asks for on the command line: what `audit show`, `export` and `reconcile`
// share.
#pragma once

#include "trail/query.hpp"
#include "wardctl/commands.hpp"

namespace wardend::wardctl {

// Gives every entry that is asked for, in order, from the trail's files; says at the end where the trail is not whole.
// Refuses a time that cannot be read, and files that cannot be.
[[nodiscard]] ExitCode each_entry(const Context& context, const AuditQuery& asked, const trail::Visit& visit);

}  // namespace wardend::wardctl
