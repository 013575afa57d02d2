#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "tests/unit/session/world.hpp"

namespace wardend {
namespace {

using session::State;
using test::FakeEhr;
using test::World;

TEST(Refresher, RefreshesBeforeExpiryAndReplacesBothTokens) {
  World world;
  session::Session& session = world.begin("s");
  world.clock.advance(241s);
  ASSERT_EQ(world.ehr.refresh_requests, std::vector<std::string>{"s.1"});
  EXPECT_EQ(session.tokens()->access.reveal(), "at-s.2");
  EXPECT_EQ(session.tokens()->refresh.reveal(), "s.2");
  EXPECT_GT(session.remaining(world.clock.now()), 250s);
}

TEST(Refresher, ATransientFailureIsRetriedAndTheOldTokenServesOn) {
  World world;
  world.settings->servers.front().health.fail_after = 4;  // three do not take it down
  session::Session& session = world.begin("s");
  world.ehr.token_faults = {FakeEhr::Fault::status_503, FakeEhr::Fault::html, FakeEhr::Fault::unreachable};
  world.clock.advance(241s);
  EXPECT_NE(session.tokens(), nullptr);
  world.clock.advance(20s);
  EXPECT_EQ(session.tokens()->access.reveal(), "at-s.2");
  EXPECT_EQ(world.refresh.news.counters().refreshes.at("ehr").at("transient"), 3U);
}

TEST(Refresher, ALostReplyIsReplayedOnceLateAndEndsTheGrantOnlyThen) {
  World world;
  session::Session& session = world.begin("s");
  world.ehr.token_faults = {FakeEhr::Fault::no_reply_after};
  world.clock.advance(265s);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 1U);
  EXPECT_GT(session.remaining(world.clock.now()), 30s) << "the old token serves on";
  world.clock.advance(10s);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 2U);
  EXPECT_EQ(session.state(), State::reauthentication_required);
  const std::map<std::string, std::uint64_t> counted = {{"lost_reply", 1}, {"terminal", 1}};
  EXPECT_EQ(world.refresh.news.counters().refreshes.at("ehr"), counted);
}

TEST(Refresher, ARequestLostBeforeTheServerActedSurvivesByItsReplay) {
  World world;
  session::Session& session = world.begin("s");
  world.ehr.token_faults = {FakeEhr::Fault::no_reply_before};
  world.clock.advance(280s);
  EXPECT_EQ(session.state(), State::active);
  EXPECT_EQ(session.tokens()->access.reveal(), "at-s.2");
}

TEST(Refresher, AServerThatGivesNoReplyForLongLosesNoSession) {
  World world;
  session::Session& session = world.begin("s");
  world.ehr.token_faults.assign(12, FakeEhr::Fault::no_reply_before);
  world.clock.advance(299s);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 2U) << "one replay is risked while the token lives";
  world.clock.advance(10min);
  EXPECT_EQ(session.state(), State::active);
  EXPECT_GE(world.ehr.refresh_requests.size(), 13U);
}

TEST(Refresher, WithReplayNeverTheSessionLastsUntilItsTokenExpires) {
  World world;
  world.settings->servers[0].oauth.replay = config::Replay::never;
  session::Session& session = world.begin("s");
  world.ehr.token_faults = {FakeEhr::Fault::no_reply_after};
  world.clock.advance(299s);
  EXPECT_NE(session.tokens(), nullptr);
  world.clock.advance(2s);
  EXPECT_EQ(session.state(), State::reauthentication_required);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 1U);
}

TEST(Refresher, InvalidGrantIsTerminalWithinOneStep) {
  World world;
  session::Session& session = world.begin("s");
  world.ehr.token_faults = {FakeEhr::Fault::invalid_grant};
  world.clock.advance(300s);
  EXPECT_EQ(session.state(), State::reauthentication_required);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 1U);
}

TEST(Refresher, ARejectedClientIsRediscoveredAndTriedOnceMore) {
  World world;
  session::Session& session = world.begin("s");
  world.ehr.token_faults = {FakeEhr::Fault::invalid_client};
  world.clock.advance(245s);
  EXPECT_EQ(session.state(), State::active);
  EXPECT_EQ(session.tokens()->access.reveal(), "at-s.2");
  EXPECT_EQ(world.ehr.discovery_requests, 2U);
}

TEST(Refresher, AnotherPatientInARefreshClearsTheSession) {
  World world;
  session::Session& session = world.begin("s");
  world.ehr.patient = "p2";
  world.clock.advance(245s);
  ASSERT_EQ(session.state(), State::cleared);
  EXPECT_EQ(session.cleared()->reason, ClearReason::patient_changed);
  world.clock.advance(1s);
  EXPECT_TRUE(world.ehr.revoked.contains("s.2"));
}

