// wardctl values: what may stand where a completion script asks; one a line, and nothing where it cannot be had.
#include <algorithm>
#include <ostream>
#include <set>

#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"

namespace wardend::wardctl {
namespace {

std::set<std::string> values_of(const Context& context, const std::string& kind) {
  std::set<std::string> values;
  if (kind == "servers") {
    const auto health = ask_broker<broker::GetHealthReply>(context, "GetHealth", broker::GetHealthParameters{});
    if (!health) return values;
    for (const auto& server : health->value.servers) values.insert(server.server);
    return values;
  }
  if (kind == "disabled-apps") {
    const auto status = ask_control<control::StatusReply>(context, "Status", control::StatusParameters{});
    if (status) values.insert(status->value.disabled_apps.begin(), status->value.disabled_apps.end());
    return values;
  }
  const auto listed = ask_broker<broker::ListSessionsReply>(context, "ListSessions", broker::ListSessionsParameters{});
  if (!listed) return values;
  for (const auto& session : listed->value.sessions) values.insert(kind == "apps" ? session.app : session.id);
  return values;
}

// A shell expands what a completion script offers.
bool is_plain(const std::string& value) {
  return !value.empty() && std::ranges::all_of(value, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

}  // namespace

ExitCode run_values(const Context& context, const std::string& kind) {
  for (const auto& value : values_of(context, kind))
    if (is_plain(value)) context.out << value << '\n';
  return ExitCode::done;
}

}  // namespace wardend::wardctl
