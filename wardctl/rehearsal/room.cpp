#include "wardctl/rehearsal/room.hpp"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/json_members.hpp"
#include "ipc/client/wardend/client.hpp"
#include "wardctl/ask.hpp"
#include "wardctl/rehearsal/judges.hpp"

namespace wardend::wardctl {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto trail_patience = 5s;
constexpr auto look_again = 20ms;

Heard heard(const client::Failure& failure) {
  const bool refused = failure.kind == client::Failure::Kind::refused;
  const auto members = parse_json(failure.parameters_json, client::Client::max_frame_bytes);
  return {.error = refused ? failure.error.substr(failure.error.rfind('.') + 1) : "no answer",
          .advice = members ? text_member(*members, "advice") : std::string(),
          .words = in_one_line(failure)};
}

Page page_of(const HeadlessBrowser::Reply& reply) {
  if (reply.status == 0) return {.words = "No page: " + reply.trouble + "."};
  return read_page(reply.status, reply.body);
}

}  // namespace

bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(look_again);
  }
  return true;
}

Room::Room(Stage stage) : stage_(std::move(stage)), sandbox_(stage_.sandbox) {}

std::string Room::socket_path(Socket socket) const {
  return (stage_.folder / (socket == Socket::broker ? "broker.sock" : "control.sock")).string();
}

Heard Room::ask(Socket socket, std::string_view method, const json& parameters, json& reply) const {
  reply = json();
  auto connection = client::Client::connect(socket_path(socket));
  if (!connection) return heard(connection.error());
  const auto interface = socket == Socket::broker ? broker::interface_name : control::interface_name;
  auto answered = connection->call(qualified(interface, method), parameters);
  if (!answered) return heard(answered.error());
  reply = std::move(*answered);
  return {};
}

Heard Room::ask(Socket socket, std::string_view method, const json& parameters) const {
  json unused;
  return ask(socket, method, parameters, unused);
}

std::set<std::string> Room::sessions() const {
  json reply;
  std::set<std::string> ids;
  if (!ask(Socket::broker, "ListSessions", json::object(), reply).answered()) return ids;
  for (const json& session : list_member(reply, "sessions"))
    if (text_member(session, "state") == "active") ids.insert(text_member(session, "id"));
  return ids;
}

Page Room::follow(const std::string& address) {
  browser_.forget();
  return page_of(browser_.open(address));
}

// A launch that the app begins itself. What refuses it is what the clinician reads, with the status of its page.
Page Room::begin_standalone() {
  json begun;
  const Heard said = ask(Socket::broker, "BeginLaunch", {{"app", subject().app}, {"server", subject().server}}, begun);
  if (!said.answered()) return {.status = said.refused_as("ServerUnavailable") ? 503 : 403, .words = said.words};
  return follow(text_member(begun, "authorization_url"));
}

std::string Room::app_url() const {
  return "http://127.0.0.1:" + std::to_string(stage_.loopback_port) + "/launch/" + subject().app;
}

Page Room::refused_launch() {
  if (!subject().launch_ehr) return begin_standalone();
  return follow(app_url() + "?" + form_encode({{"iss", sandbox_.fhir_base()}, {"launch", "rehearsal"}}));
}

Page Room::begin(const std::string& patient) {
  if (subject().launch_ehr) return follow(sandbox_.click(app_url(), patient));
  if (!patient.empty()) return begin_standalone();
  sandbox_.fault({{"at", "token"}, {"kind", "no_patient"}, {"count", 1}});
  Page page = begin_standalone();
  sandbox_.mend("token");
  return page;
}

LaunchFacts Room::launch(const std::string& patient) {
  const auto before = sessions();
  LaunchFacts facts;
  facts.page = begin(patient);
  for (const std::string& id : sessions())
    if (!before.contains(id)) facts.session = id;
  if (facts.session.empty()) return facts;
  json reply;
  static_cast<void>(ask(Socket::broker, "GetSession", {{"session", facts.session}}, reply));
  if (const json* session = find_member(reply, "session")) {
    facts.missing_scopes = texts_member(*session, "missing_scopes").value_or(std::vector<std::string>());
    if (const json* context = find_member(*session, "context")) facts.patient = text_member(*context, "patient");
  }
  facts.token = ask(Socket::broker, "GetToken", {{"session", facts.session}}, reply);
  facts.request_id = text_member(reply, "request_id");
  return facts;
}

bool Room::on_trail(const std::vector<std::string>& words, json& line) const {
  return eventually(
      [&] {
        std::ifstream lines(trail());
        for (std::string text; std::getline(lines, text);) {
          if (!std::ranges::all_of(words, [&](const std::string& word) { return text.contains(word); })) continue;
          auto read = parse_json(text, 64UL * 1024);
          line = read ? std::move(*read) : json();
          return true;
        }
        return false;
      },
      trail_patience);
}

void Room::watch(const std::function<bool(const json&)>& told, std::chrono::milliseconds patience) const {
  auto connection = client::Client::connect(socket_path(Socket::broker));
  if (!connection) return;
  static_cast<void>(connection->call_more(
      qualified(broker::interface_name, "Monitor"), json::object(),
      [&](const json& reply) {
        const json* event = find_member(reply, "event");
        return event == nullptr || told(*event);
      },
      patience));
}

}  // namespace wardend::wardctl
