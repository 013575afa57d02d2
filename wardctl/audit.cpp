// wardctl audit: is the trail whole, and what is in it.
#include <fmt/format.h>

#include <ostream>

#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {

ExitCode run_audit_verify(const Context& context) {
  const auto reply = ask_control<control::VerifyAuditReply>(context, "VerifyAudit", control::VerifyAuditParameters{});
  if (!reply) return explain(context, reply.error());
  const auto& found = reply->value;
  if (context.format == Format::json)
    print_json(context, reply->as_sent);
  else
    context.out << (found.entries == 1 ? "1 entry" : fmt::format("{} entries", found.entries))
                << (found.intact ? ", the chain is whole\n" : ", the chain is broken\n");
  if (found.intact) return ExitCode::done;
  const auto cause = fmt::format("entry {} does not follow from the one before it",
                                 found.first_bad ? std::to_string(*found.first_bad) : "(not told which)");
  return refuse(context, {"AuditBroken", cause,
                          "keep the file as it is and tell whoever answers for security: entries were changed or lost",
                          ExitCode::refused});
}

ExitCode run_audit_show(const Context& context, const AuditQuery& /*query*/) {
  return refuse(context, {"NotSupported", "this broker does not hand out its trail",
                          "read the file that [audit] file names, a JSON object a line, as root: `jq` selects from it",
                          ExitCode::refused});
}

ExitCode run_audit_export(const Context& context) {
  return refuse(context, {"NotSupported", "this broker does not export its trail",
                          "read the file that [audit] file names, a JSON object a line, as root: `jq` selects from it",
                          ExitCode::refused});
}

}  // namespace wardend::wardctl
