// wardctl app enable, wardctl app disable: the rollback switch of one app on this workstation.
#include <ostream>

#include "ipc/wardctl/ask.hpp"
#include "ipc/wardctl/commands.hpp"
#include "ipc/wardctl/explain.hpp"
#include "ipc/wardctl/text.hpp"

namespace wardend::wardctl {

ExitCode run_app(const Context& context, const AppOptions& options) {
  const bool enabled = options.position == Switch::on;
  const auto reply = ask_control<control::SetAppEnabledReply>(
      context, "SetAppEnabled",
      control::SetAppEnabledParameters{.app = options.app, .enabled = enabled, .reason = options.reason});
  if (!reply) return explain(context, reply.error());
  if (context.format == Format::json) return print_json(context, reply->as_sent);
  context.out << printable(options.app) << (enabled ? " is switched on" : " is switched off") << "; cleared "
              << counted(reply->value.cleared, "session") << '\n';
  return ExitCode::done;
}

}  // namespace wardend::wardctl
