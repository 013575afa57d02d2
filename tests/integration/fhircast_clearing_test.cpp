// A sign-out that the hub tells of, whom it clears, and how a subscription is shared and ended.
#include <algorithm>
#include <fstream>

#include "tests/integration/hub.hpp"
#include "tests/integration/second_app.hpp"
#include "tests/integration/token_search.hpp"

namespace wardend::test {
namespace {

constexpr uid_t nobody = 65534;
constexpr uid_t games = 5;

class FhircastClearing : public Followed {
 protected:
  [[nodiscard]] Settings two_apps() const { return {.more = second_app(site, "ehr", "root")}; }
  // A launch by another Unix user, whose browser it is too; the session's id.
  std::string launch_as(uid_t uid) {
    const auto folder = site.folder() / ("home-" + std::to_string(uid));
    std::filesystem::create_directory(folder);
    std::filesystem::permissions(folder, std::filesystem::perms(0777));
    Command command{{program("wardctl"), "--json", "launch", "--no-browser"},
                    {"WARDEND_SOCKET=" + (site.folder() / "broker.sock").string()}};
    command.uid = uid;
    Child wardctl(command, folder / "launch");
    if (!wardctl.wait_for("open: ") || !wardctl.wait_for("\n")) return {};
    const std::string text = wardctl.output();
    const auto from = text.find("open: ") + 6;
    const std::string jar = (folder / "jar").string();
    (void)run({.arguments = {"curl", "-sSL", "--max-time", "20", "-o", "/dev/null", "-b", jar, "-c", jar, "-H",
                             "Sec-Fetch-Mode: navigate", "-H", "Sec-Fetch-User: ?1",
                             text.substr(from, text.find('\n', from) - from)},
               .uid = uid});
    EXPECT_EQ(wardctl.wait_end(), 0) << wardctl.output();
    const std::string printed = wardctl.output();
    const json launched = json::parse(printed.substr(std::min(printed.find('{'), printed.size())), nullptr, false);
    return launched.is_object() ? launched.value("/session/id"_json_pointer, "") : "";
  }
};

TEST_F(FhircastClearing, ClearsOnASignOutBeforeItAnswers) {
  const std::string id = follow();
  open("A");
  const json event = heard("session_cleared", [&] { tell("userLogout", json::array()); });
  ASSERT_TRUE(event.is_object());
  EXPECT_EQ(event.value("reason", ""), "fhircast_logout");
  EXPECT_NE(answer({{"session", id}}), "token");
  EXPECT_TRUE(cleared("fhircast_logout"));
  EXPECT_TRUE(eventually([&] { return ehr.stats().value("revocations", 0) == 1; }));
  EXPECT_TRUE(eventually([&] {
    const json rows = hub.subscriptions();
    return std::ranges::none_of(rows, [](const json& row) { return row.value("open", true); });
  })) << "a topic that nobody holds is not followed";
}

TEST_F(FhircastClearing, ClearsOnASignOutHoweverOldItIs) {
  const std::string id = follow();
  open("A");
  tell("UserLogout", json::array(), {{"timestamp", "2026-01-01T00:00:00Z"}});
  EXPECT_TRUE(cleared("fhircast_logout"));
  EXPECT_NE(answer({{"session", id}}), "token");
}

TEST_F(FhircastClearing, ClearsOnAHibernationAndNamesIt) {
  const std::string id = follow();
  tell("UserHibernate", json::array());
  EXPECT_TRUE(cleared("fhircast_hibernate"));
  EXPECT_EQ(answer({{"session", id}}), "WorkstationLocked");
  const std::string next =
      browser.open(ehr.address() + "/ehr/launch?patient=patient-2&app_url=" + site.loopback() + "/launch/vitals").body;
  EXPECT_EQ(answer({{"session", id}}), "SessionCleared") << next;
  EXPECT_EQ(reply.value("reason", ""), "fhircast_hibernate");
}

TEST_F(FhircastClearing, LeavesTopicAndAddressNowhereInMemory) {
  const std::string id = follow();
  open("A");
  hub.control("close", {{"how", "drop"}});
  EXPECT_TRUE(shows(id, "known", "A"));
  const pid_t pid = site.wardend().pid();
  if (!std::ifstream("/proc/" + std::to_string(pid) + "/mem").is_open()) GTEST_SKIP() << "only root may read it";
  const TokenSearch search({topic, hub.subscriptions().back().value("id", "")});
  EXPECT_GE(search.count_in_memory(pid), 2U) << "the search finds nothing that is there";
  tell("UserLogout", json::array());
  EXPECT_TRUE(eventually([&] { return search.count_in_memory(pid) == 0; }, 5s)) << search.count_in_memory(pid);
}

TEST_F(FhircastClearing, ClearsEveryLoginSessionThatHoldsTheTopicAndNoOther) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to be somebody else";
  offer();
  start(following({.peer = "user = \"root\"\n\n[[app.peer]]\nuser = \"nobody\"\n\n[[app.peer]]\nuser = \"games\""}));
  const std::string id = site.launched_session();
  const std::string beside = launch_as(nobody);
  offer(hub.url(), "canary-topic-of-somebody-else");
  const std::string other = launch_as(games);
  EXPECT_TRUE(eventually([&] { return subscriptions("following") == 2; })) << site.wardend().output();
  EXPECT_TRUE(eventually(
      [&] { return site.metric(R"(wardend_fhircast_subscriptions{server="ehr",state="following"})") == 2; }));
  EXPECT_EQ(hub.subscriptions().size(), 2U) << "one a topic";
  tell("UserLogout", json::array());
  EXPECT_NE(answer({{"session", id}}), "token");
  const Finished refused_beside = site.wardctl({"token", "--session", beside}, nobody);
  EXPECT_TRUE(refused_beside.err.contains("WorkstationLocked")) << refused_beside.err;
  const Finished token = site.wardctl({"token", "--session", other}, games);
  EXPECT_EQ(token.exit_code, 0) << token.out << token.err;
}

TEST_F(FhircastClearing, AppsShareOneSubscriptionToATopic) {
  offer();
  start(following(two_apps()));
  const std::string first = site.launched_session({"--app", "vitals"});
  const std::string second = site.launched_session({"--app", "labs"});
  open("A");
  EXPECT_TRUE(shows(first, "known", "A"));
  EXPECT_TRUE(shows(second, "known", "A"));
  EXPECT_EQ(hub.subscriptions().size(), 1U);
  (void)ask(broker(), "Broker.EndSession", {{"session", first}});
  open("B");
  EXPECT_TRUE(shows(second, "known", "B"));
  EXPECT_EQ(hub.count("close"), 0U);
}

TEST_F(FhircastClearing, EndsItsSubscriptionWithTheLastSession) {
  const std::string id = follow();
  (void)ask(broker(), "Broker.EndSession", {{"session", id}});
  EXPECT_TRUE(eventually([&] { return hub.count("close") == 1; }));
  EXPECT_EQ(hub.log("close").at(0).value("code", 0), 1000);
  EXPECT_EQ(hub.count("unsubscribe"), 0U) << "that would need a token which is wiped";
}

// W13. The hub neither answers what is posted to it nor reads its socket.
TEST_F(FhircastClearing, AHubThatHangsLeavesAnEndedSessionsTokenNowhereInMemory) {
  const std::string id = follow();
  ASSERT_EQ(answer({{"session", id}}), "token");
  const std::string token = reply.value("access_token", "");
  const pid_t pid = site.wardend().pid();
  if (!std::ifstream("/proc/" + std::to_string(pid) + "/mem").is_open()) GTEST_SKIP() << "only root may read it";
  const TokenSearch search({token});
  EXPECT_GE(search.count_in_memory(pid), 1U) << "the search finds nothing that is there";
  hub.mode({{"subscribe_delay_ms", 60'000}});
  hub.control("freeze");
  (void)ask(broker(), "Broker.EndSession", {{"session", id}});
  EXPECT_TRUE(eventually([&] { return ehr.stats().value("revocations", 0) == 1; }));
  EXPECT_TRUE(eventually([&] { return search.count_in_memory(pid) == 0; }, 300ms)) << search.count_in_memory(pid);
}

TEST_F(FhircastClearing, ClosesAsOneWhoHasFinishedWhenTheServiceStops) {
  (void)follow();
  EXPECT_EQ(site.stop(), 0);
  ASSERT_TRUE(eventually([&] { return hub.count("close") == 1; }));
  EXPECT_EQ(hub.log("close").at(0).value("code", 0), 1000) << "any other makes the hub warn all its subscribers";
}

}  // namespace
}  // namespace wardend::test
