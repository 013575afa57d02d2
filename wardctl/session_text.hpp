// A session as people read it, in the commands that print one or several.
#pragma once

#include <vector>

#include "ipc/interface/broker.hpp"
#include "wardctl/context.hpp"

namespace wardend::wardctl {

// Every fact, a line each.
void print_session(const Context& context, const ipc::broker::Session& session);

// A row each.
void print_sessions(const Context& context, const std::vector<ipc::broker::Session>& sessions);

}  // namespace wardend::wardctl
