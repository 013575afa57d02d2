// wardctl health: the state of the servers, with the advice that clinicians get while one is away.
#include <ostream>

#include "ipc/wardctl/ask.hpp"
#include "ipc/wardctl/commands.hpp"
#include "ipc/wardctl/explain.hpp"
#include "ipc/wardctl/text.hpp"

namespace wardend::wardctl {

ExitCode run_health(const Context& context, const MaybeText& server) {
  const auto reply =
      ask_broker<broker::GetHealthReply>(context, "GetHealth", broker::GetHealthParameters{.server = server});
  if (!reply) return explain(context, reply.error());
  if (context.format == Format::json) return print_json(context, reply->as_sent);
  Table table{"SERVER", "STATE", "LAST ANSWER", "UNBROKEN SINCE", "DATA"};
  for (const auto& link : reply->value.servers)
    table.add({link.server, std::string(broker::name_of(link.state)), local_time(link.confirmed_at),
               local_time(link.unbroken_since), link.stale ? "stale" : "current"});
  table.print(context.out);
  for (const auto& link : reply->value.servers)
    if (link.advice && (link.stale || link.state != broker::FreshnessState::up))
      context.out << printable(link.server) << ": " << printable(*link.advice) << '\n';
  for (const auto& name : reply->value.changed.value_or(std::vector<std::string>()))
    context.out << printable(name) << ": its endpoints have changed, so that its tokens are not refreshed; once its "
                << "administrators confirm it, an operator lets it go on: wardctl accept " << printable(name)
                << " --reason TEXT\n";
  return ExitCode::done;
}

}  // namespace wardend::wardctl
