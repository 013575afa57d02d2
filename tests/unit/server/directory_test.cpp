// Discovery documents: how old they may be, how long a caller waits for them, and what waits for an operator.
#include "daemon/server/directory.hpp"

#include "tests/unit/server/server_world.hpp"

namespace wardend {
namespace {

using server::ServerDirectory;
using Need = ServerDirectory::Need;
using test::FakeVault;
using test::ServerWorld;

constexpr const char* path = "/smart-configuration";
const std::string moved = "https://ehr.example.org/new/token";

TEST(Directory, KeepsADocumentForAsLongAsItsUseAllows) {
  ServerWorld world;
  EXPECT_EQ(world.code(Need::fresh_ten_minutes), "");
  EXPECT_EQ(world.code(Need::fresh_ten_minutes), "");
  EXPECT_EQ(world.documents.asked.size(), 1U);
  world.clock.advance(11min);
  EXPECT_EQ(world.code(Need::known), "");
  EXPECT_EQ(world.documents.asked.size(), 1U) << "an hour for what is known";
  EXPECT_EQ(world.code(Need::fresh_ten_minutes), "");
  EXPECT_EQ(world.documents.asked.size(), 2U);
  EXPECT_EQ(world.code(Need::now), "");
  EXPECT_EQ(world.documents.asked.size(), 3U);
}

TEST(Directory, AsksOnceForAllWhoAskTogether) {
  ServerWorld world;
  std::vector<std::shared_ptr<std::optional<ServerDirectory::Answer>>> all;
  for (int i = 0; i < 5; ++i) all.push_back(world.start(world.directory.get("ehr", Need::now, world.clock.now() + 8s)));
  world.clock.advance(1s);
  for (const auto& one : all) EXPECT_TRUE(*one && **one);
  EXPECT_EQ(world.documents.asked.size(), 1U);
}

TEST(Directory, WhoeverLeavesTakesNobodysAnswerAway) {
  ServerWorld world;
  TaskGroup leaving(world.loop.get_executor());
  leaving.spawn("leaves", [](ServerDirectory& directory, BootTime until) -> asio::awaitable<void> {
    static_cast<void>(co_await directory.get("ehr", Need::now, until));
  }(world.directory, world.clock.now() + 8s));
  const auto stays = world.start(world.directory.get("ehr", Need::now, world.clock.now() + 8s));
  leaving.cancel();
  world.clock.advance(1s);
  ASSERT_TRUE(*stays);
  EXPECT_TRUE(**stays) << (**stays).error().description;
}

// A server that lets every request hang: nobody waits longer than he may.
struct Slow {
  const char* name;
  Need need;
  Duration patience;
  bool smart1;
  Duration at_most;
};
class SlowServer : public ::testing::TestWithParam<Slow> {};
TEST_P(SlowServer, IsWaitedForNoLongerThanTheDeadline) {
  ServerWorld world;
  auto& server = world.settings->servers.front();
  server.oauth.smart1_discovery = GetParam().smart1;
  server.health.timeout = std::chrono::milliseconds(8000);
  world.documents.at[path] = {.status = GetParam().smart1 ? 404 : 200, .takes = GetParam().smart1 ? 4900ms : 1h};
  world.documents.at["/metadata"] = {.takes = 1h};
  const auto answered = world.get(GetParam().need, GetParam().patience);
  ASSERT_FALSE(answered.answer);
  EXPECT_EQ(answered.answer.error().code, "discovery_timeout");
  EXPECT_LE(answered.after, GetParam().at_most);
}
INSTANTIATE_TEST_SUITE_P(Directory, SlowServer,
                         ::testing::Values(Slow{"Launch", Need::fresh_ten_minutes, 8s, false, 5s},
                                           Slow{"LaunchOfSmart1", Need::fresh_ten_minutes, 8s, true, 5s},
                                           Slow{"LaunchInAHurry", Need::fresh_ten_minutes, 2s, true, 2s},
                                           Slow{"ProbeOfSmart1", Need::now, 60s, true, 8s},
                                           Slow{"RefreshOfSmart1", Need::known, 8s, true, 5s},
                                           Slow{"OutOfTime", Need::known, 0s, false, 1ms}),
                         [](const auto& info) { return info.param.name; });

TEST(Directory, AWaiterLeavesASlowRequestOfSomebodyElseAtItsDeadline) {
  ServerWorld world;
  world.settings->servers.front().health.timeout = std::chrono::milliseconds(8000);
  world.documents.at[path].takes = 1h;
  const auto probe = world.start(world.directory.get("ehr", Need::now, BootTime::max()));
  world.clock.advance(1s);
  const auto answered = world.get(Need::fresh_ten_minutes, 3s);
  ASSERT_FALSE(answered.answer);
  EXPECT_EQ(answered.answer.error().code, "discovery_timeout");
  EXPECT_LE(answered.after, 3s);
  EXPECT_FALSE(*probe);
}

TEST(Directory, WhatIsKnownServesWhileTheServerDoesNotAnswer) {
  ServerWorld world;
  ASSERT_EQ(world.code(Need::known), "");
  world.documents.at[path].takes = 1h;
  world.clock.advance(2h);
  EXPECT_EQ(world.code(Need::known), "");
  EXPECT_EQ(world.code(Need::fresh_ten_minutes), "discovery_timeout");
}

// Every way in which a server whose endpoints have changed may look afterwards.
struct Afterwards {
  const char* name;
  void (*change)(ServerWorld&);
};
class ChangedEndpoints : public ::testing::TestWithParam<Afterwards> {};
TEST_P(ChangedEndpoints, AreGivenToNobodyUntilAccepted) {
  ServerWorld world;
  ASSERT_EQ(world.code(Need::known), "");
  world.documents.at[path] = {.body = ServerWorld::smart_configuration(moved)};
  EXPECT_EQ(world.code(Need::now), "discovery_changed");
  GetParam().change(world);
  for (const Need need : {Need::known, Need::fresh_ten_minutes, Need::now}) {
    world.clock.advance(2h);
    EXPECT_EQ(world.code(need), "discovery_changed");
  }
  EXPECT_NE(world.directory.show("ehr").digest, "");
  ASSERT_EQ(world.directory.accept("ehr", {}), ServerDirectory::Acceptance::accepted);
  world.documents.at[path] = {.body = ServerWorld::smart_configuration(moved)};
  const auto known = world.get(Need::known);
  ASSERT_TRUE(known.answer) << known.answer.error().description;
  EXPECT_EQ((*known.answer)->token_endpoint.text(), moved);
}
INSTANTIATE_TEST_SUITE_P(
    Directory, ChangedEndpoints,
    ::testing::Values(Afterwards{"Reachable", [](ServerWorld&) {}},
                      Afterwards{"Hanging", [](ServerWorld& world) { world.documents.at[path].takes = 1h; }},
                      Afterwards{"Unreachable",
                                 [](ServerWorld& world) {
                                   world.documents.at[path].failure =
                                       HttpFailure{HttpFailure::Kind::network, false, "refused"};
                                 }},
                      Afterwards{"Untrusted",
                                 [](ServerWorld& world) {
                                   world.documents.at[path].failure =
                                       HttpFailure{HttpFailure::Kind::tls, false, "expired"};
                                 }},
                      Afterwards{"Failing", [](ServerWorld& world) { world.documents.at[path].status = 503; }},
                      Afterwards{"Gone", [](ServerWorld& world) { world.documents.at[path].status = 404; }},
                      Afterwards{"Unreadable", [](ServerWorld& world) { world.documents.at[path].body = "<html>"; }}),
    [](const auto& info) { return info.param.name; });

struct Moved {
  const char* name;
  std::string document;
};
class Changes : public ::testing::TestWithParam<Moved> {};
TEST_P(Changes, WaitForAnOperator) {
  ServerWorld world;
  ASSERT_EQ(world.code(Need::known), "");
  world.documents.at[path].body = GetParam().document;
  EXPECT_EQ(world.code(Need::now), "discovery_changed");
  EXPECT_NE(world.directory.observation("ehr").changed, "");
}
std::string with(const std::string& before, const std::string& after) {
  std::string document = ServerWorld::smart_configuration();
  return document.replace(document.find(before), before.size(), after);
}
INSTANTIATE_TEST_SUITE_P(Directory, Changes,
                         ::testing::Values(Moved{"TokenEndpoint", ServerWorld::smart_configuration(moved)},
                                           Moved{"AuthorizationEndpoint", with("org/authorize", "org/other")},
                                           Moved{"RevocationEndpoint", with("org/revoke", "org/other")},
                                           Moved{"Keys", with("org/jwks", "org/other")},
                                           Moved{"Issuer", with("\"https://ehr.example.org\"", "\"https://x\"")}),
                         [](const auto& info) { return info.param.name; });

TEST(Directory, AServerThatGoesBackNeedsNobody) {
  ServerWorld world;
  ASSERT_EQ(world.code(Need::known), "");
  world.documents.at[path].body = ServerWorld::smart_configuration(moved);
  EXPECT_EQ(world.code(Need::now), "discovery_changed");
  world.documents.at[path].body = ServerWorld::smart_configuration();
  EXPECT_EQ(world.code(Need::known), "");
  EXPECT_EQ(world.directory.observation("ehr").changed, "");
}

TEST(Directory, ARestartForgetsNeitherWhatIsApprovedNorWhatWaits) {
  ServerWorld before;
  ASSERT_EQ(before.code(Need::known), "");
  before.documents.at[path].body = ServerWorld::smart_configuration(moved);
  EXPECT_EQ(before.code(Need::now), "discovery_changed");
  ServerWorld after(before.vault);
  after.documents.at[path] = {.failure = HttpFailure{HttpFailure::Kind::network, false, "refused"}};
  EXPECT_EQ(after.code(Need::known), "discovery_changed");
  after.documents.at[path] = {.body = ServerWorld::smart_configuration(moved)};
  EXPECT_EQ(after.code(Need::fresh_ten_minutes), "discovery_changed");
  EXPECT_EQ(after.directory.show("ehr").changed, before.directory.show("ehr").changed);
  ASSERT_EQ(after.directory.accept("ehr", {}), ServerDirectory::Acceptance::accepted);
  ServerWorld later(after.vault);
  later.documents.at[path] = {.body = ServerWorld::smart_configuration(moved)};
  EXPECT_EQ(later.code(Need::known), "") << "accepted for good";
}

TEST(Directory, ARestartIsNoMomentToMoveIn) {
  ServerWorld before;
  ASSERT_EQ(before.code(Need::known), "");
  ServerWorld after(before.vault);
  after.documents.at[path].body = ServerWorld::smart_configuration(moved);
  EXPECT_EQ(after.code(Need::fresh_ten_minutes), "discovery_changed");
}

TEST(Directory, ApprovedEndpointsServeAfterARestartWhileTheServerIsDown) {
  ServerWorld before;
  ASSERT_EQ(before.code(Need::known), "");
  ServerWorld after(before.vault);
  after.documents.at[path].takes = 1h;
  const auto known = after.get(Need::known);
  ASSERT_TRUE(known.answer) << known.answer.error().description;
  EXPECT_EQ((*known.answer)->token_endpoint.text(), "https://ehr.example.org/token");
  EXPECT_EQ(after.code(Need::fresh_ten_minutes), "discovery_timeout") << "a launch needs the whole document";
}

TEST(Directory, WhatIsWrittenForARestartIsWrittenOnce) {
  ServerWorld world;
  for (int i = 0; i < 5; ++i) EXPECT_EQ(world.code(Need::now), "");
  EXPECT_EQ(world.vault.writes(), 1U);
}

TEST(Directory, AnOperatorAcceptsWhatWasShownAndNothingElse) {
  ServerWorld world;
  ASSERT_EQ(world.code(Need::known), "");
  world.documents.at[path].body = ServerWorld::smart_configuration(moved);
  EXPECT_EQ(world.code(Need::now), "discovery_changed");
  const auto shown = world.directory.show("ehr");
  EXPECT_EQ(shown.changed, "token_endpoint is " + moved + ", was https://ehr.example.org/token");
  EXPECT_EQ(shown.digest.size(), 32U);
  world.documents.at[path].body = ServerWorld::smart_configuration("https://ehr.example.org/evil/token");
  EXPECT_EQ(world.code(Need::now), "discovery_changed");
  EXPECT_EQ(world.directory.accept("ehr", shown.digest), ServerDirectory::Acceptance::other_than_shown);
  EXPECT_EQ(world.directory.accept("ehr", {}), ServerDirectory::Acceptance::other_than_shown);
  EXPECT_EQ(world.directory.accept("ehr", std::string()), ServerDirectory::Acceptance::other_than_shown);
  EXPECT_EQ(world.code(Need::known), "discovery_changed") << "nothing was accepted";
  EXPECT_NE(world.directory.show("ehr").digest, shown.digest);
  EXPECT_EQ(world.directory.accept("ehr", {}), ServerDirectory::Acceptance::accepted) << "seen, and as seen";
}

// B11: noticed by us is not shown to anybody.
TEST(Directory, AChangeThatNobodyWasShownIsNotAccepted) {
  ServerWorld world;
  const auto moves_to = [&](const std::string& token_endpoint) {
    world.documents.at[path].body = ServerWorld::smart_configuration(token_endpoint);
    EXPECT_EQ(world.code(Need::now), "discovery_changed");
  };
  ASSERT_EQ(world.code(Need::known), "");
  moves_to(moved);
  EXPECT_EQ(world.directory.accept("ehr", {}), ServerDirectory::Acceptance::other_than_shown);
  EXPECT_NE(world.directory.show("ehr").digest, "");
  world.documents.at[path].body = ServerWorld::smart_configuration();
  EXPECT_EQ(world.code(Need::known), "") << "it goes back";
  moves_to("https://ehr.example.org/unseen/token");
  EXPECT_EQ(world.directory.accept("ehr", {}), ServerDirectory::Acceptance::other_than_shown);
  EXPECT_EQ(world.code(Need::known), "discovery_changed") << "nothing was accepted";
  ServerWorld after(world.vault);
  EXPECT_EQ(after.directory.accept("ehr", {}), ServerDirectory::Acceptance::other_than_shown)
      << "nobody was shown anything since the restart";
  EXPECT_NE(after.directory.show("ehr").digest, "");
  EXPECT_EQ(after.directory.accept("ehr", {}), ServerDirectory::Acceptance::accepted);
}

TEST(Directory, WhatWasShownBeforeTheServerWentBackIsNoLongerMeant) {
  ServerWorld world;
  ASSERT_EQ(world.code(Need::known), "");
  world.documents.at[path].body = ServerWorld::smart_configuration(moved);
  EXPECT_EQ(world.code(Need::now), "discovery_changed");
  EXPECT_NE(world.directory.show("ehr").digest, "");
  world.documents.at[path].body = ServerWorld::smart_configuration();
  EXPECT_EQ(world.code(Need::known), "");
  EXPECT_EQ(world.directory.show("ehr").digest, "") << "now nothing is shown";
  world.documents.at[path].body = ServerWorld::smart_configuration(moved);
  EXPECT_EQ(world.code(Need::now), "discovery_changed");
  EXPECT_EQ(world.directory.accept("ehr", {}), ServerDirectory::Acceptance::other_than_shown);
}

TEST(Directory, AcceptingNeedsAServerAtWhichSomethingWaits) {
  ServerWorld world;
  EXPECT_EQ(world.directory.accept("nobody", {}), ServerDirectory::Acceptance::unknown_server);
  EXPECT_EQ(world.directory.accept("ehr", {}), ServerDirectory::Acceptance::nothing_waits);
  EXPECT_EQ(world.directory.accept("ehr", std::string(32, 'a')), ServerDirectory::Acceptance::nothing_waits);
}

TEST(Directory, AnotherAddressOrAForbiddenHostIsAskedAnew) {
  ServerWorld world;
  ASSERT_EQ(world.code(Need::known), "");
  world.settings->servers.front().fhir_base_url = *fhir::BaseUrl::parse("https://other.example.org/fhir");
  world.settings->servers.front().allowed_token_hosts = {"ehr.example.org"};
  world.documents.at[path].body = ServerWorld::smart_configuration(moved);
  EXPECT_EQ(world.code(Need::known), "") << "the operator configured another server";
  EXPECT_TRUE(world.documents.asked.back().starts_with("https://other.example.org/"));
  world.settings->servers.front().allowed_token_hosts.clear();
  EXPECT_EQ(world.code(Need::known), "discovery_foreign_host") << "the host is no longer allowed";
}

}  // namespace
}  // namespace wardend
