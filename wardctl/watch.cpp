// wardctl watch: events as they come, one a line, until the broker or the user ends it.
#include <fmt/format.h>

#include <ostream>

#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

std::string line_of(const broker::Event& event) {
  auto line = fmt::format("{}  {:<26}", local_time(event.at), words_of(broker::name_of(event.kind)));
  if (event.session) line += fmt::format("  session {}", *event.session);
  if (event.app) line += fmt::format("  app {}", *event.app);
  if (event.server) line += fmt::format("  server {}", *event.server);
  if (event.reason) line += fmt::format("  ({})", words_of(*event.reason));
  if (event.context && event.context->patient) line += fmt::format("  patient {}", *event.context->patient);
  if (event.freshness)
    line += fmt::format("  server {} is {}{}", event.freshness->server, broker::name_of(event.freshness->state),
                        event.freshness->stale ? ", its data stale" : "");
  return printable(line);
}

}  // namespace

ExitCode run_watch(const Context& context) {
  auto connection = connect_broker(context);
  if (!connection) return explain(context, connection.error());
  client::Failure unreadable;
  const auto show = [&](const nlohmann::json& reply) {
    if (context.format == Format::json) {
      print_json(context, reply);
      return context.out.good();
    }
    const auto read = broker::MonitorReply::from_json(reply, ipc::Unknown::ignore);
    if (!read) {
      unreadable = bad_reply(read.error().parameter);
      return false;
    }
    context.out << line_of(read->event) << std::endl;
    return context.out.good();
  };
  const auto ended =
      connection->call_more(qualified(broker::interface_name, "Monitor"), nlohmann::json::object(), show);
  if (!ended) return explain(context, ended.error());
  return unreadable.detail.empty() ? ExitCode::done : explain(context, unreadable);
}

}  // namespace wardend::wardctl
