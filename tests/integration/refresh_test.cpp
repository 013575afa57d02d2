// Refreshes on the real clock: what they send, what they bring, what ends them.
#include <algorithm>

#include "base/encoding.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

class Refresh : public Scenario {
 protected:
  // A session whose tokens live so many seconds.
  void launch(int token_life, Settings settings = {}) {
    ehr.set("config", {{"token_life", token_life}});
    start(std::move(settings));
    id = site.launched_session();
    ASSERT_EQ(answer({{"session", id}, {"min_validity", 1}}), "token") << reply;
    first = reply.value("access_token", "");
  }
  // The fault meets refreshes, and no launch.
  void fault(json members) const {
    members["at"] = "token";
    members["grant_type"] = "refresh_token";
    ehr.fault(members);
  }
  [[nodiscard]] std::vector<json> refreshes() const { return ehr.asked("/oauth/token", "refresh_token"); }
  [[nodiscard]] bool ends_in(const std::string& error) {
    return eventually([&] { return answer({{"session", id}, {"min_validity", 1}}) == error; }, 15s);
  }
  std::string id;
  std::string first;  // access token
};

TEST_F(Refresh, ComesBeforeExpiryNamesNoScopeAndServesEveryClient) {
  launch(8);
  ASSERT_TRUE(refreshed());
  EXPECT_FALSE(refreshes().at(0).at("form_keys").dump().contains("\"scope\""));
  auto other = site.broker();
  EXPECT_TRUE(eventually([&] {
    const std::string token = ask(other, "Broker.GetToken", {{"session", id}}).value("access_token", "");
    return !token.empty() && token != first && answer({{"session", id}}) == "token" &&
           reply.value("access_token", "") == token;
  }));
}

TEST_F(Refresh, KeepsTheOldRefreshTokenUnlessANewOneComes) {
  fault({{"kind", "no_rotation"}, {"count", 1}});
  launch(4);
  ASSERT_TRUE(refreshed(3));
  EXPECT_EQ(answer({{"session", id}, {"min_validity", 1}}), "token");
  EXPECT_EQ(ehr.stats().value("reuses", -1), 0);
  EXPECT_EQ(ehr.stats().value("rejected", -1), 0);
}

TEST_F(Refresh, WithoutAReplyIsRepeatedOnceAndThenNeedsALaunch) {
  fault({{"kind", "drop_after_rotation"}, {"count", 1}});
  launch(6);
  EXPECT_TRUE(ends_in("ReauthenticationRequired")) << site.wardend().output();
  EXPECT_EQ(refreshes().size(), 2U);
}

TEST_F(Refresh, WithoutAPatientKeepsItAndWithAnotherEndsTheSession) {
  ehr.set("config", {{"context_on_refresh", false}});
  launch(5);
  ASSERT_TRUE(refreshed());
  EXPECT_EQ(session(id).value("/context/patient"_json_pointer, ""), "patient-1");
  ehr.set("config", {{"context_on_refresh", true}});
  ASSERT_TRUE(refreshed(2));
  EXPECT_EQ(session(id).value("/context/patient"_json_pointer, ""), "patient-1");
  fault({{"kind", "wrong_patient"}});
  EXPECT_TRUE(ends_in("SessionCleared"));
  EXPECT_EQ(reply.value("reason", ""), "patient_changed");
  EXPECT_TRUE(eventually([&] { return site.audited({"\"kind\":\"session_end\"", "patient_changed"}); }));
  EXPECT_TRUE(logged({"error", "somebody or something else", "patient_changed"})) << site.wardend().output();
}

TEST_F(Refresh, ThatIsAnsweredInvalidGrantIsTheLastOne) {
  fault({{"kind", "status"}, {"status", 400}, {"oauth_error", "invalid_grant"}});
  launch(4);
  auto watcher = site.broker();
  std::string told;
  const auto watched = watcher.call_more(
      "org.wardend.Broker.Monitor", json::object(),
      [&](const json& event) {
        told = event.at("event").value("kind", "");
        return told != "reauthentication_required";
      },
      10s);
  EXPECT_TRUE(watched.has_value());
  EXPECT_EQ(told, "reauthentication_required");
  EXPECT_TRUE(ends_in("ReauthenticationRequired"));
  EXPECT_TRUE(eventually([&] { return site.audited({"\"kind\":\"refresh\"", "invalid_grant"}); }));
  (void)eventually([] { return false; }, 3s);  // a loop would ask again within this
  EXPECT_EQ(refreshes().size(), 1U);
}

