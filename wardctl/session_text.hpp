// A session as people read it, in the commands that print one or several.
#pragma once

#include <string_view>
#include <vector>

#include "ipc/interface/broker.hpp"
#include "wardctl/context.hpp"

namespace wardend::wardctl {

// Every fact, a line each.
void print_session(const Context& context, const ipc::broker::Session& session);

// The caller's sessions that a command may name, below an error: what to type, `command` with its --session. Nothing
// where there are none.
void print_sessions_to_name(const Context& context, const std::vector<ipc::broker::Session>& sessions,
                            std::string_view command);

// A row each.
void print_sessions(const Context& context, const std::vector<ipc::broker::Session>& sessions);

}  // namespace wardend::wardctl
