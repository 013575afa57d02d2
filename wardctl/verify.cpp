// wardctl verify APP [SERVER]: may the app go live there? Exit code 0 only when nothing is blocking.
#include <ostream>

#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

// Without a server named: the only one that is configured; "" when there are several.
client::Outcome<std::string> only_server(const Context& context) {
  const auto status = ask_control<control::StatusReply>(context, "Status", control::StatusParameters{});
  if (!status) return std::unexpected(status.error());
  return status->value.servers.size() == 1 ? status->value.servers.front().name : std::string();
}

}  // namespace

ExitCode run_verify(const Context& context, const VerifyOptions& options) {
  const auto server = options.server ? client::Outcome<std::string>(*options.server) : only_server(context);
  if (!server) return explain(context, server.error());
  if (server->empty())
    return refuse(context, {"InvalidRequest", "which server? There is not exactly one",
                            "name it: `wardctl verify APP SERVER`; `wardctl health` lists them", ExitCode::usage});
  const auto reply = ask_control<control::VerifyAppReply>(
      context, "VerifyApp", control::VerifyAppParameters{.app = options.app, .server = *server});
  if (!reply) return explain(context, reply.error());
  const auto code = reply->value.ready ? ExitCode::done : ExitCode::refused;
  if (context.format == Format::json) {
    print_json(context, reply->as_sent);
    return code;
  }
  Table table{"SEVERITY", "SUBJECT", "FINDING"};
  for (const auto& finding : reply->value.findings)
    table.add({std::string(control::name_of(finding.severity)), finding.subject, finding.detail});
  if (!table.empty()) table.print(context.out);
  context.out << printable(options.app) << (reply->value.ready ? " is ready for " : " is not ready for ")
              << printable(*server) << '\n';
  if (code == ExitCode::done) return code;
  return refuse(context, {"NotReady", "something blocks going live",
                          "settle what is marked blocking with the EHR's administrators, then verify again", code});
}

}  // namespace wardend::wardctl