TEST_F(Refresh, ThatIsAnsweredInvalidClientIsRetriedOnceAfterDiscovery) {
  ehr.set("config", {{"clock_offset", 3600}});
  fault({{"kind", "status"}, {"status", 401}, {"oauth_error", "invalid_client"}});
  launch(5,
         {.scopes = {"offline_access", "patient/Observation.rs"}, .identity = "none", .health = "interval = \"1h\""});
  ehr.forget();
  ASSERT_TRUE(eventually([&] { return refreshes().size() == 2; })) << site.wardend().output();
  EXPECT_EQ(ehr.asked("/fhir/.well-known/smart-configuration").size(), 1U);
  EXPECT_TRUE(eventually([&] { return logged({"error", "rejects this client", "server_clock_ahead_seconds=3"}); }))
      << site.wardend().output();
  (void)eventually([] { return false; }, 3s);
  EXPECT_EQ(refreshes().size(), 2U);
}

TEST_F(Refresh, WaitsAsLongAsTheServerSaysWhileTheTokenServesOn) {
  fault({{"kind", "status"}, {"status", 503}, {"retry_after", "3"}, {"count", 1}});
  launch(14);
  ASSERT_TRUE(eventually([&] { return refreshes().size() == 1; }));
  EXPECT_EQ(answer({{"session", id}, {"min_validity", 0}}), "token");
  EXPECT_EQ(reply.value("access_token", ""), first);
  ASSERT_TRUE(eventually([&] { return refreshes().size() == 2; }));
  const auto both = refreshes();
  EXPECT_GE(both[1].value("unix_ms", 0LL) - both[0].value("unix_ms", 0LL), 2950);
}

TEST_F(Refresh, ThatFailsBeyondTheExpiryComesBackByItself) {
  fault({{"kind", "status"}, {"status", 500}});
  launch(4);
  EXPECT_TRUE(ends_in("ServerUnavailable"));
  ehr.no_faults();
  EXPECT_TRUE(eventually([&] { return answer({{"session", id}, {"min_validity", 1}}) == "token"; }, 35s));
}

