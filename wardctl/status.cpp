// wardctl status: for support. Everything that the broker tells about itself, and what to do next.
#include <fmt/format.h>

#include <chrono>
#include <ostream>

#include "ipc/advice/status_advice.hpp"
#include "wardctl/ask.hpp"
#include "wardctl/commands.hpp"
#include "wardctl/explain.hpp"
#include "wardctl/text.hpp"

namespace wardend::wardctl {
namespace {

constexpr std::size_t digest_digits = 12;  // as in the journal

std::string ready_text(const control::StatusReply& status) {
  return status.ready ? "yes" : fmt::format("no: {}", status.not_ready_reason.value_or("no reason given"));
}

std::string last_clear_text(const control::LastClear& clear) {
  const auto words = advice::clear_reason_text(clear.reason);
  const auto where =
      clear.login_session.empty() ? "in several login sessions" : "in login session " + clear.login_session;
  auto text = fmt::format("{} {}: {}, {}", local_date_time(clear.at), counted(clear.sessions, "session"),
                          words.empty() ? clear.reason : words, where);
  if (!clear.detail.empty()) text += fmt::format(" ({})", clear.detail);
  return text;
}

std::string last_lock_text(const control::LastLock& lock) {
  const auto words = advice::clear_reason_text(lock.reason);
  const auto where = lock.login_session.empty() ? std::string() : ", in login session " + lock.login_session;
  return fmt::format("{} {}{}, told by {}", local_date_time(lock.at), words.empty() ? lock.reason : words, where,
                     lock.source);
}

void print_facts(const Context& context, const control::StatusReply& status) {
  Facts facts;
  facts.add("ready", ready_text(status));
  facts.add("version", status.version);
  facts.add("started", local_date_time(status.started_at));
  facts.add("configuration", status.config_digest.substr(0, digest_digits));
  facts.add("switched off", joined(status.disabled_apps));
  facts.add("revocations", std::to_string(status.pending_revocations) + " pending");
  facts.add("last clear", status.last_clear ? last_clear_text(*status.last_clear) : "none");
  facts.add("last lock", status.last_lock ? last_lock_text(*status.last_lock) : "none since the broker started");
  if (status.screen_lock_seen_at) facts.add("screen lock", local_date_time(status.screen_lock_seen_at));
  facts.print(context.out);
}

void print_rows(const Context& context, const std::vector<control::SessionRow>& sessions) {
  if (sessions.empty()) {
    context.out << "no sessions\n";
    return;
  }
  Table table{"SESSION", "APP",         "SERVER",  "USER",    "LOGIN", "STATE",
              "PATIENT", "TOKEN UNTIL", "REFRESH", "STARTED", "USED"};
  for (const auto& row : sessions)
    table.add({row.id, row.app, row.server, row.user, row.login_session.value_or(""),
               words_of(control::name_of(row.state)), row.has_patient ? "yes" : "no", local_time(row.expires_at),
               local_time(row.next_refresh_at), local_time(row.started_at), local_time(row.last_used_at)});
  table.print(context.out);
}

void print_rows(const Context& context, const std::vector<control::ServerRow>& servers) {
  Table table{"SERVER", "STATE", "SINCE", "LAST ANSWER", "LATENCY", "CERTIFICATE UNTIL", "TROUBLE"};
  for (const auto& row : servers)
    table.add({row.name, std::string(control::name_of(row.state)), local_time(row.since), local_time(row.confirmed_at),
               row.latency_ms ? fmt::format("{:.{}f} ms", *row.latency_ms, *row.latency_ms < 10 ? 1 : 0) : "",
               local_date_time(row.certificate_expires_at), row.trouble.value_or("")});
  table.print(context.out);
}

void print_rows(const Context& context, const std::vector<control::HeldRow>& held) {
  if (held.empty()) return;
  Table table{"HELD", "PART", "SINCE", "WHY", "ENDED BY"};
  for (const auto& row : held) {
    const auto words = advice::clear_reason_text(row.reason);
    std::vector<std::string> part;
    if (row.app) part.push_back(*row.app);
    if (row.server) part.push_back("at " + *row.server);
    table.add({row.login_session.empty() ? "all other users" : "login session " + row.login_session,
               part.empty() ? "all" : fmt::format("{}", fmt::join(part, " ")), local_date_time(row.since),
               std::string(words.empty() ? std::string_view(row.reason) : words), row.ended_by});
  }
  context.out << '\n';
  table.print(context.out);
}

void print_rows(const Context& context, const std::vector<control::DisabledApp>& apps) {
  if (apps.empty()) return;
  Table table{"SWITCHED OFF", "SINCE", "BY", "WHY"};
  for (const auto& row : apps) {
    const bool by_operator = row.by == control::DisabledAppBy::operator_;
    table.add({row.app, row.at ? local_date_time(row.at) : "", by_operator ? row.who.value_or("wardend") : "the file",
               by_operator ? row.reason.value_or("") : "enabled = false"});
  }
  context.out << '\n';
  table.print(context.out);
}

void print_rows(const Context& context, const std::vector<control::HubRow>& hubs) {
  if (hubs.empty()) return;
  Table table{"HUB OF", "STATE", "SINCE", "SESSIONS", "TELLS OF SIGN-OUTS", "TROUBLE"};
  for (const auto& row : hubs)
    table.add({row.server, std::string(control::name_of(row.state)), local_time(row.since),
               std::to_string(row.sessions), row.tells_of_locks ? (*row.tells_of_locks ? "yes" : "no") : "",
               row.trouble.value_or("")});
  context.out << '\n';
  table.print(context.out);
}

}  // namespace

ExitCode run_status(const Context& context) {
  const auto reply = ask_control<control::StatusReply>(context, "Status", control::StatusParameters{});
  if (!reply) return explain(context, reply.error());
  if (context.format == Format::json) return print_json(context, reply->as_sent);
  const auto& status = reply->value;
  print_facts(context, status);
  context.out << '\n';
  print_rows(context, status.sessions);
  print_rows(context, status.held.value_or(std::vector<control::HeldRow>()));
  print_rows(context, status.disabled.value_or(std::vector<control::DisabledApp>()));
  context.out << '\n';
  print_rows(context, status.servers);
  print_rows(context, status.hubs.value_or(std::vector<control::HubRow>()));
  context.out << "\nnext\n";
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  for (const auto& step : advice::next_steps(status, now)) context.out << "  " << printable(step) << '\n';
  return ExitCode::done;
}

}  // namespace wardend::wardctl
