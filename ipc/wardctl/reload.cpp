// wardctl reload: the broker reads its configuration again; with any error the running one stays.
#include <ostream>

#include "ipc/wardctl/ask.hpp"
#include "ipc/wardctl/commands.hpp"
#include "ipc/wardctl/explain.hpp"
#include "ipc/wardctl/text.hpp"

namespace wardend::wardctl {

ExitCode run_reload(const Context& context) {
  const auto reply = ask_control<control::ReloadReply>(context, "Reload", control::ReloadParameters{});
  if (!reply) return explain(context, reply.error());
  if (context.format == Format::json) return print_json(context, reply->as_sent);
  context.out << "configuration " << printable(reply->value.config_digest) << " is in force\n";
  return ExitCode::done;
}

}  // namespace wardend::wardctl
