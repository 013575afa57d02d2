// wardctl audit show and export: what is in the trail, read from its files.
#include <fmt/format.h>
#include <pwd.h>

#include <array>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/json_members.hpp"
#include "trail/chain.hpp"
#include "trail/files.hpp"
#include "trail/moment.hpp"
#include "trail/query.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/text.hpp"

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

// Gives every entry that is asked for, in order; says at the end where the trail is not whole.
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

constexpr std::array columns = {"sequence", "at",      "kind",          "outcome", "result",     "action", "app",
                                "server",   "session", "login_session", "epoch",   "uid",        "pid",    "unit",
                                "subject",  "patient", "reason",        "detail",  "request_id", "count",  "boot"};

// Spec: RFC 4180 section 2.
std::string cell_of(const nlohmann::json& entry, const char* column) {
  const nlohmann::json* member = find_member(entry, column);
  if (member == nullptr) return {};
  const std::string text = member->is_string() ? member->get<std::string>() : member->dump();
  if (text.find_first_of("\",\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
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

ExitCode run_audit_export(const Context& context, const AuditQuery& query, AuditForm form) {
  if (form == AuditForm::fhir)
    return refuse(context, {"NotSupported", "this version exports no FHIR AuditEvents",
                            "use --csv, or `--json audit show`", ExitCode::refused});
  bool headed = false;
  return each_entry(context, query, [&](const nlohmann::json& entry, std::string_view) {
    if (!std::exchange(headed, true)) context.out << fmt::format("{}\r\n", fmt::join(columns, ","));
    std::string row;
    for (const char* column : columns) row.append(row.empty() ? "" : ",").append(cell_of(entry, column));
    context.out << row << "\r\n";
  });
}

}  // namespace wardend::wardctl
