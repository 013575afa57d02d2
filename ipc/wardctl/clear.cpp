// wardctl clear: an operator takes sessions away.
#include <ostream>

#include "ipc/wardctl/ask.hpp"
#include "ipc/wardctl/commands.hpp"
#include "ipc/wardctl/explain.hpp"
#include "ipc/wardctl/text.hpp"

namespace wardend::wardctl {

ExitCode run_clear(const Context& context, const ClearOptions& options) {
  const control::ClearSessionsParameters parameters{
      .target = {.user = options.user, .app = options.app, .server = options.server, .session = options.session},
      .reason = options.reason};
  const auto reply = ask_control<control::ClearSessionsReply>(context, "ClearSessions", parameters);
  if (!reply) return explain(context, reply.error());
  if (context.format == Format::json) return print_json(context, reply->as_sent);
  context.out << "cleared " << counted(reply->value.cleared, "session") << '\n';
  return ExitCode::done;
}

}  // namespace wardend::wardctl
