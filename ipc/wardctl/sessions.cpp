// wardctl sessions: the caller's own sessions.
#include <ostream>

#include "ipc/wardctl/ask.hpp"
#include "ipc/wardctl/commands.hpp"
#include "ipc/wardctl/explain.hpp"
#include "ipc/wardctl/session_text.hpp"

namespace wardend::wardctl {

ExitCode run_sessions(const Context& context) {
  const auto reply = ask_broker<broker::ListSessionsReply>(context, "ListSessions", broker::ListSessionsParameters{});
  if (!reply) return explain(context, reply.error());
  if (context.format == Format::json) return print_json(context, reply->as_sent);
  if (reply->value.sessions.empty())
    context.out << "no sessions; `wardctl launch` begins one\n";
  else
    print_sessions(context, reply->value.sessions);
  return ExitCode::done;
}

}  // namespace wardend::wardctl
