#include "wardctl/rehearsal/players.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/json_members.hpp"
#include "wardctl/rehearsal/judges.hpp"
#include "wardctl/rehearsal/sample_write.hpp"

namespace wardend::wardctl {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto event_patience = 5s;
constexpr const char* reason = "rehearsal";

std::int64_t milliseconds_since(Clock::time_point begun) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begun).count();
}

Outcome play_failed_launch(Room& room) {
  room.ehr().fault({{"at", "token"}, {"kind", "status"}, {"status", 401}, {"oauth_error", "invalid_client"}});
  LaunchFacts facts = room.launch(own_patient);
  room.ehr().mend("token");
  json line;
  facts.reference_on_trail = !facts.page.reference.empty() && room.on_trail({facts.page.reference}, line);
  return judge_failed_launch(room.subject(), facts);
}

Outcome play_wrong_write(Room& room) {
  const LaunchFacts launched = room.launch(own_patient);
  if (!launched.worked()) return not_played_without_session(room.subject(), Step::wrong_write);
  if (launched.patient.empty()) return judge_wrong_write(room.subject(), {.has_patient = false});
  json session;
  static_cast<void>(room.ask(Socket::broker, "GetSession", {{"session", launched.session}}, session));
  const json* row = find_member(session, "session");
  const auto scopes = row == nullptr ? std::nullopt : texts_member(*row, "granted_scopes");
  const Writable may = writable_by(scopes.value_or(std::vector<std::string>()));
  WriteFacts facts{.type = may.type, .writes_otherwise = may.anything};
  const auto ask = [&](const std::string& on_screen, const std::string& in_body) {
    const std::string type = facts.type.empty() ? "Observation" : facts.type;
    return room.ask(Socket::broker, "AuthorizeWrite",
                    {{"session", launched.session},
                     {"patient", on_screen},
                     {"interaction", "create"},
                     {"resource_type", type},
                     {"resource", resource_about(type, in_body)}});
  };
  if (facts.type.empty()) {
    if (facts.writes_otherwise) return judge_wrong_write(room.subject(), facts);
    facts.without_scope = ask(own_patient, own_patient);
  } else {
    facts.other_on_screen = ask(other_patient, other_patient);
    facts.other_in_body = ask(own_patient, other_patient);
    facts.own = ask(own_patient, own_patient);
  }
  return judge_wrong_write(room.subject(), facts);
}

// Locks while an app watches, and measures until it is told.
void lock_while_watched(Room& room, const std::string& session, LockFacts& facts) {
  Clock::time_point begun;
  bool locked = false;
  room.watch(
      [&](const json& event) {
        const std::string kind = text_member(event, "kind");
        if (!locked && kind == "session_present" && text_member(event, "session") == session) {
          locked = true;
          begun = Clock::now();
          facts.told = room.ask(Socket::control, "ReportLock", {{"reason", "ehr_lock"}, {"target", json::object()}});
        }
        if (kind != "session_cleared" || text_member(event, "session") != session) return true;
        facts.cleared_ms = milliseconds_since(begun);
        return false;
      },
      event_patience);
}

Outcome play_lock(Room& room) {
  const LaunchFacts launched = room.launch(own_patient);
  if (!launched.worked()) return not_played_without_session(room.subject(), Step::lock);
  LockFacts facts;
  facts.parked = room.ask(Socket::broker, "ParkWork",
                          {{"session", launched.session}, {"label", "note"}, {"data", "half a sentence"}});
  lock_while_watched(room, launched.session, facts);
  facts.token = room.ask(Socket::broker, "GetToken", {{"session", launched.session}});
  // Servers tell a sign-in in whole seconds, and nobody signs in within the second of the lock.
  if (!room.subject().launch_ehr) std::this_thread::sleep_for(2s);
  facts.again = room.launch(own_patient);
  const auto pieces = [&] {
    json work;
    static_cast<void>(room.ask(Socket::broker, "ResumeWork", {{"session", facts.again.session}}, work));
    return list_member(work, "items").size();
  };
  if (facts.again.worked()) {
    const bool first = pieces() == 1;
    facts.work_back = first && pieces() == 0;
  }
  return judge_lock(room.subject(), facts);
}

