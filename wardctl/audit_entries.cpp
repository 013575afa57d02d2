#include "wardctl/audit_entries.hpp"

#include <pwd.h>

#include <charconv>
#include <ostream>

#include "trail/chain.hpp"
#include "trail/files.hpp"
#include "trail/moment.hpp"
#include "wardctl/explain.hpp"

namespace wardend::wardctl {
namespace {

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

// A user of this machine by number or name; nullopt: there is none of that name.
std::optional<std::int64_t> uid_of(const std::string& user) {
  if (const auto number = number_in(user)) return number;
  const passwd* entry = ::getpwnam(user.c_str());  // NOLINT(concurrency-mt-unsafe): one thread
  return entry == nullptr ? std::nullopt : std::optional<std::int64_t>(entry->pw_uid);
}

// nullopt: a time that cannot be read, which was told.
std::optional<trail::Query> query_of(const Context& context, const AuditQuery& asked) {
  trail::Query query{.patient = asked.patient, .app = asked.app};
  const WallTime now = std::chrono::system_clock::now();
  for (const auto& [text, into] : {std::pair{&asked.since, &query.since}, {&asked.until, &query.until}}) {
    if (!*text) continue;
    const auto at = trail::parse_moment(**text, now);
    if (!at) {
      refuse(context, {"Usage", "\"" + **text + "\" is no time", "write 2h, 08:15, 2026-11-29 or \"2026-11-29 08:15\"",
                       ExitCode::usage});
      return std::nullopt;
    }
    *into = trail::timestamp(*at);
  }
  if (asked.user) {
    query.subject = asked.user;
    query.uid = uid_of(*asked.user);
  }
  return query;
}

}  // namespace

ExitCode each_entry(const Context& context, const AuditQuery& asked, const trail::Visit& visit) {
  const auto query = query_of(context, asked);
  if (!query) return ExitCode::usage;
  const std::string file = asked.file.value_or(usual_audit_file);
  const auto parts = trail::files_of(file);
  if (parts.empty()) return explain_unreadable(context, {file, "there is no such file, or its folder cannot be read"});
  trail::Chain chain;
  for (const auto& part : parts) {
    trail::Lines lines(part);
    if (!lines.failure().empty()) return explain_unreadable(context, {part, lines.failure()});
    chain.begin(part);
    const auto next = [&](std::string_view& line) {
      const bool there = lines.next(line);
      if (there) chain.add(line);
      return there;
    };
    trail::select(next, *query, visit);
  }
  if (!chain.intact())
    context.err << "wardctl: this trail is not as it was written: `wardctl audit verify` says what is wrong\n";
  return ExitCode::done;
}

}  // namespace wardend::wardctl
