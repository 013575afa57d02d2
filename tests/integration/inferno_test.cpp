// Inferno's client suite, as the sandbox plays it: each kind of client, everything that the suite looks at in its
// requests, and every error that the SMART launcher simulates.
#include <sys/stat.h>

#include <fstream>

#include "base/encoding.hpp"
#include "tests/integration/keys.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

constexpr const char* redirect_uri = "https://vitals.hospital.example/back";

struct Kind {
  std::string name;
  std::string profile;
  std::string auth;
  json registration;
  std::string credential = {};
};
void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

class Inferno : public Scenario, public ::testing::WithParamInterface<Kind> {
 protected:
  void SetUp() override {
    json client = GetParam().registration;
    client.update({{"client_id", "vitals"}, {"auth", GetParam().auth}, {"redirect_uris", {redirect_uri}}});
    ehr.set("clients", client);
    ehr.set("profile", {{"name", GetParam().profile}});
    const auto file = site.folder() / "credential";
    std::ofstream(file) << GetParam().credential;
    ::chmod(file.c_str(), 0600);
    start({.client_auth = GetParam().auth,
           .credential = GetParam().auth == "none" ? std::string() : file.string(),
           .redirect_uri = redirect_uri});
  }
  // Hands over the redirect, as the app does that has an https address; the session's id.
  std::string complete(const Begun& begun) {
    const std::string back = request(begun.address).address;
    EXPECT_TRUE(back.contains("code=")) << back;
    const json done = ask(broker(), "Broker.CompleteLaunch", {{"launch_id", begun.id}, {"redirect_url", back}});
    return done.is_object() ? done.at("session").value("id", "") : "";
  }
  [[nodiscard]] int read(const std::string& resource) {
    return request(ehr.fhir_base() + "/" + resource, {}, {"Authorization: Bearer " + reply.value("access_token", "")})
        .status;
  }
};

TEST_P(Inferno, SeesBothLaunchesARefreshAndAReadAndFindsNothingWrong) {
  const auto click = query_of(
      request(ehr.address() + "/ehr/launch?app_url=" + site.loopback() + "/launch/vitals&patient=patient-7").address);
  const std::string launched = complete(begin({{"iss", click.at("iss")}, {"launch", click.at("launch")}}));
  const std::string standalone = complete(begin());
  for (const std::string& id : {launched, standalone}) {
    ASSERT_EQ(answer({{"session", id}}), "token") << reply;
    ASSERT_EQ(answer({{"session", id}, {"rejected", hex(sha256(reply.value("access_token", "")))}}), "token") << reply;
    EXPECT_EQ(read("Observation?patient=" + reply.value("/context/patient"_json_pointer, "")), 200);
  }
  const json report = ehr.profile();
  EXPECT_EQ(report.at("violations"), json::array()) << report;
  for (const char* what : {"authorize", "token", "refresh", "fhir"})
    EXPECT_EQ(report.at("seen").value(what, 0), 2) << what;
  (void)ask(broker(), "Broker.EndSession", {{"session", launched}});
  EXPECT_TRUE(
      eventually([&] { return site.metric(R"(wardend_revocations_total{server="ehr",result="unsupported"})") == 1; }));
}

INSTANTIATE_TEST_SUITE_P(
    Suite, Inferno,
    ::testing::Values(
        Kind{"Public", "inferno-public", "none", json::object()},
        Kind{"Symmetric", "inferno-symmetric", "client_secret_basic", {{"secret", "inferno-secret"}}, "inferno-secret"},
        Kind{"Asymmetric", "inferno-asymmetric", "private_key_jwt", {{"jwks", public_halves({first_key})}}, first_key}),
    [](const auto& info) { return info.param.name; });

struct Simulated {
  std::string error;
  std::string told;  // by the launch
};
void PrintTo(const Simulated& simulated, std::ostream* out) { *out << simulated.error; }
class SimulatedError : public Scenario, public ::testing::WithParamInterface<Simulated> {};

TEST_P(SimulatedError, IsToldAsWhatItIs) {
  ehr.set("profile", {{"name", "launcher"}, {"error", GetParam().error}});
  start();
  EXPECT_TRUE(launch_error().contains(GetParam().told));
}

INSTANTIATE_TEST_SUITE_P(Launcher, SimulatedError,
                         ::testing::Values(Simulated{"auth_invalid_client_id", "invalid_client"},
                                           Simulated{"auth_invalid_scope", "invalid_scope"},
                                           Simulated{"auth_invalid_client_secret", "invalid_client"},
                                           Simulated{"token_invalid_token", "invalid_client"},
                                           Simulated{"token_expired_registration_token", "invalid_client"},
                                           Simulated{"token_invalid_jti", "invalid_client"},
                                           Simulated{"token_invalid_scope", "invalid_scope"}),
                         [](const auto& info) { return info.param.error; });

class LauncherErrors : public Scenario {};

// The launcher answers this one in the browser: nothing comes back, and the launch waits for somebody to try again.
TEST_F(LauncherErrors, AnInvalidRedirectStaysInTheBrowser) {
  ehr.set("profile", {{"name", "launcher"}, {"error", "auth_invalid_redirect_uri"}});
  start();
  EXPECT_EQ(browser.step(begin().address).status, 400);
  EXPECT_EQ(ehr.asked("/oauth/token").size(), 0U);
}

TEST_F(LauncherErrors, AnExpiredRefreshTokenNeedsALaunch) {
  ehr.set("profile", {{"name", "launcher"}, {"error", "token_expired_refresh_token"}});
  ehr.set("config", {{"token_life", 4}});
  start();
  const std::string id = site.launched_session();
  EXPECT_TRUE(eventually([&] { return answer({{"session", id}, {"min_validity", 1}}) == "ReauthenticationRequired"; }));
}

TEST_F(LauncherErrors, ATokenThatIsRefusedIsReplacedOnce) {
  for (const char* error : {"request_invalid_token", "request_expired_token"}) {
    ehr.set("profile", {{"name", "launcher"}, {"error", error}});
    start();
    const std::string id = site.launched_session();
    ASSERT_EQ(answer({{"session", id}}), "token");
    const std::string refused_token = reply.value("access_token", "");
    EXPECT_EQ(request(ehr.fhir_base() + "/Patient/patient-1", {}, {"Authorization: Bearer " + refused_token}).status,
              401);
    ASSERT_EQ(answer({{"session", id}, {"rejected", hex(sha256(refused_token))}}), "token") << reply;
    EXPECT_NE(reply.value("access_token", ""), refused_token);
    EXPECT_EQ(answer({{"session", id}, {"rejected", hex(sha256(reply.value("access_token", "")))}}), "RateLimited");
    (void)site.stop();
  }
}

}  // namespace
}  // namespace wardend::test
