#include "daemon/service/status_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

#include "base/words.hpp"
#include "daemon/launch/pages.hpp"
#include "ipc/advice/status_advice.hpp"

namespace wardend::service {

using namespace ipc::control;
using launch::escape_html;
using words::local_date_time;

namespace {

// A finding is FILE:LINE:COLUMN: error: and what stands there: a Unix user's name, maybe.
void leave_place_alone(std::string& sentence) {
  constexpr std::string_view mark = ": error: ";
  if (const auto at = sentence.find(mark); at != std::string::npos)
    sentence.replace(at, std::string::npos, "; `wardend --check` says what is wrong there");
}

std::string_view state_words(const ServerRow& server) {
  switch (server.state) {
    case ServerRowState::unknown:
      return "not heard of yet";
    case ServerRowState::up:
      return "works";
    case ServerRowState::degraded:
      return advice::degraded_text(server);
    case ServerRowState::down:
      return "cannot be used";
  }
  return "not heard of yet";
}

std::string paragraph(std::string_view text) { return "<p>" + escape_html(text) + "</p>"; }

// `a command` as a browser shows one.
std::string with_commands(std::string_view text) {
  std::string html;
  bool within = false;
  for (const char c : escape_html(text)) {
    if (c != '`')
      html += c;
    else
      html += std::exchange(within, !within) ? "</code>" : "<code>";
  }
  return within ? html + "</code>" : html;
}

std::string list(std::string_view kind, const std::vector<std::string>& items) {
  std::string html = fmt::format("<{}>", kind);
  for (const std::string& item : items) html += "<li>" + with_commands(item) + "</li>";
  return html + fmt::format("</{}>", kind);
}

// Is it this workstation or the EHR?
std::string answer_of(const StatusReply& status) {
  if (!status.ready) return "No app on this workstation can sign in.";
  std::string down;
  for (const ServerRow& server : status.servers)
    if (server.state == ServerRowState::down) down += (down.empty() ? "" : ", ") + server.name;
  return down.empty() ? "Apps on this workstation can sign in."
                      : "This workstation works. What does not: " + down + ".";
}

// What clinicians do meanwhile, as the site approved it for each app.
std::vector<std::string> fallbacks(const config::Config& config, const std::string& server) {
  std::vector<std::string> words;
  for (const config::App& app : config.apps)
    if (app.in_use() && !app.advice.empty() && std::ranges::find(app.servers, server) != app.servers.end())
      words.push_back(app.name + ": " + app.advice);
  return words;
}

std::string part_of(const ServerRow& server, const config::Config& config) {
  std::string html = "<h3>" + escape_html(server.name) + " " + std::string(state_words(server)) + "</h3>";
  if (server.since) html += paragraph("Since " + local_date_time(server.since) + ".");
  if (server.trouble) html += paragraph("Why: " + *server.trouble + ".");
  if (server.state == ServerRowState::up) return html;
  html += paragraph(server.confirmed_at ? "Its last answer came at " + local_date_time(server.confirmed_at) + "."
                                        : "It has not answered since wardend started.");
  const std::vector<std::string> words = fallbacks(config, server.name);
  if (!words.empty()) html += "<p>Until it works again:</p>" + list("ul", words);
  return html;
}

std::string servers_part(const StatusReply& status, const config::Config& config) {
  if (status.servers.empty()) return {};
  std::string html = "<section aria-labelledby=\"servers\"><h2 id=\"servers\">EHR servers</h2>";
  for (const ServerRow& server : status.servers) html += part_of(server, config);
  return html + "</section>";
}

std::string apps_part(const StatusReply& status) {
  if (status.disabled_apps.empty()) return {};
  return "<section aria-labelledby=\"apps\"><h2 id=\"apps\">Apps that are switched off</h2>" +
         list("ul", status.disabled_apps) + "</section>";
}

std::string steps_part(const StatusReply& status, std::int64_t now) {
  const auto steps = advice::next_steps(status, std::chrono::sys_seconds(std::chrono::seconds(now)));
  return "<section aria-labelledby=\"steps\"><h2 id=\"steps\">What to do</h2>" + list("ol", steps) + "</section>";
}

}  // namespace

StatusReply without_people(StatusReply status) {
  std::vector<SessionRow> counted;
  for (const SessionRow& row : status.sessions) counted.push_back({.state = row.state});
  status.sessions = std::move(counted);
  if (status.disabled)
    for (DisabledApp& app : *status.disabled) app = {.app = std::move(app.app), .by = app.by};
  if (status.held)
    for (HeldRow& row : *status.held) row.login_session.clear();
  if (status.last_clear) status.last_clear = {.reason = status.last_clear->reason, .at = status.last_clear->at};
  status.last_lock.reset();
  if (status.not_ready_reason) leave_place_alone(*status.not_ready_reason);
  if (status.notices)
    for (std::string& notice : *status.notices) leave_place_alone(notice);
  return status;
}

std::string status_page(StatusReply status, const config::Config& config, std::int64_t now) {
  status = without_people(std::move(status));
  std::string body = paragraph(answer_of(status));
  body += servers_part(status, config) + apps_part(status) + steps_part(status, now);
  body += paragraph(fmt::format("As of {}, wardend {}. Load the page again to see it as it is then.",
                                local_date_time(now), status.version));
  return launch::plain_page(status.ready ? "wardend is ready" : "wardend is not ready", body);
}

}  // namespace wardend::service
