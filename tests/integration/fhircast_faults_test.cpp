// Hubs that fail: sockets that are cut or fall silent, leases, denials, hubs elsewhere, hubs behind a proxy. What is on
// screen is unknown at once, and the launch is never held up.
#include "base/encoding.hpp"
#include "tests/integration/hub.hpp"

namespace wardend::test {
namespace {

class FhircastFaults : public Followed {
 protected:
  // Lives with a token of so many seconds; the session's id.
  std::string follow_with_token_life(int seconds) {
    ehr.set("config", {{"token_life", seconds}});
    return follow();
  }
  std::string follow_with_patient(Settings settings = {}) {
    std::string id = follow(std::move(settings));
    open("A");
    EXPECT_TRUE(shows(id, "known", "A"));
    return id;
  }
  [[nodiscard]] std::string endpoint() const { return hub.subscriptions().at(0).value("id", ""); }
  // Keeps the hub from taking anybody back, and cuts the socket.
  void lose() const {
    hub.mode({{"subscribe_status", 503}});
    hub.control("close", {{"how", "rst"}});
  }
};

TEST_F(FhircastFaults, ASocketThatIsCutIsUnknownAtOnceAndSubscribedAnew) {
  const std::string id = follow_with_patient();
  for (const json& end : {json{{"how", "drop"}}, json{{"how", "rst"}}, json{{"code", 1001}}, json{{"code", 1011}}}) {
    const auto before = hub.count("subscribe");
    hub.mode({{"subscribe_delay_ms", 1500}});
    hub.control("close", end);
    EXPECT_TRUE(shows(id, "unknown", "", 1s)) << end;
    EXPECT_TRUE(eventually([&] { return hub.count("subscribe") == before + 1; }, 20s)) << end;
    EXPECT_EQ(hub.log("subscribe").back().value("endpoint", json()), json()) << "the old address is dead";
    EXPECT_TRUE(shows(id, "known", "A", 20s)) << "told again, " << end;
  }
}

// Takes as long as it says: two pings, thirty seconds apart.
TEST_F(FhircastFaults, SlowlyASilentSocketIsFoundWithinAMinute) {
  const std::string id = follow_with_patient();
  hub.control("freeze");
  EXPECT_EQ(on_screen(id).value("state", ""), "known");
  EXPECT_TRUE(shows(id, "unknown", "", 62s));
  EXPECT_TRUE(shows(id, "known", "A", 20s));
  EXPECT_EQ(hub.log("subscribe").back().value("endpoint", json()), json());
}

TEST_F(FhircastFaults, IsRenewedOnTheSameSocketBeforeItsLeaseEnds) {
  hub.mode({{"lease_seconds", 3}});
  const std::string id = follow_with_patient();
  const std::string first = endpoint();
  ASSERT_TRUE(eventually([&] { return hub.count("subscribe") >= 4; }, 20s));
  for (const json& asked : hub.log("subscribe"))
    if (const json on = asked.value("endpoint", json()); !on.is_null()) EXPECT_EQ(on, first);
  EXPECT_EQ(hub.count("upgrade"), 1U);
  EXPECT_EQ(endpoint(), first);
  EXPECT_EQ(on_screen(id).value("patient", ""), "A");
}

TEST_F(FhircastFaults, IsRenewedWithTheNewTokenRightAfterARefresh) {
  const std::string id = follow_with_token_life(8);
  const std::string first = endpoint();
  const std::string old = hub.log("subscribe").at(0).value("bearer_sha256", "");
  ASSERT_TRUE(refreshed());
  ASSERT_EQ(answer({{"session", id}, {"min_validity", 1}}), "token");
  const std::string now = hex(sha256(reply.value("access_token", "")));
  EXPECT_NE(now, old);
  EXPECT_TRUE(eventually([&] { return hub.log("subscribe").back().value("bearer_sha256", "") == now; }, 3s));
  EXPECT_EQ(hub.log("subscribe").back().value("endpoint", ""), first);
  EXPECT_EQ(hub.count("upgrade"), 1U);
}

TEST_F(FhircastFaults, AtTheEndOfALeaseThatCouldNotBeRenewedItIsSubscribedAnew) {
  hub.mode({{"lease_seconds", 4}});
  const std::string id = follow_with_patient();
  hub.mode({{"subscribe_status", 503}});
  EXPECT_TRUE(shows(id, "unknown"));
  hub.mode({{"subscribe_status", 0}});
  EXPECT_TRUE(shows(id, "known", "A", 20s));
  EXPECT_EQ(answer({{"session", id}}), "token");
}

TEST_F(FhircastFaults, DeniedMidSessionItIsUnknownAndDoesNotHammer) {
  const std::string id = follow_with_patient();
  hub.mode({{"subscribe_status", 401}});
  hub.control("deny", {{"reason", "session ended"}});
  EXPECT_TRUE(shows(id, "unknown", "", 2s));
  EXPECT_TRUE(eventually([&] { return subscriptions("stopped") == 1; }, 20s)) << site.wardend().output();
  EXPECT_LE(hub.count("subscribe"), 3U);
  EXPECT_EQ(answer({{"session", id}}), "token") << "what the hub does is no reason to take the token away";
  EXPECT_TRUE(audited({R"("kind":"fhircast")", "denied"}));
}

TEST_F(FhircastFaults, A401RefreshesOnceAndThenWaitsForTheNextLaunch) {
  hub.mode({{"subscribe_status", 401}});
  offer();
  start(following());
  const std::string id = site.launched_session();
  EXPECT_TRUE(eventually([&] { return subscriptions("stopped") == 1; }, 20s)) << site.wardend().output();
  EXPECT_EQ(hub.count("subscribe"), 2U);
  EXPECT_EQ(ehr.stats().value("refreshes", 0), 1);
  EXPECT_NE(hub.log("subscribe").at(0).at("bearer_sha256"), hub.log("subscribe").at(1).at("bearer_sha256"));
  EXPECT_EQ(on_screen(id).value("state", ""), "unknown");
  hub.mode({{"subscribe_status", 0}});
  (void)site.launched_session();
  EXPECT_TRUE(followed());
}

TEST_F(FhircastFaults, A503IsTriedAgainWithPauses) {
  hub.mode({{"subscribe_status", 503}});
  offer();
  start(following());
  const std::string id = site.launched_session();
  EXPECT_TRUE(eventually([&] { return hub.count("subscribe") == 3; }, 20s));
  const auto asked = hub.log("subscribe");
  EXPECT_GE(asked[1].value("at", 0L) - asked[0].value("at", 0L), 900);
  EXPECT_GE(asked[2].value("at", 0L) - asked[1].value("at", 0L), 1900);
  hub.mode({{"subscribe_status", 0}});
  EXPECT_TRUE(followed(20s));
  EXPECT_TRUE(shows(id, "none"));
}

TEST_F(FhircastFaults, ATopicThatIsGoneIsASignOutOnceItWasFollowed) {
  const std::string id = follow_with_patient();
  hub.mode({{"subscribe_status", 410}});
  hub.control("close", {{"how", "drop"}});
  EXPECT_TRUE(cleared("fhircast_logout", 20s));
  EXPECT_NE(answer({{"session", id}}), "token");
}

TEST_F(FhircastFaults, ATopicThatNeverWasIsNone) {
  hub.mode({{"subscribe_status", 404}});
  offer();
  start(following());
  const std::string id = site.launched_session();
  EXPECT_TRUE(eventually([&] { return subscriptions("stopped") == 1; }));
  EXPECT_EQ(answer({{"session", id}}), "token");
}

TEST_F(FhircastFaults, WithoutAConfirmationItIsTriedAgainAfterTenSeconds) {
  hub.mode({{"confirm", "none"}});
  offer();
  start(following());
  const std::string id = site.launched_session();
  ASSERT_TRUE(eventually([&] { return hub.count("upgrade") == 1; }));
  hub.mode({{"confirm", "normal"}});
  EXPECT_TRUE(followed(20s));
  EXPECT_EQ(hub.count("upgrade"), 2U);
}

TEST_F(FhircastFaults, ASocketThatIsRefusedIsTriedAgain) {
  hub.mode({{"ws_status", 500}});
  offer();
  start(following());
  (void)site.launched_session();
  ASSERT_TRUE(eventually([&] { return hub.count("upgrade") >= 2; }, 20s));
  hub.mode({{"ws_status", 0}});
  EXPECT_TRUE(followed(20s));
}

TEST_F(FhircastFaults, AHubWithoutTlsOrElsewhereIsIgnoredWithAnAuditRecord) {
  start(following());
  const std::pair<std::string, std::string> hubs[] = {
      {"http://ehr.example.org/hub", "not_https"},
      {"https://hub.example.org/hub", "foreign_host"},
      {"http://localhost:" + std::to_string(hub.port()) + "/hub", "foreign_host"},
      {"nonsense", "bad_url"}};
  for (const auto& [url, why] : hubs) {
    offer(url, topic);
    const std::string id = site.launched_session();
    EXPECT_EQ(on_screen(id).value("state", ""), "not_followed") << url;
    EXPECT_EQ(answer({{"session", id}}), "token");
    EXPECT_TRUE(audited({R"("kind":"fhircast")", "hub_refused", why, id})) << url;
  }
  EXPECT_EQ(hub.count("subscribe"), 0U);
}

TEST_F(FhircastFaults, AHubElsewhereIsFollowedWhereItsHostIsAllowed) {
  Hub elsewhere(site, {.host = "localhost"});
  elsewhere.start();
  offer(elsewhere.url(), topic);
  start(following({.fhircast = "allowed_hosts = [\"LocalHost\"]"}));
  const std::string id = site.launched_session();
  EXPECT_TRUE(followed()) << site.wardend().output();
  elsewhere.publish(topic, "Patient-open", json::array({patient_entry("A")}));
  EXPECT_TRUE(shows(id, "known", "A"));
}

TEST_F(FhircastFaults, ASocketElsewhereIsNotOpened) {
  Hub elsewhere(site, {.host = "localhost"});
  elsewhere.start();
  offer("http://127.0.0.1:" + std::to_string(elsewhere.port()) + "/hub", topic);
  start(following());
  const std::string id = site.launched_session();
  EXPECT_TRUE(eventually([&] { return subscriptions("stopped") == 1; })) << site.wardend().output();
  EXPECT_EQ(elsewhere.count("upgrade"), 0U);
  EXPECT_EQ(on_screen(id).value("state", ""), "unknown");
}

TEST_F(FhircastFaults, WithTheHubDownTheLaunchSucceedsAndIsFollowedOnceItIsThere) {
  hub.stop();
  offer();
  start(following({.fhircast = "loss_grace = \"1s\""}));
  const std::string id = site.launched_session();
  EXPECT_EQ(answer({{"session", id}}), "token");
  EXPECT_EQ(on_screen(id).value("state", ""), "unknown");
  EXPECT_TRUE(eventually([&] { return subscriptions("waiting") == 1; }));
  hub.start();
  EXPECT_TRUE(followed(20s));
  EXPECT_EQ(answer({{"session", id}}), "token") << "what was never there was not lost";
}

TEST_F(FhircastFaults, ALostHubClearsAfterItsGrace) {
  const std::string id = follow_with_patient({.fhircast = "loss_grace = \"2s\""});
  lose();
  EXPECT_TRUE(shows(id, "unknown", "", 1s));
  EXPECT_TRUE(cleared("fhircast_lost"));
  EXPECT_NE(answer({{"session", id}}), "token");
}

TEST_F(FhircastFaults, ALostHubThatIsBackInTimeClearsNothing) {
  const std::string id = follow_with_patient({.fhircast = "loss_grace = \"20s\""});
  hub.control("close", {{"how", "rst"}});
  EXPECT_TRUE(shows(id, "known", "A"));
  EXPECT_EQ(answer({{"session", id}}), "token");
}

TEST_F(FhircastFaults, ALostHubMayLeaveSessionsUnconfirmed) {
  const std::string id = follow_with_patient({.fhircast = "loss_grace = \"1s\"\non_loss = \"degrade\""});
  lose();
  EXPECT_TRUE(audited({R"("kind":"fhircast")", "channel_lost", "degrade"}));
  EXPECT_TRUE(shows(id, "unknown"));
  EXPECT_EQ(answer({{"session", id}}), "token");
  hub.mode({{"subscribe_status", 0}});
  EXPECT_TRUE(shows(id, "known", "A", 20s));
}

TEST_F(FhircastFaults, WhatCannotBeReadLeavesItUnknown) {
  const std::string id = follow_with_patient();
  for (const std::string text : {"{\"event\":", "{\"id\":7,\"event\":{\"hub.event\":\"Patient-open\"}}"}) {
    hub.send_raw(topic, text);
    EXPECT_TRUE(shows(id, "unknown")) << text;
    open("A");
    EXPECT_TRUE(shows(id, "known", "A"));
  }
  EXPECT_EQ(hub.count("upgrade"), 1U);
}

TEST_F(FhircastFaults, AMessageOverTheLimitCostsWhatIsOnScreenAndNothingElse) {
  const std::string id = follow_with_patient();
  hub.send_raw(topic, std::string(2'000'000, ' '));
  EXPECT_TRUE(shows(id, "unknown"));
  EXPECT_EQ(hub.count("upgrade"), 1U);
  EXPECT_EQ(answer({{"session", id}}), "token");
}

TEST_F(FhircastFaults, OverTlsTheCertificateIsChecked) {
  Hub secure(site, with_certificate(site));
  secure.start();
  offer(secure.url(), topic);
  start(following());
  const std::string id = site.launched_session();
  EXPECT_TRUE(eventually([&] { return subscriptions("waiting") == 1; })) << site.wardend().output();
  EXPECT_EQ(secure.count("subscribe"), 0U);
  site.stop();
  start(following({.server = "ca_file = \"" + (site.folder() / "hub.crt").string() + "\""}));
  const std::string next = site.launched_session();
  EXPECT_TRUE(followed()) << site.wardend().output();
  secure.publish(topic, "Patient-open", json::array({patient_entry("A")}));
  EXPECT_TRUE(shows(next, "known", "A"));
}

TEST_F(FhircastFaults, RequestsAndSocketGoByTheServersProxy) {
  const std::uint16_t port = free_port();
  Child proxy({{WARDEND_NODE, WARDEND_PROXY}, {"PORT=" + std::to_string(port)}}, site.folder() / "proxy.log");
  ASSERT_TRUE(proxy.wait_for("ready"));
  Hub secure(site, with_certificate(site));
  secure.start();
  offer(secure.url(), topic);
  start(following({.server = "ca_file = \"" + (site.folder() / "hub.crt").string() +
                             "\"\nproxy = \"http://127.0.0.1:" + std::to_string(port) + "\""}));
  const std::string id = site.launched_session();
  EXPECT_TRUE(followed()) << site.wardend().output();
  secure.publish(topic, "Patient-open", json::array({patient_entry("A")}));
  EXPECT_TRUE(shows(id, "known", "A"));
  const std::string tunnel = "tunnel 127.0.0.1:" + std::to_string(secure.port());
  const std::string seen = proxy.output();
  const auto first = seen.find(tunnel);
  ASSERT_NE(first, std::string::npos) << seen;
  EXPECT_NE(seen.find(tunnel, first + 1), std::string::npos) << "one for the request, one for the socket: " << seen;
}

}  // namespace
}  // namespace wardend::test
