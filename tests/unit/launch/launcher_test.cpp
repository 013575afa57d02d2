// The beginning of a launch: what is refused before anything is sent, and what the authorization request says.
#include <gtest/gtest.h>

#include "tests/unit/launch/launch_world.hpp"

namespace wardend {
namespace {

using launch::Mode;
using test::LaunchWorld;
using test::parameter;

struct Refused {
  const char* name;
  std::optional<std::string> server;
  std::optional<std::string> iss;
  std::string launch;
  Errc error;
  void (*change)(config::Config&) = nullptr;
};

class RefusedBeforeAnyRequest : public ::testing::TestWithParam<Refused> {};
TEST_P(RefusedBeforeAnyRequest, ByTheTable) {
  const Refused& row = GetParam();
  LaunchWorld world;
  if (row.change != nullptr) row.change(*world.settings);
  launch::Beginning beginning = world.standalone();
  beginning.server = row.server;
  beginning.iss = row.iss;
  beginning.launch = Secret(row.launch);
  const auto begun = world.begin(std::move(beginning));
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code(), row.error) << begun.error().detail();
  EXPECT_EQ(world.ehr.discovery_requests, 0U);
  EXPECT_TRUE(world.wire.seen.empty());
  ASSERT_EQ(world.audit.count(AuditKind::launch), 1U);
  EXPECT_EQ(world.audit.records.back().outcome, "denied");
  EXPECT_EQ(world.audit.records.back().result, name_of(row.error));
}
INSTANTIATE_TEST_SUITE_P(
    Launcher, RefusedBeforeAnyRequest,
    ::testing::Values(
        Refused{"AnIssThatIsNotConfigured", {}, "https://evil.example/fhir", "x", Errc::UnknownServer},
        Refused{"AnIssOnTheSameHostWithAnotherPath", {}, "https://ehr.example.org/fhir2", "x", Errc::UnknownServer},
        Refused{"AnIssWithUserinfo", {}, "https://ehr.example.org@evil.example/fhir", "x", Errc::InvalidRequest},
        Refused{"AnIssOverPlainHttp", {}, "http://ehr.example.org/fhir", "x", Errc::InvalidRequest},
        Refused{"AnIssThatIsNoUrl", {}, "ehr", "x", Errc::InvalidRequest},
        Refused{"IssWithoutLaunch", {}, "https://ehr.example.org/fhir", "", Errc::InvalidRequest},
        Refused{"LaunchWithoutIss", {}, {}, "x", Errc::InvalidRequest},
        Refused{"ALaunchValueWithALineBreak", {}, "https://ehr.example.org/fhir", "a\nb", Errc::InvalidRequest},
        Refused{"ALaunchValueOverEightKibibytes",
                {},
                "https://ehr.example.org/fhir",
                std::string(8193, 'x'),
                Errc::InvalidRequest},
        Refused{"IssOfAnotherServerThanTheOneNamed", "other", "https://ehr.example.org/fhir", "x",
                Errc::InvalidRequest},
        Refused{"AServerThatIsNotTheApps", "other", {}, "", Errc::UnknownServer},
        Refused{"AnEhrLaunchOfAnAppWithoutThem",
                {},
                "https://ehr.example.org/fhir",
                "x",
                Errc::InvalidRequest,
                [](config::Config& config) { config.apps.front().launch_ehr = false; }},
        Refused{"AStandaloneLaunchOfAnAppWithoutThem",
                {},
                {},
                "",
                Errc::InvalidRequest,
                [](config::Config& config) { config.apps.front().launch_standalone = false; }},
        Refused{"SeveralServersAndNoneNamed",
                {},
                {},
                "",
                Errc::InvalidRequest,
                [](config::Config& config) { config.apps.front().servers.emplace_back("second"); }}),
    [](const auto& info) { return info.param.name; });

TEST(Launcher, AnAppOnlyLaunchesFromItsOwnServers) {
  LaunchWorld world;
  world.settings->servers.push_back(
      {.name = "second", .fhir_base_url = *fhir::BaseUrl::parse("https://second.example.org/fhir")});
  const auto begun = world.begin(world.from_ehr("https://second.example.org/fhir"));
  ASSERT_FALSE(begun);
  EXPECT_EQ(begun.error().code(), Errc::UnknownServer) << "configured, but not for this app";
  EXPECT_EQ(world.ehr.discovery_requests, 0U);
}

TEST(Launcher, AStandaloneRequestCarriesPkceStateAndTheConfiguredAudience) {
  LaunchWorld world;
  const launch::Pending& pending = world.begin_standalone();
  const std::string url(pending.authorization_url.reveal());
  EXPECT_TRUE(url.starts_with("https://ehr.example.org/authorize?")) << url;
  EXPECT_EQ(parameter(url, "response_type"), "code");
  EXPECT_EQ(parameter(url, "client_id"), "vitals-client");
  EXPECT_EQ(parameter(url, "redirect_uri"), "http://127.0.0.1:8724/callback");
  EXPECT_EQ(parameter(url, "scope"), "patient/Observation.rs launch/patient");
  EXPECT_EQ(parameter(url, "aud"), "https://ehr.example.org/fhir");
  EXPECT_EQ(parameter(url, "state"), pending.state.reveal());
  EXPECT_EQ(pending.state.size(), 56U);
  EXPECT_EQ(parameter(url, "code_challenge_method"), "S256");
  EXPECT_EQ(parameter(url, "code_challenge"), base64url(sha256(pending.verifier.reveal())));
  EXPECT_EQ(pending.verifier.size(), 43U);
  EXPECT_EQ(url.find(pending.verifier.reveal()), std::string::npos);
  EXPECT_EQ(parameter(url, "launch"), "");
  EXPECT_EQ(parameter(url, "prompt"), "");
}

TEST(Launcher, AnEhrLaunchPassesTheLaunchValueAndExactlyTheIss) {
  LaunchWorld world;
  const auto begun = world.begin(world.from_ehr("https://EHR.example.org:443/fhir/"));
  ASSERT_TRUE(begun) << begun.error().detail();
  const launch::Pending& pending = *world.pending.find(begun->launch_id);
  EXPECT_EQ(pending.mode, Mode::ehr);
  EXPECT_EQ(pending.server, "ehr");
  const std::string url(pending.authorization_url.reveal());
  EXPECT_EQ(parameter(url, "launch"), "launch-value-1");
  EXPECT_EQ(parameter(url, "aud"), "https://EHR.example.org:443/fhir/");
  EXPECT_EQ(parameter(url, "scope"), "patient/Observation.rs launch");
}

TEST(Launcher, AConfiguredAudienceAndPromptAreUsed) {
  LaunchWorld world;
  world.server().oauth.aud = "https://ehr.example.org/audience";
  world.server().oauth.prompt = "login";
  const std::string url(world.begin_standalone().authorization_url.reveal());
  EXPECT_EQ(parameter(url, "aud"), "https://ehr.example.org/audience");
  EXPECT_EQ(parameter(url, "prompt"), "login");
}

TEST(Launcher, NoTwoLaunchesShareASecret) {
  LaunchWorld world;
  const launch::Pending& a = world.begin_standalone();
  const launch::Pending& b = world.begin_standalone();
  EXPECT_NE(a.id, b.id);
  EXPECT_FALSE(a.state.equals(b.state.reveal()));
  EXPECT_FALSE(a.verifier.equals(b.verifier.reveal()));
  EXPECT_FALSE(a.cookie.equals(b.cookie.reveal()));
}

TEST(Launcher, TheBrowserIsSentToTheLoopbackPageAndNotStraightToTheEhr) {
  LaunchWorld world;
  const auto begun = world.begin(world.standalone());
  ASSERT_TRUE(begun);
  EXPECT_EQ(begun->url.reveal(), "http://127.0.0.1:8724/go/" + begun->launch_id);
  EXPECT_EQ(begun->expires_in, 600s);
}

TEST(Launcher, AnAppThatTakesTheRedirectItselfGetsTheEhrsAddressAndNoCookie) {
  LaunchWorld world;
  world.app().registrations.front().redirect_uri = "org.example.vitals:/callback";
  const auto begun = world.begin(world.standalone());
  ASSERT_TRUE(begun);
  EXPECT_TRUE(begun->url.reveal().starts_with("https://ehr.example.org/authorize?"));
  EXPECT_TRUE(world.pending.find(begun->launch_id)->cookie.empty());
}

TEST(Launcher, AnUnreachableServerFailsTheLaunchAtDiscovery) {
  LaunchWorld world;
  world.ehr.down = true;
  const auto begun = world.begin(world.standalone());
  ASSERT_FALSE(begun);
  EXPECT_EQ(test::stage_of(begun.error()), "discovery");
  EXPECT_EQ((world.launch_log.counts().at({"vitals", "ehr", "standalone", "LaunchFailed"})), 1U);
}

TEST(Launcher, ALockDuringDiscoveryLeavesNoLaunch) {
  LaunchWorld world;
  world.ehr.latency = 2s;
  const auto begun = world.start(world.launcher.begin(world.standalone()));
  world.clock.advance(1s);
  world.clearing.clear_login_session("c1", {ClearReason::os_lock, ""});
  world.clock.advance(5s);
  ASSERT_TRUE(*begun);
  ASSERT_FALSE(**begun);
  const auto* cleared = (**begun).error().as<errors::SessionCleared>();
  ASSERT_NE(cleared, nullptr) << (**begun).error().detail();
  EXPECT_EQ(*cleared->reason, ClearReason::os_lock);
}

TEST(Launcher, OneDiscoveryServesAllLaunchesThatBeginTogether) {
  LaunchWorld world;
  std::vector<std::shared_ptr<std::optional<Result<launch::Launcher::Begun>>>> all;
  for (int i = 0; i < 5; ++i) all.push_back(world.start(world.launcher.begin(world.standalone())));
  world.clock.advance(1s);
  for (const auto& one : all) EXPECT_TRUE(*one && **one);
  EXPECT_EQ(world.ehr.discovery_requests, 1U);
}

}  // namespace
}  // namespace wardend
