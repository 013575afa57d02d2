#include "ipc/advice/status_advice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/words.hpp"

namespace wardend::advice {
namespace {

using words::counted;
using words::local_date_time;

using ipc::control::HubRowState;
using ipc::control::ServerRow;
using ipc::control::ServerRowState;
using ipc::control::SessionRowState;
using ipc::control::StatusReply;

constexpr std::chrono::days certificate_warning{14};

constexpr auto reason_texts = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"os_lock", "the screen was locked"},
    {"session_inactive", "another login session came to the front"},
    {"session_removed", "the login session ended"},
    {"suspend", "the machine went to sleep"},
    {"lock_source_lost", "the broker could no longer see whether the workstation was locked"},
    {"ehr_lock", "the EHR was locked"},
    {"ehr_logout", "the user signed out of the EHR"},
    {"ehr_user_switch", "another user signed in to the EHR"},
    {"ehr_gone", "the EHR's own program ended"},
    {"fhircast_logout", "the EHR announced a sign-out"},
    {"fhircast_hibernate", "the EHR announced that it hibernates"},
    {"fhircast_lost", "the channel that tells what the EHR shows was lost"},
    {"other_user", "a launch or a renewed token was for another user"},
    {"patient_changed", "a renewed token was for another patient"},
    {"idle", "nobody used it for longer than idle_timeout"},
    {"max_lifetime", "it had reached max_lifetime"},
    {"operator", "an operator cleared it"},
    {"app_disabled", "the app was switched off"},
    {"reconfigured", "the app's or the server's configuration changed"},
    {"ended_by_app", "the app ended it"},
    {"superseded", "the app was launched again for the same patient"},
    {"restart", "the broker was away longer than lock_grace"},
});

// The trouble of a server says what to do, in a sentence.
std::string as_cause(const std::optional<std::string>& trouble) {
  return trouble ? ": " + *trouble : ": see whether other programs reach it";
}

std::string step_of_degraded(const ServerRow& server) {
  const std::string what = fmt::format("{} {}", server.name, degraded_text(server));
  if (!server.confirmed_at)
    return what + as_cause(server.trouble) +
           "; if that does not help, compare its fhir_base_url with what the EHR's administrators say";
  return what + (server.trouble ? as_cause(server.trouble) : "") + "; watch it with `wardctl watch`";
}

// It lives, and something is wrong all the same: a wrong address, a wish for fewer requests, a cache on the way.
std::string step_of_answering(const ServerRow& server) {
  return fmt::format("{} answers, but not as it should{}", server.name, as_cause(server.trouble));
}

// Where another server answers, what is between this machine and all of them works.
std::string other_that_answers(const StatusReply& status) {
  const auto other = std::ranges::find(status.servers, ServerRowState::up, &ServerRow::state);
  return other == status.servers.end() ? "" : fmt::format("; {} answers, so that the network here works", other->name);
}

std::string in_brackets(const std::optional<std::string>& why) { return why ? fmt::format(" ({})", *why) : ""; }

void add_servers(const StatusReply& status, std::chrono::sys_seconds now, std::vector<std::string>& steps) {
  for (const auto& server : status.servers) {
    if (server.state == ServerRowState::down)
      steps.push_back(
          fmt::format("{} is down{}; if that does not help, ask the EHR's administrators{}; clinicians follow the "
                      "advice of `wardctl health`",
                      server.name, as_cause(server.trouble), other_that_answers(status)));
    if (server.state == ServerRowState::degraded) steps.push_back(step_of_degraded(server));
    if (server.state == ServerRowState::up && server.trouble) steps.push_back(step_of_answering(server));
    if (server.changed)
      steps.push_back(fmt::format(
          "{} has changed, and nothing secret is sent there ({}): ask its administrators whether that is so, then "
          "`wardctl accept {} --reason TEXT{}`",
          server.name, *server.changed, server.name,
          server.changed_digest ? " --changed " + *server.changed_digest : std::string()));
    if (!server.certificate_expires_at) continue;
    const std::chrono::sys_seconds end{std::chrono::seconds(*server.certificate_expires_at)};
    if (end < now + certificate_warning)
      steps.push_back(fmt::format("the certificate of {} {} {}: ask the EHR's administrators to renew it", server.name,
                                  end < now ? "expired at" : "expires at",
                                  local_date_time(server.certificate_expires_at)));
  }
}

