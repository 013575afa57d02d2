// wardctl audit show: entries of the trail for people.
#include <fmt/format.h>
#include <pwd.h>

#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/json_members.hpp"
#include "trail/moment.hpp"
#include "wardctl/audit_entries.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

std::string user_of(const nlohmann::json& entry) {
  static std::map<std::int64_t, std::string> names;
  const nlohmann::json* uid = find_member(entry, "uid");
  std::string subject = text_member(entry, "subject");
  if (uid == nullptr || !uid->is_number_integer()) return subject;
  const auto number = uid->get<std::int64_t>();
  auto [name, is_new] = names.try_emplace(number, std::to_string(number));
  if (is_new)
    if (const passwd* known = ::getpwuid(static_cast<uid_t>(number)))  // NOLINT(concurrency-mt-unsafe): one thread
      name->second = known->pw_name;
  return subject.empty() ? name->second : name->second + " (" + subject + ")";
}

std::string what_of(const nlohmann::json& entry) {
  std::string words;
  for (const char* member : {"action", "result", "reason", "detail"}) {
    const std::string_view text = text_view_member(entry, member);
    if (!text.empty()) words.append(words.empty() ? "" : "; ").append(text);
  }
  const nlohmann::json* count = find_member(entry, "count");
  if (count != nullptr && count->is_number_integer()) words += fmt::format(" ({} times)", count->get<std::int64_t>());
  return words;
}

std::vector<std::string> row_of(const nlohmann::json& entry) {
  const auto at = trail::parse_moment(text_member(entry, "at"), {});
  return {local_date_time(at ? std::optional(unix_seconds(*at)) : std::nullopt),
          text_member(entry, "kind"),
          text_member(entry, "outcome"),
          text_member(entry, "app"),
          user_of(entry),
          text_member(entry, "patient"),
          what_of(entry)};
}

}  // namespace

ExitCode run_audit_show(const Context& context, const AuditQuery& query) {
  if (context.format == Format::json)
    return each_entry(context, query,
                      [&](const nlohmann::json&, std::string_view line) { context.out << line << '\n'; });
  Table table{"TIME", "KIND", "OUTCOME", "APP", "USER", "PATIENT", "WHAT"};
  const ExitCode done =
      each_entry(context, query, [&](const nlohmann::json& entry, std::string_view) { table.add(row_of(entry)); });
  if (done != ExitCode::done) return done;
  if (table.empty())
    context.out << "no entry\n";
  else
    table.print(context.out);
  return done;
}

}  // namespace wardend::wardctl