Outcome play_switch(Room& room) {
  const LaunchFacts launched = room.launch(own_patient);
  if (!launched.worked()) return not_played_without_session(room.subject(), Step::switch_off);
  const auto turn = [&](bool enabled) {
    return room.ask(Socket::control, "SetAppEnabled",
                    {{"app", room.subject().app}, {"enabled", enabled}, {"reason", reason}});
  };
  SwitchFacts facts;
  const auto begun = Clock::now();
  facts.off = turn(false);
  facts.off_ms = milliseconds_since(begun);
  facts.token = room.ask(Socket::broker, "GetToken", {{"session", launched.session}});
  facts.page = room.refused_launch();
  facts.on = turn(true);
  facts.again = room.launch(own_patient);
  return judge_switch(room.subject(), facts);
}

Outcome play_trail(Room& room) {
  const LaunchFacts launched = room.launch(own_patient);
  if (launched.session.empty()) return not_played_without_session(room.subject(), Step::trail);
  TrailFacts facts{.trail = "the trail (audit.jsonl)"};
  // The first token of a session: the same one again is written once a minute.
  facts.token = launched.token;
  facts.request_id = launched.request_id;
  json line;
  facts.found = !facts.request_id.empty() && room.on_trail({facts.request_id}, line);
  facts.outcome = text_member(line, "outcome");
  facts.same_session = text_member(line, "session") == launched.session;
  facts.same_patient = text_member(line, "patient") == launched.patient;
  json status;
  static_cast<void>(room.ask(Socket::control, "Status", json::object(), status));
  facts.trouble = text_member(status, "not_ready_reason");
  json verified;
  facts.chain = room.ask(Socket::control, "VerifyAudit", json::object(), verified);
  const json* intact = find_member(verified, "intact");
  facts.intact = intact != nullptr && *intact == json(true);
  facts.accesses = room.ask(
      Socket::broker, "RecordAccess",
      {{"session", launched.session},
       {"accesses", {{{"interaction", "read"}, {"resource", "Observation/rehearsal"}, {"outcome", "success"}}}}});
  if (facts.accesses.answered()) facts.access_found = room.on_trail({"Observation/rehearsal"}, line);
  return judge_trail(room.subject(), facts);
}

Outcome play(Room& room, Step step) {
  switch (step) {
    case Step::launch:
      return judge_launch(room.subject(), room.launch(own_patient));
    case Step::failed_launch:
      return play_failed_launch(room);
    case Step::no_patient:
      return judge_no_patient(room.subject(), room.launch(""));
    case Step::token_end:
      return play_token_end(room);
    case Step::sign_in_end:
      return play_sign_in_end(room);
    case Step::busy_server:
    case Step::gone_server:
      return play_outage(room, step);
    case Step::wrong_write:
      return play_wrong_write(room);
    case Step::lock:
      return play_lock(room);
    case Step::switch_off:
      return play_switch(room);
    case Step::trail:
      return play_trail(room);
  }
  return {};
}

}  // namespace

std::vector<Outcome> play_all(Room& room, const std::vector<std::string>& only,
                              const std::function<void(std::string_view)>& before_each) {
  std::vector<Outcome> outcomes;
  for (const Scene& scene : plan_for(room.subject())) {
    if (!only.empty() && std::ranges::find(only, scene.name) == only.end()) {
      outcomes.push_back(left_out(room.subject(), scene.step));
      continue;
    }
    before_each(scene.title);
    outcomes.push_back(play(room, scene.step));
  }
  for (Outcome& outcome : for_a_person(room.subject())) outcomes.push_back(std::move(outcome));
  return outcomes;
}

}  // namespace wardend::wardctl