TEST_F(Refresh, ForcedByARejectedTokenHappensOnceAMinute) {
  launch(300);
  const auto rejected = [](const std::string& token) { return hex(sha256(token)); };
  EXPECT_EQ(answer({{"session", id}, {"rejected", rejected("not a token of ours")}}), "token");
  EXPECT_EQ(reply.value("access_token", ""), first);
  EXPECT_EQ(answer({{"session", id}, {"rejected", rejected(first)}}), "token") << reply;
  const std::string second = reply.value("access_token", "");
  EXPECT_NE(second, first);
  EXPECT_EQ(answer({{"session", id}, {"rejected", rejected(first)}}), "token") << "somebody who had not heard of it";
  EXPECT_EQ(answer({{"session", id}, {"rejected", rejected(second)}}), "RateLimited");
  EXPECT_GT(reply.value("retry_after_ms", 0), 50'000);
  EXPECT_EQ(refreshes().size(), 1U);
}

TEST_F(Refresh, ThatBringsFewerScopesTellsTheApp) {
  fault({{"kind", "fewer_scopes"}, {"fields", {"patient/Observation.rs"}}});
  launch(6);
  EXPECT_TRUE(session(id).at("missing_scopes").empty());
  auto watcher = site.broker();
  json event;
  const auto watched = watcher.call_more(
      "org.wardend.Broker.Monitor", json::object(),
      [&](const json& told) {
        event = told.at("event");
        return event.value("kind", "") != "token_refreshed";
      },
      10s);
  EXPECT_TRUE(watched.has_value());
  EXPECT_EQ(event.value("reason", ""), "scope_reduced") << event;
  EXPECT_EQ(session(id).at("missing_scopes"), json::array({"patient/Observation.rs"}));
}

TEST_F(Refresh, AfterTheUserHasLeftTheEhrNeedsALaunchAtTheFirstRefusal) {
  launch(4, {.scopes = {"openid", "fhirUser", "online_access", "patient/Observation.rs"}});
  ehr.set("logout", json::object());
  EXPECT_TRUE(ends_in("ReauthenticationRequired"));
  EXPECT_EQ(refreshes().size(), 1U);
}

TEST_F(Refresh, ThatIsAnsweredAfterALockIsNotServedAndRevoked) {
  fault({{"kind", "delay"}, {"seconds", 2}, {"count", 1}});
  launch(6);
  ASSERT_TRUE(eventually([&] { return ehr.stats().value("refreshes", 0) == 1; }));
  EXPECT_EQ(site.wardctl({"lock"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return ehr.asked("/oauth/revoke").size() == 2; })) << site.wardend().output();
  EXPECT_EQ(ehr.stats().at("families").value("alive", -1), 0);
  auto anew = site.broker();
  EXPECT_EQ(refused(anew, "Broker.GetToken", {{"session", id}}), "WorkstationLocked");
}

TEST_F(Refresh, ThatNamesAnotherUserClearsTheWorkstation) {
  fault({{"kind", "id_token"}, {"flaw", "other_sub"}, {"count", 1}});
  launch(5);
  EXPECT_TRUE(eventually([&] { return site.audited({"\"kind\":\"clear\"", "other_user"}); }))
      << site.wardend().output();
  auto anew = site.broker();
  EXPECT_EQ(refused(anew, "Broker.GetToken", {{"session", id}}), "WorkstationLocked");
  EXPECT_TRUE(eventually([&] { return ehr.stats().at("families").value("alive", -1) == 0; }));
}

// The sandbox rotates at once and answers a second later: the token that it answers with is nobody's.
TEST_F(Refresh, AnAnswerAfterSigtermLeavesNoGrantAlive) {
  ehr.set("config", {{"revokes_spent_tokens", false}});
  fault({{"kind", "delay"}, {"seconds", 1}});
  launch(6);
  ASSERT_TRUE(eventually([&] { return ehr.stats().value("refreshes", 0) == 1; }));
  EXPECT_EQ(site.stop(), 0);
  EXPECT_EQ(ehr.stats().at("families").value("alive", -1), 0) << site.wardend().output();
}

TEST_F(Refresh, AnUnusableAnswerKeepsTheNewRefreshTokenForTheSession) {
  for (const json& members : {json{{"patient", "../x"}}, json{{"token_type", "mac"}}, json{{"access_token", nullptr}}})
    fault({{"kind", "set_members"}, {"members", members}, {"count", 1}});
  launch(8);
  ASSERT_TRUE(refreshed(4, 40s)) << site.wardend().output();
  EXPECT_TRUE(eventually([&] { return answer({{"session", id}, {"min_validity", 1}}) == "token"; }));
  EXPECT_EQ(ehr.stats().value("reuses", -1), 0);
  EXPECT_EQ(site.wardctl({"lock"}).exit_code, 0);
  EXPECT_TRUE(eventually([&] { return ehr.stats().at("families").value("alive", -1) == 0; }));
}

TEST_F(Refresh, ATokenThatIsOverWhenItComesIsNotServed) {
  for (const json& life : {json(0), json(-5), json(0.5)})
    fault({{"kind", "set_members"}, {"members", {{"expires_in", life}}}, {"count", 1}});
  launch(6);
  EXPECT_TRUE(ends_in("ServerUnavailable")) << reply;
  EXPECT_EQ(state(id), "active") << "its refresh token is kept";
  EXPECT_TRUE(eventually([&] { return answer({{"session", id}, {"min_validity", 1}}) == "token"; }, 25s)) << reply;
  EXPECT_EQ(ehr.stats().value("reuses", -1), 0);
  const auto sent = refreshes();
  ASSERT_GE(sent.size(), 4U);
  for (std::size_t i = 1; i < sent.size(); ++i)
    EXPECT_GE(sent[i].value("unix_ms", 0LL) - sent[i - 1].value("unix_ms", 0LL), 950);
}

}  // namespace
}  // namespace wardend::test
