// Launches that cannot work are refused before anybody signs in: to the app that begins one, and to the browser in
// which the EHR opens one.
#include <sys/stat.h>

#include <fstream>

#include "tests/integration/keys.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

struct NoWay {
  std::string name;
  void (*change)(Settings&, const std::filesystem::path& credential) = nullptr;
  std::string stage;
  std::string code;
  std::string said;  // a part of what an operator reads
};
void PrintTo(const NoWay& row, std::ostream* out) { *out << row.name; }

void put(const std::filesystem::path& file, const std::string& text, mode_t mode = 0600) {
  std::ofstream(file) << text;
  ::chmod(file.c_str(), mode);
}

class DeadEnd : public Scenario, public ::testing::WithParamInterface<NoWay> {};
class DeadEndAfterALock : public Scenario {};

TEST_P(DeadEnd, IsToldBeforeTheSignIn) {
  const NoWay& row = GetParam();
  ehr.set("discovery", {{"remove", {"issuer"}}});
  Settings settings;
  row.change(settings, site.folder() / "credential");
  start(settings);
  const auto begun = broker().call("org.wardend.Broker.BeginLaunch", json::object());
  ASSERT_FALSE(begun) << *begun;
  EXPECT_EQ(begun.error().error, "org.wardend.Broker.LaunchFailed");
  const json told = json::parse(begun.error().parameters_json);
  EXPECT_EQ(told.value("stage", ""), row.stage) << told;
  EXPECT_EQ(told.value("code", ""), row.code) << told;
  EXPECT_TRUE(told.value("description", "").contains(row.said)) << told;
  const Page page = click("patient=patient-1");
  EXPECT_EQ(page.status, 403);
  EXPECT_TRUE(page.body.contains("Tell IT the reference below.")) << page.body;
  EXPECT_TRUE(ehr.asked("/oauth/authorize").empty()) << "nobody signed in for nothing";
}

INSTANTIATE_TEST_SUITE_P(Launch, DeadEnd,
                         ::testing::Values(NoWay{"TheSecretIsNotThere",
                                                 [](Settings& settings, const auto& file) {
                                                   settings.client_auth = "client_secret_basic";
                                                   settings.credential = file;
                                                 },
                                                 "client", "credential", "cannot be read (No such file or directory)"},
                                           NoWay{"TheSecretIsForEverybody",
                                                 [](Settings& settings, const auto& file) {
                                                   put(file, "secret", 0644);
                                                   settings.client_auth = "client_secret_post";
                                                   settings.credential = file;
                                                 },
                                                 "client", "credential", "chmod 0600"},
                                           NoWay{"TheSecretIsEmpty",
                                                 [](Settings& settings, const auto& file) {
                                                   put(file, "");
                                                   settings.client_auth = "client_secret_basic";
                                                   settings.credential = file;
                                                 },
                                                 "client", "credential", "is empty"},
                                           NoWay{"TheKeyIsNone",
                                                 [](Settings& settings, const auto& file) {
                                                   put(file, "-----BEGIN PRIVATE KEY-----");
                                                   settings.client_auth = "private_key_jwt";
                                                   settings.credential = file;
                                                 },
                                                 "client", "credential", ""},
                                           NoWay{"NoIssuerForAssertions",
                                                 [](Settings& settings, const auto& file) {
                                                   put(file, first_key);
                                                   settings.client_auth = "private_key_jwt";
                                                   settings.credential = file;
                                                   settings.oauth = "assertion_audience = \"issuer\"";
                                                 },
                                                 "client", "credential", "names no issuer for assertions"},
                                           NoWay{"NobodyAsksWhoSignsIn",
                                                 [](Settings& settings, const auto&) {
                                                   settings.scopes = {"offline_access", "patient/Observation.rs"};
                                                 },
                                                 "identity", "no_openid", "give it the scopes openid and fhirUser"}),
                         [](const auto& info) { return info.param.name; });

// Where nobody says who signs in, no sign-in proves that somebody is there.
TEST_F(DeadEndAfterALock, OfALaunchThatProvesNothingIsToldAtOnce) {
  start({.scopes = {"offline_access", "patient/Observation.rs"}, .identity = "none"});
  EXPECT_FALSE(site.launched_session().empty());
  EXPECT_EQ(site.wardctl({"lock"}).exit_code, 0);
  ehr.forget();
  auto anew = site.broker();
  EXPECT_EQ(refused(anew, "Broker.BeginLaunch"), "WorkstationLocked");
  EXPECT_TRUE(ehr.asked("/oauth/authorize").empty());
  EXPECT_EQ(click("patient=patient-1").status, 200) << "the EHR's own launch proves it";
}

}  // namespace
}  // namespace wardend::test
