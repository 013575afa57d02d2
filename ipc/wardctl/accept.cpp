// wardctl accept SERVER: an operator has looked at a server whose token endpoint, issuer or keys changed, and lets it
// go on.
#include <ostream>

#include "ipc/wardctl/ask.hpp"
#include "ipc/wardctl/commands.hpp"
#include "ipc/wardctl/explain.hpp"
#include "ipc/wardctl/text.hpp"

namespace wardend::wardctl {

ExitCode run_accept(const Context& context, const AcceptOptions& options) {
  const auto reply = ask_control<control::AcceptServerReply>(
      context, "AcceptServer", control::AcceptServerParameters{.server = options.server, .reason = options.reason});
  if (!reply) return explain(context, reply.error());
  if (context.format == Format::json) return print_json(context, reply->as_sent);
  context.out << "accepted " << printable(options.server) << '\n';
  return ExitCode::done;
}

}  // namespace wardend::wardctl
