// What a hostile neighbour does at the gateway's door: those of whom the configuration knows nothing, an app of another
// user, and a program of the clinician's own user.
#include <string>

#include "tests/integration/attacks.hpp"

namespace wardend::test {
namespace {

using Then = Voice::Then;

constexpr uid_t mallory = 20'001;  // whom no rule names
constexpr uid_t games = 5;         // of the app "labs"
constexpr uid_t clinician = 0;     // of the app "vitals"
constexpr std::size_t many_users = 8;

std::filesystem::path door(const Ground& ground) { return ground.site.folder() / "fhir.sock"; }

std::string read_of(const std::string& session) {
  return "GET /fhir/" + session + "/Observation?patient=patient-1 HTTP/1.1\r\nHost: wardend\r\n\r\n";
}

// The session that the clinician had when the attack began; each later one is as unknown to others.
std::string session_of(const Ground& ground) {
  auto client = ground.site.broker();
  const auto listed = client.call("org.wardend.Broker.ListSessions", nlohmann::json::object());
  return listed && !listed->at("sessions").empty() ? listed->at("sessions").back().value("id", "none") : "none";
}

// From each of many strangers, from an app of another user, and from the clinician's own user.
void from_everybody(Siege& siege, const Voice& voice) {
  for (uid_t i = 0; i < many_users; ++i) siege.add(mallory + i, {voice});
  siege.add(games, {voice});
  siege.add(clinician, {voice});
}

void idle(const Ground& ground, Siege& siege) {
  from_everybody(siege, {.path = door(ground), .connections = 400, .then = Then::hold});
}

void slow_heads(const Ground& ground, Siege& siege) {
  from_everybody(siege, {.path = door(ground),
                         .connections = 60,
                         .speech = read_of("-"),
                         .then = Then::hold,
                         .a_byte = std::chrono::seconds(1)});
}

void large_heads(const Ground& ground, Siege& siege) {
  const std::string head =
      "GET /fhir/-/Patient/patient-1 HTTP/1.1\r\nHost: wardend\r\nX: " + std::string(64UL * 1024, 'x') + "\r\n\r\n";
  from_everybody(siege, {.path = door(ground), .connections = 32, .speech = head});
}

// A body of 4 MiB whose last bytes never come.
void held_bodies(const Ground& ground, Siege& siege) {
  constexpr std::size_t most = 4UL * 1024 * 1024;
  const std::string write =
      "POST /fhir/-/Observation HTTP/1.1\r\nHost: wardend\r\nX-Wardend-Patient: patient-1\r\n"
      "Content-Type: application/fhir+json\r\nContent-Length: " +
      std::to_string(most) + "\r\n\r\n" + std::string(most - 1024, ' ');
  from_everybody(siege, {.path = door(ground), .connections = 48, .speech = write, .then = Then::hold});
}

// Each answer that the clinician's program gets is an access, and has its entry in the trail: so a few connections.
void unread_answers(const Ground& ground, Siege& siege) {
  Voice voice{.path = door(ground), .connections = 48, .speech = read_of("-"), .answers = Voice::Answers::unread};
  for (uid_t i = 0; i < many_users; ++i) siege.add(mallory + i, {voice});
  siege.add(games, {voice});
  voice.connections = 16;
  siege.add(clinician, {voice});
}

void connect_churn(const Ground& ground, Siege& siege) {
  from_everybody(siege, {.path = door(ground), .connections = 32, .then = Then::leave});
}

void pipelined(const Ground& ground, Siege& siege) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += read_of("none");
  from_everybody(siege, {.path = door(ground), .connections = 32, .speech = many});
}

void others_sessions(const Ground& ground, Siege& siege) {
  const Voice voice{.path = door(ground), .connections = 32, .speech = read_of(session_of(ground))};
  for (uid_t i = 0; i < many_users; ++i) siege.add(mallory + i, {voice});
  siege.add(games, {voice});
}

void unreadable_heads(const Ground& ground, Siege& siege) {
  from_everybody(siege, {.path = door(ground), .connections = 32, .speech = "\x16\x03\x01 no HTTP\r\n\r\n"});
}

}  // namespace

std::vector<Attack> gateway_attacks() {
  return {
      {"W15a", "gateway: 4,000 idle connections", idle},
      {"W15b", "gateway: heads, a byte a second", slow_heads},
      {"W15c", "gateway: heads of 64 KiB", large_heads},
      {"W15d", "gateway: bodies of 4 MiB held open", held_bodies},
      {"W15e", "gateway: answers that nobody reads", unread_answers},
      {"W15f", "gateway: connect churn", connect_churn},
      {"W15g", "gateway: pipelined requests", pipelined},
      {"W15h", "gateway: sessions of other users", others_sessions},
      {"W15i", "gateway: what is no HTTP", unreadable_heads},
  };
}

}  // namespace wardend::test
