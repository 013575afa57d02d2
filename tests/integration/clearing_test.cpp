// The EHR reports a lock: from then on there is no token, and the server has been told.
#include <fstream>

#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"
#include "tests/integration/token_search.hpp"

namespace wardend::test {
namespace {

class ReportedLock : public ::testing::Test {
 protected:
  void SetUp() override {
    site.start({.fhir_base = provider.fhir_base(), .client_id = "smart-public"});
    session = site.launched_session();
    token = ask(*broker(), "Broker.GetToken", {{"session", session}}).value("access_token", "");
    ASSERT_FALSE(token.empty());
  }
  client::Client* broker() {
    if (!broker_) broker_.emplace(site.broker());
    return &*broker_;
  }
  void lock() {
    const Finished locked = site.wardctl({"lock", "--user", "root", "--reason", "ehr_lock"});
    EXPECT_EQ(locked.exit_code, 0) << locked.err;
  }

  Site site;
  Provider provider{site, 60};
  std::string session;
  std::string token;
  std::optional<client::Client> broker_;
};

TEST_F(ReportedLock, RefusesEveryTokenFromThenOn) {
  lock();
  EXPECT_EQ(refused(*broker(), "Broker.GetToken", {{"session", session}}), "WorkstationLocked");
  auto anew = site.broker();
  EXPECT_EQ(refused(anew, "Broker.GetToken", {{"session", session}}), "WorkstationLocked");
}

TEST_F(ReportedLock, LeavesTheTokenNowhereInMemory) {
  const TokenSearch search({token});
  const pid_t pid = site.wardend().pid();
  if (!std::ifstream("/proc/" + std::to_string(pid) + "/mem").is_open()) GTEST_SKIP() << "only root may read it";
  EXPECT_GE(search.count_in_memory(pid), 1U) << "the search finds nothing that is there";
  lock();
  EXPECT_EQ(search.count_in_memory(pid), 0U);
  const std::string limits = run({{"grep", "Max core file size", "/proc/" + std::to_string(pid) + "/limits"}}).out;
  EXPECT_TRUE(limits.contains(" 0 ")) << limits;
}

TEST_F(ReportedLock, RevokesAtTheServer) {
  lock();
  EXPECT_TRUE(eventually([&] { return provider.revocations() == 1; }));
  EXPECT_EQ(provider.read("Observation?patient=p1", token), 401);
  EXPECT_TRUE(eventually([&] { return site.metric(R"(wardend_revocations_total{server="ehr",result="ok"})") == 1; }));
}

TEST_F(ReportedLock, TellsThoseWhoWatch) {
  auto watcher = site.broker();
  std::vector<std::string> kinds;
  bool locked = false;
  const auto ended = watcher.call_more(
      "org.wardend.Broker.Monitor", nlohmann::json::object(),
      [&](const nlohmann::json& reply) {
        kinds.push_back(reply.at("event").value("kind", ""));
        if (!std::exchange(locked, true)) lock();
        return kinds.back() != "session_cleared";
      },
      10s);
  EXPECT_TRUE(ended.has_value());
  EXPECT_EQ(kinds.front(), "session_present");
  EXPECT_EQ(kinds.back(), "session_cleared");
}

TEST_F(ReportedLock, IsEndedByAnEhrLaunchThatTheServerAccepts) {
  lock();
  const std::string launch = provider.begin_ehr_launch({{"patient", "p2"}});
  const std::string next = site.session_from_ehr(provider.fhir_base(), launch);
  auto anew = site.broker();
  EXPECT_EQ(ask(anew, "Broker.GetSession", {{"session", next}}).value("/session/context/patient"_json_pointer, ""),
            "p2");
  EXPECT_EQ(refused(anew, "Broker.GetToken", {{"session", session}}), "SessionCleared");
}

TEST_F(ReportedLock, ShowsInStatusAndAudit) {
  lock();
  const Finished status = site.wardctl({"status"});
  EXPECT_TRUE(status.out.contains("the EHR was locked")) << status.out << status.err;
  EXPECT_TRUE(eventually(
      [&] { return run({{"grep", "-c", R"("kind":"clear".*"reason":"ehr_lock")", site.audit()}}).exit_code == 0; }));
}

TEST_F(ReportedLock, AfterTheServiceStopsNoSessionIsLeft) {
  EXPECT_EQ(site.stop(), 0) << site.wardend().output();
  EXPECT_EQ(provider.revocations(), 1U);
}

}  // namespace
}  // namespace wardend::test
