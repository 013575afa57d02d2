// wardctl end SESSION: ends one session; its token is revoked at the server and erased here.
#include <ostream>

#include "ipc/wardctl/ask.hpp"
#include "ipc/wardctl/commands.hpp"
#include "ipc/wardctl/explain.hpp"
#include "ipc/wardctl/text.hpp"

namespace wardend::wardctl {

ExitCode run_end(const Context& context, const std::string& session) {
  const auto reply =
      ask_broker<broker::EndSessionReply>(context, "EndSession", broker::EndSessionParameters{.session = session});
  if (!reply) return explain(context, reply.error());
  if (context.format == Format::json) return print_json(context, reply->as_sent);
  context.out << "ended " << printable(session) << '\n';
  return ExitCode::done;
}

}  // namespace wardend::wardctl
