// wardctl token: the access token, and nothing else, on standard output; for a pipe, not for eyes.
#include <unistd.h>

#include <iostream>

#include "base/secret.hpp"
#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/session_text.hpp"

namespace wardend::wardctl {
namespace {

// A terminal keeps what it shows.
void warn_about_terminal(const Context& context) {
  if (&context.out == &std::cout && ::isatty(STDOUT_FILENO) == 1)
    context.err << "wardctl: the token stays in this terminal's history: clear it, and pipe the token next time, as in "
                   "`wardctl token --header | curl -H @- URL`\n";
}

// A launch belongs to the process that made it, so that a shell's next command must name the session.
ExitCode explain_unknown_session(const Context& context, const client::Failure& failure) {
  const ExitCode code = explain(context, failure);
  if (context.format == Format::json) return code;
  const auto listed = ask_broker<broker::ListSessionsReply>(context, "ListSessions", broker::ListSessionsParameters{});
  if (listed) print_sessions_to_name(context, listed->value.sessions, "wardctl token");
  return code;
}

}  // namespace

ExitCode run_token(const Context& context, const TokenOptions& options) {
  auto reply = ask_broker<broker::GetTokenReply>(
      context, "GetToken",
      broker::GetTokenParameters{
          .session = options.session, .patient = options.patient, .min_validity = options.min_validity_seconds});
  if (!reply && reply.error().error == "org.wardend.Broker.UnknownSession" && !options.session)
    return explain_unknown_session(context, reply.error());
  if (!reply) return explain(context, reply.error());
  warn_about_terminal(context);
  if (context.format == Format::json) return print_json(context, reply->as_sent);
  if (options.form == TokenForm::header) context.out << "Authorization: Bearer ";
  context.out << reply->value.access_token << std::endl;
  wipe(reply->value.access_token);
  wipe(reply->as_sent["access_token"].get_ref<std::string&>());
  return ExitCode::done;
}

}  // namespace wardend::wardctl
