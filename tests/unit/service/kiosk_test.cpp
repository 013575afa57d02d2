// A kiosk: one Unix user, one app, three clinicians in turn, in random order of everything that can happen. Each
// connection belongs to the epoch in which it was made, and each epoch to one clinician; no byte that a connection ever
// gets may name anybody else.
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/service/office.hpp"

namespace wardend {
namespace {

using session::Session;
using test::json;
using test::Office;
using test::Peer;

const std::vector<std::string> clinicians = {"AMELIA-7", "BENEDICT-7", "CHIYOKO-7"};

class Kiosk : public Office {
 public:
  explicit Kiosk(unsigned seed) : dice_(seed) {
    settings->servers.front().oauth.nonce = false;
    app().identity = config::Identity::required;
    for (const char* scope : {"openid", "fhirUser"})
      app().scopes.push_back({.scope = scope, .action = "", .approved_by = "", .approved_on = ""});
    ehr.before_token = [this](const std::string& grant) {
      const Grant& granted = grants_.at(grant);
      ehr.patient = granted.patient;
      ehr.extra_members = granted.id_token;
    };
    connect_app(false);
  }

  // One clinician's turn begins with a launch; then whatever happens.
  void round() {
    launch(clinicians.at(pick(clinicians.size())));
    for (std::size_t steps = 6 + pick(10); steps > 0 && !::testing::Test::HasFailure(); --steps) step();
  }

  struct Seen {
    unsigned launched = 0, refused = 0, tokens = 0, parked = 0, resumed = 0, cleared = 0;
  };
  [[nodiscard]] const Seen& seen() const { return seen_; }

 private:
  struct Grant {
    std::string patient;
    std::string id_token;
  };
  struct Known {
    std::string id;
    std::string clinician;
    std::string patient;
    workstation::EpochNumber epoch;
  };
  struct App {
    Peer peer;
    workstation::EpochNumber epoch;
    bool watches = false;      // a Monitor call keeps it busy
    std::string patient = {};  // of the session that it asked for last
  };

  std::size_t pick(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(dice_); }
  [[nodiscard]] workstation::EpochNumber here() { return workstation.enter(home); }

  App& connect_app(bool watches) {
    if (apps_.size() == 8) apps_.erase(apps_.begin());
    const auto epoch = here();
    App& app = apps_.emplace_back(App{connect_peer(), epoch, watches});
    if (watches)
      app.peer.put_frame({{"method", "org.wardend.Broker.Monitor"}, {"parameters", json::object()}, {"more", true}});
    clock.settle();
    return app;
  }

  // A call on some connection; now and then the workstation is locked while it is under way.
  void ask(std::string_view method, const json& parameters, const std::string& patient = {}) {
    const App& latest = apps_.back();
    const std::size_t chosen = pick(3) == 0 ? pick(apps_.size()) : apps_.size() - 1;
    const bool stale = latest.epoch != here() && pick(3) != 0;  // most apps connect again after a clear
    App& app = stale || apps_[chosen].watches ? connect_app(false) : apps_[chosen];
    app.patient = patient;
    app.peer.call(method, parameters);
    clock.advance(std::chrono::milliseconds(pick(15)));
    if (pick(10) == 0) lock();
    clock.advance(2s);
    look();
  }

  void step() {
    switch (pick(12)) {
      case 0:
        return lock();
      case 1:
        return connect_app(pick(2) == 0), look();
      case 2:
        return launch(clinicians.at(pick(clinicians.size())));
      case 3:
        return clock.advance(std::chrono::seconds(pick(400))), look();  // refreshes come due
      case 4:
        return while_locked();
      case 5:
        return ask("ListSessions", json::object());
      case 6:
        return ask("GetSession", {{"session", some_session().id}});
      case 7:
        return park();
      case 8:
        return resume();
      case 9:
        return ask("GetToken", json::object());
      default:
        return ask("GetToken", {{"session", some_session().id}, {"min_validity", pick(280)}});
    }
  }

  void lock() {
    static constexpr std::array reasons = {ClearReason::os_lock, ClearReason::ehr_lock, ClearReason::ehr_user_switch,
                                           ClearReason::suspend};
    const ClearReason reason = reasons.at(pick(40) == 0 ? 3 : pick(3));
    look();  // what was written before the lock was written to the one before
    const auto epoch = here();
    clearing.must_clear({.reason = reason, .login_session = reason == ClearReason::suspend ? "" : home});
    ++seen_.cleared;
    EXPECT_NE(here(), epoch);
    look();
  }