void add_disabled(const StatusReply& status, std::vector<std::string>& steps) {
  const auto rows = status.disabled.value_or(std::vector<ipc::control::DisabledApp>());
  for (const auto& app : status.disabled_apps) {
    const auto row = std::ranges::find(rows, app, &ipc::control::DisabledApp::app);
    const bool by_operator = row != rows.end() && row->by == ipc::control::DisabledAppBy::operator_;
    steps.push_back(fmt::format("{} is switched off{}: once its trouble is over, {}", app,
                                in_brackets(by_operator ? row->reason : std::nullopt),
                                by_operator ? "`wardctl app enable " + app + "`"
                                            : "set enabled = true in its [[app]], then `systemctl reload wardend`"));
  }
}

void add_hubs(const StatusReply& status, std::vector<std::string>& steps) {
  std::set<std::string> silent;
  for (const auto& hub : status.hubs.value_or(std::vector<ipc::control::HubRow>())) {
    if (hub.state == HubRowState::stopped)
      steps.push_back(fmt::format(
          "the hub of {} is not followed ({}): the next launch tries again; if that fails too, ask the EHR's "
          "administrators whether the app may use FHIRcast",
          hub.server, hub.trouble.value_or("refused")));
    if (hub.state == HubRowState::waiting)
      steps.push_back(fmt::format("the hub of {} is not reached ({}): it is tried again, every minute at least",
                                  hub.server, hub.trouble.value_or("lost")));
    if (!hub.tells_of_locks.value_or(true)) silent.insert(hub.server);
  }
  for (const auto& server : silent)
    steps.push_back(
        fmt::format("the hub of {} announces no sign-outs: have its administrators grant fhircast/UserLogout.read and "
                    "fhircast/UserHibernate.read, and rely on the screen lock until then",
                    server));
}

}  // namespace

// The time of its last answer is there only where the last request had one.
std::string_view degraded_text(const ServerRow& server) {
  if (!server.confirmed_at) return "has given no usable answer yet";
  if (!server.trouble) return "answers again";
  return server.latency_ms ? "answers, but not as it should" : "answers only now and then";
}

std::string_view clear_reason_text(std::string_view reason) {
  const auto found = std::ranges::find(reason_texts, reason, [](const auto& row) { return row.first; });
  return found == reason_texts.end() ? std::string_view() : found->second;
}

std::vector<std::string> next_steps(const StatusReply& status, std::chrono::sys_seconds now) {
  std::vector<std::string> steps;
  if (!status.ready) steps.push_back(fmt::format("not ready: {}", status.not_ready_reason.value_or("no reason given")));
  add_servers(status, now, steps);
  if (status.ehr_unit_trouble) steps.push_back(*status.ehr_unit_trouble);
  if (status.screen_locker_silent.value_or(false))
    steps.emplace_back(
        "no screen lock was seen in a week of use: lock the screen and look at \"last lock\" here; if nothing comes, "
        "have the locker run `loginctl lock-session`");
  add_hubs(status, steps);
  // What keeps it from being ready is said above.
  for (const auto& notice : status.notices.value_or(std::vector<std::string>()))
    if (notice != status.not_ready_reason) steps.push_back(notice);
  add_disabled(status, steps);
  const auto held = static_cast<std::int64_t>(status.held.value_or(std::vector<ipc::control::HeldRow>()).size());
  if (held != 0)
    steps.push_back(fmt::format("{} held: nobody gets a token there before {}", counted(held, "login session"),
                                status.held->front().ended_by));
  const auto waiting =
      std::ranges::count(status.sessions, SessionRowState::reauthentication_required, &ipc::control::SessionRow::state);
  if (waiting != 0)
    steps.push_back(fmt::format("{} can no longer be renewed: the clinician launches the app again from the EHR",
                                counted(waiting, "session")));
  if (status.pending_revocations != 0)
    steps.push_back(fmt::format("{} not answered yet by a server: it is tried again for two minutes",
                                counted(status.pending_revocations, "revocation")));
  if (steps.empty() && status.sessions.empty() && status.last_clear)
    steps.emplace_back("no sessions since the last clear: the clinician launches from the EHR");
  if (steps.empty()) steps.emplace_back("nothing to do");
  return steps;
}

}  // namespace wardend::advice
