// A server whose addresses are other ones than before: nothing that is secret goes there until an operator says so.
#include <thread>

#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

class ChangedServer : public Scenario {
 protected:
  // A session, and then a token endpoint (and revocation endpoint) on another server.
  void launch_and_move() {
    ehr.set("config", {{"token_life", 5}});
    start();
    id = site.launched_session();
    ehr.set("discovery", {{"set",
                           {{"token_endpoint", stranger.address() + "/oauth/token"},
                            {"revocation_endpoint", stranger.address() + "/oauth/revoke"}}}});
    ASSERT_TRUE(eventually([&] { return site.wardctl({"health"}).out.contains("wardctl accept ehr"); }))
        << site.wardctl({"health"}).out << site.wardend().output();
  }
  Sandbox stranger{site, 300};
  std::string id;
};

TEST_F(ChangedServer, WithAnotherTokenEndpointGetsNothingUntilItIsAccepted) {
  launch_and_move();
  EXPECT_TRUE(eventually([&] { return answer({{"session", id}}) == "ServerUnavailable"; }));
  (void)ask(broker(), "Broker.EndSession", {{"session", id}});
  EXPECT_TRUE(eventually([&] { return site.audited({"\"kind\":\"revocation\"", "failed"}); }));
  EXPECT_TRUE(launch_error().contains("discovery_changed"));
  EXPECT_TRUE(stranger.asked("/oauth/token").empty());
  EXPECT_TRUE(stranger.asked("/oauth/revoke").empty());
  EXPECT_TRUE(logged({"error", "endpoints have changed", "server=ehr"})) << site.wardend().output();
}

TEST_F(ChangedServer, IsToldToOperatorsAndGoesOnOnceTheyAcceptIt) {
  launch_and_move();
  const Finished status = site.wardctl({"status"});
  EXPECT_TRUE(status.out.contains("wardctl accept ehr --reason")) << status.out << status.err;
  EXPECT_TRUE(status.out.contains(stranger.address() + "/oauth/token")) << status.out;
  EXPECT_EQ(json::parse(site.wardctl({"--json", "health"}).out).at("changed"), json::array({"ehr"}));
  EXPECT_EQ(site.wardctl({"accept", "ehr", "--reason", "moved, says the vendor"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return !stranger.asked("/oauth/token", "refresh_token").empty(); }, 40s));
  EXPECT_FALSE(site.wardctl({"health"}).out.contains("wardctl accept"));
  EXPECT_TRUE(eventually([&] { return site.audited({"AcceptServer", "moved, says the vendor"}); }));
}

// The change waits on every way, however the server looks afterwards.
TEST_F(ChangedServer, ThatHangsAfterwardsWaitsAllTheSame) {
  launch_and_move();
  const auto refreshes = ehr.asked("/oauth/token", "refresh_token").size();
  for (const char* kind : {"hang", "drop", "html"}) {
    ehr.no_faults();
    ehr.fault({{"at", "discovery"}, {"kind", kind}});
    EXPECT_TRUE(eventually([&] { return answer({{"session", id}}) == "ServerUnavailable"; }));
    EXPECT_TRUE(launch_error().contains("discovery_changed")) << kind;
  }
  (void)ask(broker(), "Broker.EndSession", {{"session", id}});
  EXPECT_TRUE(eventually([&] { return site.audited({"\"kind\":\"revocation\"", "failed"}); }));
  EXPECT_EQ(ehr.asked("/oauth/token", "refresh_token").size(), refreshes) << "nor is the old address used";
  EXPECT_TRUE(ehr.asked("/oauth/revoke").empty());
  EXPECT_TRUE(stranger.asked("/oauth/token").empty());
}

TEST_F(ChangedServer, IsAcceptedAsItWasShownAndNotAsItChangedSince) {
  launch_and_move();
  const json rows = json::parse(site.wardctl({"--json", "status"}).out).at("servers");
  const std::string digest = rows.at(0).value("changed_digest", "");
  EXPECT_EQ(digest.size(), 32U) << rows.dump();
  EXPECT_TRUE(site.wardctl({"status"}).out.contains("--changed " + digest));
  ehr.set("discovery", {{"set", {{"token_endpoint", stranger.address() + "/evil/token"}}}});
  std::this_thread::sleep_for(2500ms);  // two probes
  EXPECT_NE(site.wardctl({"accept", "ehr", "--reason", "as shown"}).exit_code, 0);
  EXPECT_NE(site.wardctl({"accept", "ehr", "--reason", "as shown", "--changed", digest}).exit_code, 0);
  EXPECT_TRUE(launch_error().contains("discovery_changed")) << "nothing was accepted";
  const json now = json::parse(site.wardctl({"--json", "status"}).out).at("servers").at(0);
  EXPECT_TRUE(now.value("changed", "").contains("/evil/token"));
  EXPECT_NE(now.value("changed_digest", ""), digest);
  const Finished accepted =
      site.wardctl({"accept", "ehr", "--reason", "seen", "--changed", now.value("changed_digest", "")});
  EXPECT_EQ(accepted.exit_code, 0) << accepted.err;
}

TEST_F(ChangedServer, ThatGoesBackToItsOldAddressesNeedsNobody) {
  launch_and_move();
  (void)request(ehr.address() + "/_sandbox/discovery", {}, {}, "DELETE");
  EXPECT_TRUE(eventually([&] { return !site.wardctl({"status"}).out.contains("wardctl accept"); }));
  EXPECT_TRUE(refreshed(1, 40s)) << site.wardend().output();
  EXPECT_TRUE(eventually([&] { return answer({{"session", id}, {"min_validity", 2}}) == "token"; }, 40s));
}

TEST_F(ChangedServer, WithOnlyItsKeysElsewhereRefreshesOnAndLaunchesNothing) {
  ehr.set("config", {{"token_life", 5}});
  start();
  id = site.launched_session();
  ehr.set("discovery", {{"set", {{"jwks_uri", ehr.address() + "/oauth/keys/v2"}}}});
  ASSERT_TRUE(eventually([&] { return site.wardctl({"health"}).out.contains("wardctl accept ehr"); }));
  const auto before = ehr.stats().value("refreshes", 0);
  EXPECT_TRUE(eventually([&] { return ehr.stats().value("refreshes", 0) >= before + 2; }, 20s))
      << site.wardend().output();
  EXPECT_EQ(answer({{"session", id}, {"min_validity", 1}}), "token") << reply;
  EXPECT_TRUE(launch_error().contains("discovery_changed"));
}

TEST_F(ChangedServer, WithOnlyAnotherRevocationEndpointIsNotToldTokensThere) {
  start();
  id = site.launched_session();
  ehr.set("discovery", {{"set", {{"revocation_endpoint", stranger.address() + "/oauth/revoke"}}}});
  ASSERT_TRUE(eventually([&] { return site.wardctl({"health"}).out.contains("wardctl accept ehr"); }));
  (void)ask(broker(), "Broker.EndSession", {{"session", id}});
  EXPECT_TRUE(eventually([&] { return site.audited({"\"kind\":\"revocation\"", "failed"}); }));
  EXPECT_TRUE(stranger.asked("/oauth/revoke").empty());
}

}  // namespace
}  // namespace wardend::test