  // By the EHR, or standalone with a fresh sign-in, or standalone with the cookie of somebody who was here before.
  void launch(const std::string& clinician) {
    const std::size_t way = pick(3);
    const json by_the_ehr = {{"iss", "https://ehr.example.org/fhir"}, {"launch", "value"}};
    Peer peer = connect_peer();
    const json begun = call(peer, "BeginLaunch", way == 0 ? by_the_ehr : json::object());
    if (begun.is_null() || begun.contains("error")) return look();  // locked, or too many launches wait
    const std::string code = clinician + "-" + std::to_string(++launches_);
    grants_[code] = {.patient = pick(3) == 0 ? "p-shared" : "p-" + clinician + "-" + std::to_string(pick(2)),
                     .id_token = test::with_id_token(id_token_of(clinician, way == 2 ? 1'799'999'000 : wall()))};
    const bool held = workstation.presence(home) == workstation::Presence::held;
    const auto outcome = start(redirect(begun["parameters"]["launch_id"], "code=" + code));
    clock.advance(std::chrono::milliseconds(pick(60)));
    if (pick(8) == 0) lock();
    clock.advance(2s);
    ASSERT_TRUE(outcome->has_value());
    grants_[code].id_token.clear();  // refreshes bring none
    EXPECT_FALSE(way == 2 && held && (*outcome)->has_value()) << "a cookie of before the clear signed somebody in";
    ++((*outcome)->has_value() ? seen_.launched : seen_.refused);
    look();
  }
  [[nodiscard]] std::string id_token_of(const std::string& clinician, std::int64_t signed_in) const {
    return test::signed_by_issuer(R"({"iss":"https://ehr.example.org","aud":"vitals-client","sub":")" + clinician +
                                  R"(","iat":)" + std::to_string(wall()) + R"(,"exp":)" + std::to_string(wall() + 300) +
                                  R"(,"auth_time":)" + std::to_string(signed_in) + R"(,"fhirUser":"Practitioner/)" +
                                  clinician + "\"}");
  }

  void park() {
    const Known session = some_session();
    const std::string work = session.clinician + " of " + session.patient;
    ask("ParkWork", {{"session", session.id}, {"label", "note"}, {"data", work}});
  }
  void resume() {
    const Known session = some_session();
    ask("ResumeWork", {{"session", session.id}}, session.patient);
  }

  // A lock source goes and comes back before anything was cleared: locked, and unlocked again.
  void while_locked() {
    logind.is_live = false;
    const unsigned tokens = seen_.tokens;
    ask("GetToken", {{"session", some_session().id}});
    park();
    EXPECT_EQ(seen_.tokens, tokens);
    logind.is_live = true;
  }

  // Mostly one of the latest.
  Known some_session() {
    if (known_.empty()) return {.id = "none", .clinician = "", .patient = "", .epoch = 0};
    const std::size_t back = pick(4) == 0 ? pick(known_.size()) : pick(std::min<std::size_t>(known_.size(), 2));
    return known_.at(known_.size() - 1 - back);
  }

  // Everything that has arrived anywhere, and everything that is held, against what may be there.
  void look() {
    for (Session* session : store.all()) {
      if (session->cleared() != nullptr) continue;
      EXPECT_TRUE(workstation.running(session->epoch));
      const auto [owner, fresh] = owners_.try_emplace(session->epoch, session->user.subject);
      EXPECT_EQ(owner->second, session->user.subject) << "two clinicians in one epoch";
      if (session->tokens() != nullptr && !session->tokens()->access.empty())
        EXPECT_TRUE(session->tokens()->access.reveal().contains(owner->second));
      const auto same = [&](const Known& known) { return known.id == session->id; };
      if (std::ranges::none_of(known_, same))
        known_.push_back({session->id, session->user.subject, *session->context.patient, session->epoch});
    }
    for (App& app : apps_)
      for (const json& reply : app.peer.replies()) inspect(reply, app);
  }

  void inspect(const json& reply, const App& app) {
    const workstation::EpochNumber epoch = app.epoch;
    const auto owner = owners_.find(epoch);
    const std::string text = reply.dump();
    for (const std::string& clinician : clinicians)
      if (owner == owners_.end() || clinician != owner->second)
        EXPECT_FALSE(text.contains(clinician)) << clinician << " in " << text;
    for (const Known& known : known_)
      if (known.epoch != epoch) EXPECT_FALSE(text.contains(known.id)) << "a foreign session in " << text;
    const json parameters = reply.value("parameters", json::object());
    if (parameters.contains("access_token")) {
      EXPECT_EQ(epoch, here()) << "a token on a connection of an ended epoch";
      ++seen_.tokens;
    }
    if (parameters.contains("items"))
      for (const json& item : parameters["items"]) {
        EXPECT_EQ(item["data"], owners_[epoch] + " of " + app.patient);
        ++seen_.resumed;
      }
    if (parameters.contains("expires_at") && !parameters.contains("access_token")) ++seen_.parked;
  }

  std::mt19937 dice_;
  std::map<std::string, Grant> grants_;
  std::map<workstation::EpochNumber, std::string> owners_;
  std::vector<Known> known_;
  std::vector<App> apps_;
  std::size_t launches_ = 0;
  Seen seen_;
};

TEST(AKiosk, NeverShowsOneClinicianAnythingOfAnother) {
  constexpr unsigned worlds = 20;
  constexpr unsigned rounds = 50;
  Kiosk::Seen all;
  std::size_t refreshes = 0;
  for (unsigned seed = 1; seed <= worlds && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Kiosk kiosk(seed);
    for (unsigned round = 0; round < rounds && !::testing::Test::HasFailure(); ++round) kiosk.round();
    all.launched += kiosk.seen().launched;
    all.refused += kiosk.seen().refused;
    all.tokens += kiosk.seen().tokens;
    refreshes += kiosk.ehr.refresh_requests.size();
    all.parked += kiosk.seen().parked;
    all.resumed += kiosk.seen().resumed;
    all.cleared += kiosk.seen().cleared;
  }
  // It is a test of something only while all of it happens.
  EXPECT_GT(all.launched, 1000U);
  EXPECT_GT(all.refused, 200U);
  EXPECT_GT(all.tokens, 300U);
  EXPECT_GT(refreshes, 200U);
  EXPECT_GT(all.parked, 500U);
  EXPECT_GT(all.resumed, 30U);
  EXPECT_GT(all.cleared, 1000U);
}

}  // namespace
}  // namespace wardend
