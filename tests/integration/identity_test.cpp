// Who signed in, as the id_token says, and when it is not believed.
#include <algorithm>
#include <thread>

#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

class Identity : public Scenario {
 protected:
  void flaw(const std::string& name) const { ehr.fault({{"at", "token"}, {"kind", "id_token"}, {"flaw", name}}); }
};

TEST_F(Identity, EveryFlawOfAnIdTokenEndsTheLaunch) {
  start({.oauth = "nonce = true"});
  for (const char* name :
       {"no_id_token",     "not_a_token",    "encrypted",    "too_large",   "alg_none",     "hs256",
        "bad_signature",   "foreign_key",    "embedded_key", "unknown_kid", "wrong_issuer", "issuer_slash",
        "wrong_audience",  "extra_audience", "wrong_azp",    "expired",     "no_expiry",    "issued_in_future",
        "issued_long_ago", "no_iat",         "no_sub",       "wrong_nonce", "no_nonce",     "wrong_at_hash"}) {
    ehr.no_faults();
    flaw(name);
    const std::string error = launch_error();
    EXPECT_TRUE(error.contains("LaunchFailed") && error.contains("identity")) << name << ": " << error;
  }
  ehr.no_faults();
  EXPECT_TRUE(eventually([&] { return ehr.stats().at("families").value("alive", -1) == 0; })) << "what came is revoked";
}

TEST_F(Identity, ATokenWithoutAKeysNameIsRefusedWhereTwoWouldDo) {
  start();
  flaw("no_kid");
  EXPECT_FALSE(site.launched_session().empty()) << "one key fits";
  ehr.set("rotate-keys", {{"keep_old", true}});
  (void)site.stop();
  start();
  const std::string error = launch_error();
  EXPECT_TRUE(error.contains("LaunchFailed") && error.contains("identity")) << error;
}

TEST_F(Identity, EveryAlgorithmIsTaken) {
  for (const char* algorithm : {"RS256", "RS384", "ES384"}) {
    ehr.set("config", {{"signing_algorithm", algorithm}});
    start();
    EXPECT_FALSE(site.launched_session().empty()) << algorithm;
    (void)site.stop();
  }
}

TEST_F(Identity, AnotherUserTakesThePreviousOnesSessionsAwayFirst) {
  start();
  const std::string first = site.launched_session();
  auto watcher = site.broker();
  std::vector<std::string> kinds;
  std::string second;
  const auto watched = watcher.call_more(
      "org.wardend.Broker.Monitor", json::object(),
      [&](const json& event) {
        if (kinds.empty()) {
          ehr.set("config", {{"signs_in", "practitioner-99"}});
          second = site.launched_session();
        }
        kinds.push_back(event.at("event").value("kind", ""));
        return kinds.back() != "session_cleared";
      },
      15s);
  EXPECT_TRUE(watched.has_value());
  EXPECT_EQ(kinds.back(), "session_cleared");
  EXPECT_EQ(std::ranges::count(kinds, "session_started"), 0) << "the new one is told to its own epoch only";
  auto anew = site.broker();
  EXPECT_EQ(refused(anew, "Broker.GetToken", {{"session", first}}), "SessionCleared");
  const json got = ask(anew, "Broker.GetSession", {{"session", second}});
  EXPECT_TRUE(got.value("/session/user/fhir_user"_json_pointer, "").ends_with("Practitioner/practitioner-99")) << got;
  EXPECT_TRUE(eventually([&] { return site.audited({"\"kind\":\"clear\"", "other_user"}); }));
  EXPECT_TRUE(eventually([&] { return ehr.stats().at("families").value("alive", -1) == 1; }));
}

TEST_F(Identity, AUserMayBeRelativeAbsoluteOrAPerson) {
  const Sandbox stranger(site, 300);
  ehr.set("config", {{"foreign_base", stranger.fhir_base()}});
  const std::pair<const char*, std::string> forms[] = {
      {"relative", ehr.fhir_base() + "/Practitioner/practitioner-1"},
      {"absolute", ehr.fhir_base() + "/Practitioner/practitioner-1"},
      {"person", ehr.fhir_base() + "/Person/"},
      {"profile", ehr.fhir_base() + "/Practitioner/practitioner-1"},
      {"foreign", stranger.fhir_base() + "/Practitioner/practitioner-1"}};
  for (const auto& [form, user] : forms) {
    start();  // anew: what was launched before would be another person's
    ehr.set("config", {{"fhir_user", form}});
    const std::string id = site.launched_session();
    auto anew = site.broker();
    const json told = ask(anew, "Broker.GetSession", {{"session", id}});
    EXPECT_TRUE(told.value("/session/user/fhir_user"_json_pointer, "").starts_with(user)) << form << told;
    (void)site.stop();
  }
  EXPECT_EQ(stranger.log().at("requests").size(), 0U);
}

TEST_F(Identity, WithoutOneAnAppThatHasNoUserIsServedAllTheSame) {
  start({.scopes = {"offline_access", "patient/Observation.rs"}, .identity = "none"});
  const std::string id = site.launched_session();
  const json user = session(id).at("user");
  EXPECT_FALSE(user.contains("subject") || user.contains("fhir_user")) << user;
  EXPECT_EQ(answer({{"session", id}}), "token");
}

TEST_F(Identity, AfterALockAStandaloneLaunchNeedsASignInThatCameLater) {
  start();
  EXPECT_FALSE(site.launched_session().empty());
  EXPECT_EQ(site.wardctl({"lock"}).exit_code, 0);
  const auto seconds = [] {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch());
  };
  const auto now = seconds();
  EXPECT_TRUE(site.launch().out.contains("WorkstationLocked")) << "no auth_time";
  ehr.set("config", {{"auth_time", now.count() - 600}});
  EXPECT_TRUE(site.launch().out.contains("WorkstationLocked")) << "signed in before the lock";
  ASSERT_TRUE(eventually([&] { return seconds() > now; })) << "auth_time has whole seconds";
  ehr.set("config", {{"auth_time", now.count() + 1}});
  EXPECT_FALSE(site.launched_session().empty());
}

// The browser is signed in at the EHR all along. What a server makes of max_age and prompt is what counts.
TEST_F(Identity, AfterALockASignInThatIsAskedForIsEnough) {
  start({.oauth = "prompt = \"login\""});
  EXPECT_FALSE(site.launched_session().empty());
  for (const bool minds : {true, false}) {
    ehr.set("config", {{"minds_prompt", minds}});
    EXPECT_EQ(site.wardctl({"lock"}).exit_code, 0);
    std::this_thread::sleep_for(1100ms);  // auth_time has whole seconds
    const Finished launched = site.launch();
    EXPECT_EQ(launched.exit_code == 0, minds) << launched.out;
    EXPECT_EQ(launched.out.contains("WorkstationLocked"), !minds) << launched.out;
  }
}

}  // namespace
}  // namespace wardend::test
