#include <nlohmann/json.hpp>
#include <thread>

#include "base/encoding.hpp"
#include "base/json_members.hpp"
#include "base/secret.hpp"
#include "wardctl/rehearsal/judges.hpp"
#include "wardctl/rehearsal/players.hpp"

namespace wardend::wardctl {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr int short_life_seconds = 6;
constexpr auto outage_patience = 20s;

// A token is compared and never kept.
std::string digest_of(json& reply) {
  const auto token = reply.find("access_token");
  if (token == reply.end() || !token->is_string()) return {};
  auto& text = token->get_ref<std::string&>();
  std::string digest = hex(sha256(text));
  wipe(text);
  return digest;
}

std::int64_t seconds_in(const json& reply, const char* name) {
  const json* value = find_member(reply, name);
  return value != nullptr && value->is_number_integer() ? value->get<std::int64_t>() : 0;
}

// What GetToken says of the link.
std::string link_state(const json& reply) {
  const json* freshness = find_member(reply, "freshness");
  return freshness == nullptr ? std::string() : text_member(*freshness, "state");
}

bool is_stale(const json& reply) {
  const json* freshness = find_member(reply, "freshness");
  const json* stale = freshness == nullptr ? nullptr : find_member(*freshness, "stale");
  return stale != nullptr && stale->is_boolean() && stale->get<bool>();
}

void begin_outage(Room& room, Step step) {
  if (step == Step::gone_server) return room.ehr().set("down", {{"down", true}});
  for (const char* place : {"fhir", "metadata", "discovery", "token", "authorize"})
    room.ehr().fault({{"at", place}, {"kind", "status"}, {"status", 503}});
}

void end_outage(Room& room, Step step) {
  if (step == Step::gone_server) return room.ehr().set("down", {{"down", false}});
  for (const char* place : {"fhir", "metadata", "discovery", "token", "authorize"}) room.ehr().mend(place);
}

}  // namespace

Outcome play_token_end(Room& room) {
  const json life = room.ehr().setting("token_life");
  const json interval = room.ehr().setting("refresh_interval");
  room.ehr().set("config", {{"token_life", short_life_seconds}, {"refresh_interval", 0}});
  const LaunchFacts launched = room.launch(own_patient);
  TokenEndFacts facts{.launched = launched.worked()};
  json reply;
  const json question = {{"session", launched.session}};
  if (facts.launched && room.ask(Socket::broker, "GetToken", question, reply).answered()) {
    facts.life_seconds = seconds_in(reply, "expires_in");
    const std::string first = digest_of(reply);
    std::this_thread::sleep_for(std::chrono::seconds(facts.life_seconds) + 1s);
    facts.after = room.ask(Socket::broker, "GetToken", question, reply);
    facts.another = facts.after.answered() && digest_of(reply) != first;
  }
  room.ehr().set("config", {{"token_life", life}, {"refresh_interval", interval}});
  return judge_token_end(room.subject(), facts);
}

Outcome play_sign_in_end(Room& room) {
  const LaunchFacts launched = room.launch(own_patient);
  TokenEndFacts facts{.launched = launched.worked()};
  json reply;
  if (facts.launched && room.ask(Socket::broker, "GetToken", {{"session", launched.session}}, reply).answered()) {
    const std::string digest = digest_of(reply);
    room.ehr().set("logout", json::object());
    facts.after = room.ask(Socket::broker, "GetToken", {{"session", launched.session}, {"rejected", digest}}, reply);
    static_cast<void>(digest_of(reply));
  }
  return judge_sign_in_end(room.subject(), facts);
}

Outcome play_outage(Room& room, Step step) {
  const LaunchFacts launched = room.launch(own_patient);
  if (!launched.worked()) return not_played_without_session(room.subject(), step);
  const json question = {{"session", launched.session}};
  OutageFacts facts;
  json reply;
  const auto look = [&] {
    facts.token = room.ask(Socket::broker, "GetToken", question, reply);
    static_cast<void>(digest_of(reply));
    facts.state = link_state(reply);
    facts.stale = is_stale(reply);
    if (const json* freshness = find_member(reply, "freshness")) facts.advice = text_member(*freshness, "advice");
    return !facts.token.answered() || (facts.state == "down" && facts.stale);
  };
  begin_outage(room, step);
  static_cast<void>(eventually(look, outage_patience));
  facts.page = room.refused_launch();
  end_outage(room, step);
  facts.recovered = eventually(
      [&] {
        const Heard after = room.ask(Socket::broker, "GetToken", question, reply);
        static_cast<void>(digest_of(reply));
        facts.clearing = after.words;
        return after.answered() && link_state(reply) == "up";
      },
      outage_patience);
  return judge_outage(room.subject(), step, facts);
}

}  // namespace wardend::wardctl
