// wardctl sessions, end, health: what a clinician's app may see and end, over the broker's socket.
#include <ostream>

#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/session_text.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {

ExitCode run_sessions(const Context& context) {
  const auto reply = ask_broker<broker::ListSessionsReply>(context, "ListSessions", broker::ListSessionsParameters{});
  return print_reply(context, reply, [&](const broker::ListSessionsReply& found) {
    if (found.sessions.empty())
      context.out << "no sessions; `wardctl launch` begins one\n";
    else
      print_sessions(context, found.sessions);
  });
}

ExitCode run_end(const Context& context, const std::string& session) {
  const auto reply =
      ask_broker<broker::EndSessionReply>(context, "EndSession", broker::EndSessionParameters{.session = session});
  return print_reply(context, reply, [&](const auto&) { context.out << "ended " << printable(session) << '\n'; });
}

ExitCode run_health(const Context& context, const MaybeText& server) {
  const auto reply =
      ask_broker<broker::GetHealthReply>(context, "GetHealth", broker::GetHealthParameters{.server = server});
  return print_reply(context, reply, [&](const broker::GetHealthReply& found) {
    if (found.servers.empty()) {
      context.out << "no server is configured: add a [[server]] in /etc/wardend/conf.d, then `systemctl reload "
                     "wardend`\n";
      return;
    }
    Table table{"SERVER", "STATE", "LAST ANSWER", "UNBROKEN SINCE", "DATA"};
    for (const auto& link : found.servers)
      table.add({link.server, std::string(broker::name_of(link.state)), local_time(link.confirmed_at),
                 local_time(link.unbroken_since), link.stale ? "stale" : "current"});
    table.print(context.out);
    for (const auto& trouble : found.troubles.value_or(std::vector<broker::Trouble>()))
      context.out << printable(trouble.server) << ": " << printable(trouble.detail) << '\n';
    for (const auto& link : found.servers)
      if (link.advice && (link.stale || link.state != broker::FreshnessState::up))
        context.out << printable(link.server) << ": " << printable(*link.advice) << '\n';
    for (const auto& name : found.changed.value_or(std::vector<std::string>()))
      context.out << printable(name) << ": its endpoints have changed, so that its tokens are not refreshed; once its "
                  << "administrators confirm it, an operator lets it go on: wardctl accept " << printable(name)
                  << " --reason TEXT\n";
  });
}

}  // namespace wardend::wardctl