TEST(Refresher, AReplyWithoutContextOrRefreshTokenKeepsTheOldOnes) {
  World world;
  session::Session& session = world.begin("s");
  world.ehr.patient = "";
  world.clock.advance(245s);
  EXPECT_EQ(session.state(), State::active);
  EXPECT_EQ(session.context.patient, "p1");
}

TEST(Refresher, NobodyStartsOneSoonerThanTheFloor) {
  World world;
  session::Session& session = world.begin("s");
  ASSERT_TRUE(world.refresher.start_now(session));
  world.clock.advance(59s);
  EXPECT_FALSE(world.refresher.start_now(session));
  world.clock.advance(2s);
  EXPECT_TRUE(world.refresher.start_now(session));
  world.clock.advance(1s);
  EXPECT_EQ(world.ehr.refresh_requests.size(), 2U);
}

TEST(Refresher, ATokenThatIsOverWhenItComesIsNotServed) {
  World world;
  session::Session& session = world.begin("s");
  world.ehr.token_life = 0s;
  world.clock.advance(241s);
  EXPECT_EQ(session.state(), State::expired);
  EXPECT_TRUE(session.tokens()->access.empty());
  const std::size_t newest = world.ehr.refresh_requests.size() + 1;
  EXPECT_EQ(session.tokens()->refresh.reveal(), "s." + std::to_string(newest)) << "the newest is kept";
  const auto refused = world.ask_now("s", session.epoch);
  ASSERT_TRUE(refused && !*refused);
  EXPECT_EQ(refused->error().code(), Errc::ServerUnavailable);
  world.ehr.token_life = 300s;
  world.clock.advance(31s);
  EXPECT_EQ(session.state(), State::active);
  EXPECT_LE(world.ehr.refresh_requests.size(), 8U);
  EXPECT_TRUE(world.ehr.dead_grants.empty());
}

TEST(Refresher, AnAnswerThatCannotBeServedKeepsItsRefreshToken) {
  World world;
  session::Session& session = world.begin("s");
  world.ehr.extra_members = R"(,"token_type":"mac")";
  world.clock.advance(245s);
  EXPECT_EQ(session.tokens()->access.reveal(), "at-s.1") << "it serves on";
  EXPECT_NE(session.tokens()->refresh.reveal(), "s.1") << "that one is spent";
  world.ehr.extra_members = "";
  world.clock.advance(31s);
  EXPECT_GT(session.remaining(world.clock.now()), 250s);
  EXPECT_TRUE(world.ehr.dead_grants.empty());
}

TEST(Refresher, AGrantThatIsGivenUpIsRevoked) {
  World world;
  world.settings->servers[0].oauth.replay = config::Replay::never;
  session::Session& session = world.begin("s");
  world.ehr.token_faults = {FakeEhr::Fault::no_reply_before};
  world.clock.advance(301s);
  EXPECT_EQ(session.state(), State::reauthentication_required);
  EXPECT_TRUE(world.ehr.revoked.contains("s.1"));
}

TEST(ServerDirectory, ChangedEndpointsAreRefusedUntilAccepted) {
  World world;
  session::Session& session = world.begin("s");
  world.clock.advance(245s);
  ASSERT_EQ(session.tokens()->access.reveal(), "at-s.2");
  EXPECT_EQ(world.directory.observation("ehr").changed, "");
  world.ehr.token_endpoint = "https://ehr.example.org/new/token";
  world.tasks.spawn("probe", [](server::ServerDirectory& directory) -> asio::awaitable<void> {
    static_cast<void>(co_await directory.get("ehr", server::ServerDirectory::Need::now, BootTime::max()));
  }(world.directory));
  world.clock.advance(290s);
  EXPECT_EQ(world.directory.show("ehr").changed,
            "token_endpoint is https://ehr.example.org/new/token, was https://ehr.example.org/token");
  EXPECT_EQ(world.ehr.token_addresses, std::vector<std::string>{"https://ehr.example.org/token"});
  ASSERT_EQ(world.directory.accept("ehr", {}), server::ServerDirectory::Acceptance::accepted);
  EXPECT_EQ(world.directory.observation("ehr").changed, "");
  world.clock.advance(1min);
  EXPECT_EQ(session.tokens()->access.reveal(), "at-s.3");
  EXPECT_EQ(world.ehr.token_addresses.back(), "https://ehr.example.org/new/token");
}

TEST(ServerDirectory, AnOldDocumentServesRefreshesWhileTheServerIsAway) {
  World world;
  world.settings->apps[0].session.idle_timeout = std::chrono::hours(24);
  world.ehr.token_life = 300s;
  session::Session& session = world.begin("s");
  world.clock.advance(245s);
  ASSERT_EQ(session.tokens()->access.reveal(), "at-s.2");
  world.ehr.no_discovery = true;
  world.clock.advance(3h);
  EXPECT_EQ(session.state(), State::active);
  EXPECT_GT(world.ehr.refresh_requests.size(), 30U);
}

}  // namespace
}  // namespace wardend
