#include "tests/integration/attacks.hpp"

#include <nlohmann/json.hpp>

#include "tests/integration/latency.hpp"

namespace wardend::test {
namespace {

using Then = Voice::Then;

constexpr uid_t mallory = 20'001;  // whom no rule names
constexpr std::size_t many_users = 8;

const std::string get_token = frame_of("org.wardend.Broker.GetToken");

std::filesystem::path broker(const Ground& ground) { return ground.site.folder() / "broker.sock"; }
std::filesystem::path control(const Ground& ground) { return ground.site.folder() / "control.sock"; }

std::string repeated(const std::string& text, std::size_t times) {
  std::string all;
  all.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

// A request of a browser, or of who looks like one.
std::string get(const std::string& target, const std::string& host, const std::string& more = {}) {
  return "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + more + "\r\n";
}

std::string here(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

void small_objects(const Ground& ground, Siege& siege) {
  const std::string frame = frame_of("org.wardend.Broker.GetToken", R"({"x":[)" + repeated("{},", 20'000) + "{}]}");
  siege.add(mallory, {{.path = broker(ground), .connections = 12, .speech = frame},
                      {.path = control(ground), .connections = 12, .speech = frame}});
}

void idle_connections(const Ground& ground, Siege& siege) {
  for (uid_t i = 0; i < many_users; ++i)
    siege.add(mallory + i, {{.path = control(ground), .connections = 64, .then = Then::hold},
                            {.path = broker(ground), .connections = 64, .then = Then::hold}});
}

void big_frames(const Ground& ground, Siege& siege) {
  const std::string frame = frame_of("org.wardend.Broker.GetToken", R"({"app":")" + std::string(250'000, 'x') + "\"}");
  siege.add(mallory, {{.path = broker(ground), .connections = 32, .speech = frame},
                      {.path = control(ground), .connections = 32, .speech = frame}});
}

void refused_calls(const Ground& ground, Siege& siege) {
  const std::string eight = repeated(frame_of("org.wardend.Broker.GetToken", R"({"session":"none"})"), 8);
  const std::string mix = eight + frame_of("org.wardend.Broker.GetHealth");
  const std::string lock = frame_of("org.wardend.Control.ReportLock", R"({"reason":"ehr_lock","target":{}})");
  for (uid_t i = 0; i < many_users; ++i)
    siege.add(mallory + i, {{.path = broker(ground), .connections = 32, .speech = mix},
                            {.path = broker(ground), .connections = 8, .speech = eight, .then = Then::leave},
                            {.path = control(ground), .connections = 32, .speech = lock}});
}

void half_requests(const Ground& ground, Siege& siege) {
  const std::uint16_t port = ground.site.loopback_port();
  siege.add(mallory,
            {{.port = port, .connections = 64, .speech = "GET /launch/vitals HTTP/1.1\r\nHo", .then = Then::hold},
             {.port = ground.site.metrics_port(), .connections = 16, .speech = "GET /he", .then = Then::hold}});
}

void navigations(const Ground& ground, Siege& siege) {
  const std::string target = "/launch/vitals?iss=" + ground.ehr.fhir_base() + "&launch=made-up";
  siege.add(mallory, {{.port = ground.site.loopback_port(),
                       .connections = 4,
                       .speech = get(target, here(ground.site.loopback_port()), "Sec-Fetch-Mode: navigate\r\n"),
                       .then = Then::leave}});
}

void loopback_noise(const Ground& ground, Siege& siege) {
  const std::uint16_t port = ground.site.loopback_port();
  siege.add(
      mallory,
      {{.port = port, .connections = 8, .speech = get("/callback?state=x&code=y", here(port)), .then = Then::leave},
       {.port = port, .connections = 8, .speech = get("/", "evil.example"), .then = Then::leave},
       {.port = port, .connections = 8, .speech = "\x16\x03\x01 no HTTP\r\n\r\n", .then = Then::leave}});
}

// A hub says far more than wardend reads; what more it said would only be work of the machine that the hub is played
// on.
void let_it_be_read() {
  stand_elsewhere(0);
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
}

void tell_often(const Ground& ground, Siege& siege, const std::string& message) {
  siege.add_act([&ground, message] {
    let_it_be_read();
    ground.hub.control("publish", {{"topic", ground.topic}, {"raw", message}, {"times", 20'000}});
  });
}

void unreadable_messages(const Ground& ground, Siege& siege) { tell_often(ground, siege, "{\"event\":"); }

void hub_chatter(const Ground& ground, Siege& siege) {
  tell_often(ground, siege,
             R"({"id":"x","event":{"hub.topic":")" + ground.topic + R"(","hub.event":"SyncError","context":[]}})");
  tell_often(ground, siege, R"({"id":"y","event":{"hub.topic":"other","hub.event":"UserLogout","context":[]}})");
}

void big_hub_messages(const Ground& ground, Siege& siege) {
  const std::string message = R"({"id":"z","event":{"hub.topic":")" + ground.topic +
                              R"(","hub.event":"Patient-open","context":[)" + repeated("{},", 340'000) + "{}]}}";
  siege.add_act([&ground, message] {
    let_it_be_read();
    ground.hub.control("publish", {{"topic", ground.topic}, {"raw", message}, {"times", 20}});
  });
}

// Its token response names 25,000 resources; each launch begins anew, up to ten a second.
void large_token_response(const Ground& ground, Siege& siege) {
  nlohmann::json resources = nlohmann::json::array();
  for (int i = 0; i < 25'000; ++i) resources.push_back({{"reference", "ImagingStudy/" + std::to_string(i)}});
  ground.hostile_ehr.set("config", {{"token_members", {{"fhirContext", resources}}}});
  siege.add_act([&ground] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    (void)Browser(ground.site.folder() / "hostile-jar")
        .open(ground.hostile_ehr.address() + "/ehr/launch?patient=patient-1&app_url=" + ground.site.loopback() +
              "/launch/labs");
  });
}

void connect_churn(const Ground& ground, Siege& siege) {
  siege.add(mallory, {{.path = control(ground), .connections = 64, .then = Then::leave}});
  siege.add(mallory, {{.path = broker(ground), .connections = 64, .then = Then::leave}});
}

void every_user_once(const Ground& ground, Siege& siege) {
  siege.add_users(100'000, 20'000, broker(ground), get_token);
  siege.add_users(200'000, 20'000, control(ground), frame_of("org.wardend.Control.Status"));
}

void scrapers(const Ground& ground, Siege& siege) {
  const std::uint16_t port = ground.site.metrics_port();
  siege.add(mallory, {{.port = port, .connections = 50, .speech = get("/metrics", here(port))}});
}

void unended_frames(const Ground& ground, Siege& siege) {
  for (uid_t i = 0; i < many_users; ++i)
    siege.add(mallory + i,
              {{.path = broker(ground), .connections = 60, .speech = std::string(250'000, 'x'), .then = Then::hold}});
}

void descriptions(const Ground& ground, Siege& siege) {
  const std::string call =
      frame_of("org.varlink.service.GetInterfaceDescription", R"({"interface":"org.wardend.Broker"})");
  siege.add(mallory, {{.path = broker(ground), .connections = 64, .speech = call}});
}

void unread_answers(const Ground& ground, Siege& siege) {
  const std::string call =
      frame_of("org.varlink.service.GetInterfaceDescription", R"({"interface":"org.wardend.Broker"})");
  for (uid_t i = 0; i < many_users; ++i)
    siege.add(mallory + i,
              {{.path = broker(ground), .connections = 32, .speech = call, .answers = Voice::Answers::unread}});
}

std::vector<Attack> broker_attacks() {
  return {
      {"None", "nobody", [](const Ground&, Siege&) {}},
      {"B0", "frames of 20,000 small objects", small_objects},
      {"B1", "1,024 idle connections of 8 users", idle_connections},
      {"B4", "frames of 250 KB", big_frames},
      {"B5", "refused calls of 8 users, one good one in nine", refused_calls},
      {"B7a", "64 half requests", half_requests},
      {"B7b", "navigations that nobody ends", navigations},
      {"B8a", "noise at the loopback pages", loopback_noise},
      {"B8b", "a hub's unreadable messages", unreadable_messages},
      {"B9a", "token responses of 25,000 resources", large_token_response},
      {"B9b", "a hub's messages of 1 MiB", big_hub_messages},
      {"W1", "connect churn", connect_churn},
      {"W2", "40,000 users, a call each", every_user_once},
      {"W3", "50 scrapers", scrapers},
      {"W4", "480 frames that never end", unended_frames},
      {"W11a", "descriptions", descriptions},
      {"W11b", "a hub's chatter", hub_chatter},
      {"W11c", "answers that nobody reads", unread_answers},
  };
}

}  // namespace

Siege::~Siege() {
  over_ = true;
  for (std::thread& thread : threads_) thread.join();
}

void Siege::begin_acts() {
  for (const auto& act : acts_)
    threads_.emplace_back([this, act] {
      while (!over_) act();
    });
}

const std::vector<Attack>& attacks() {
  static const std::vector<Attack> all = [] {
    std::vector<Attack> both = broker_attacks();
    for (Attack& attack : gateway_attacks()) both.push_back(std::move(attack));
    return both;
  }();
  return all;
}

}  // namespace wardend::test
