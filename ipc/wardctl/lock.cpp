// wardctl lock: what the EHR's agent calls when the EHR was locked, logged out or changed its user.
#include <ostream>

#include "ipc/wardctl/ask.hpp"
#include "ipc/wardctl/commands.hpp"
#include "ipc/wardctl/explain.hpp"
#include "ipc/wardctl/text.hpp"

namespace wardend::wardctl {

ExitCode run_lock(const Context& context, const LockOptions& options) {
  control::ReportLockParameters parameters{.target = {.user = options.user, .seat = options.seat}};
  if (!control::read_name(options.reason, parameters.reason))
    return refuse(context, {"InvalidRequest", "there is no such reason of a lock",
                            "use ehr_lock, ehr_logout or ehr_user_switch", ExitCode::usage});
  const auto reply = ask_control<control::ReportLockReply>(context, "ReportLock", parameters);
  if (!reply) return explain(context, reply.error());
  if (context.format == Format::json) return print_json(context, reply->as_sent);
  context.out << "cleared " << counted(reply->value.cleared, "session") << '\n';
  return ExitCode::done;
}

}  // namespace wardend::wardctl
