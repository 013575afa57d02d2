// What decides over a return, beside the place of death: how long nobody watched, what the memory looks like, whether
// the server has the request, and whether the service was stopped.
#include <gtest/gtest.h>

#include "tests/integration/crash/stay.hpp"
#include "tests/integration/wire.hpp"

namespace wardend::test {
namespace {

constexpr int killed = 128 + SIGKILL;
constexpr int aborted = 128 + SIGABRT;
constexpr std::size_t block_size = 4096;
constexpr std::size_t header_size = 40;

TEST(Blindness, LongerThanLockGraceClearsAllAndRevokes) {
  Stay stay("1ms");
  ASSERT_TRUE(stay.start() && stay.launch() && stay.launch());
  ASSERT_EQ(stay.service.kill(), killed);
  ASSERT_TRUE(stay.start());
  stay.expect_all_cleared();
  EXPECT_TRUE(eventually([&] { return stay.revocations() == 2; }));
  EXPECT_TRUE(stay.site.audited({"\"session_end\"", "\"restart\"", stay.held().front().id}));
}

TEST(Blindness, OfAHangThatTheWatchdogEndsClearsAll) {
  Stay stay("100ms");
  stay.service.watch(1s);
  ASSERT_TRUE(stay.start({"WARDEND_HANG_AT=refresh.published#1"}) && stay.launch());
  ASSERT_TRUE(stay.await_ageing(stay.held().front().id, Stay::launched_life));
  const Child asks({{program("wardctl"), "token", "--session", stay.held().front().id, "--min-validity",
                     std::to_string(Stay::refreshing_validity(Stay::launched_life))},
                    {"WARDEND_SOCKET=" + (stay.site.folder() / "broker.sock").string()}},
                   stay.site.folder() / "asks");
  EXPECT_EQ(stay.service.guard(), aborted);
  ASSERT_TRUE(stay.start());
  stay.expect_all_cleared();
  EXPECT_TRUE(eventually([&] { return stay.revocations() == 1; }));
  EXPECT_TRUE(stay.site.audited({"\"session_end\"", "\"restart\""}));
}

TEST(Restart, AfterAKillASessionsEndStillSaysWhatItWasGivenAndWhatItTold) {
  Stay stay;
  ASSERT_TRUE(stay.start() && stay.launch());
  const std::string id = stay.held().front().id;
  ASSERT_TRUE(stay.token(id).has_value());
  auto app = stay.site.broker();
  const nlohmann::json read = {{"interaction", "read"}, {"resource", "Observation/7"}, {"outcome", "success"}};
  ASSERT_EQ(ask(app, "Broker.RecordAccess", {{"session", id}, {"accesses", {read, read}}}).value("recorded", 0), 2);
  ASSERT_EQ(stay.service.kill(), killed);
  ASSERT_TRUE(stay.start());
  auto again = stay.site.broker();
  static_cast<void>(ask(again, "Broker.EndSession", {{"session", id}}));
  EXPECT_TRUE(eventually([&] { return stay.site.audited({"\"session_end\"", id, "\"accesses\":2"}); }));
  EXPECT_FALSE(stay.site.audited({"\"session_end\"", id, "\"tokens\":0"}));
  EXPECT_FALSE(stay.site.audited({"\"session_end\"", "recorded no access"}));
}

TEST(Restart, AfterAKillARequestThroughTheGatewayIsOverAndItsSessionGoesOn) {
  Stay stay;
  ASSERT_TRUE(stay.start() && stay.launch());
  const std::string request = "GET /fhir/" + stay.held().front().id +
                              "/Observation/observation-1-1 HTTP/1.1\r\nHost: wardend\r\nConnection: close\r\n\r\n";
  stay.ehr.forget();
  stay.ehr.fault({{"at", "fhir"}, {"kind", "hang"}});
  const Wire before(stay.site);
  before.put(request);
  ASSERT_TRUE(eventually([&] { return stay.ehr.asked("/fhir/Observation/observation-1-1").size() == 1; }));
  ASSERT_EQ(stay.service.kill(), killed);
  EXPECT_EQ(before.heard(), "") << "it ends, and nothing is said for it";
  stay.ehr.no_faults();
  ASSERT_TRUE(stay.start());
  const Wire after(stay.site);
  after.put(request);
  const std::string answered = after.heard();
  EXPECT_TRUE(answered.starts_with("HTTP/1.1 200 ") && answered.contains("observation-1-1")) << answered;
  EXPECT_EQ(stay.ehr.asked("/fhir/Observation/observation-1-1").size(), 2U) << "what was cut is not asked again";
}

TEST(Restart, OfAServiceThatIsWellLeavesTheWatchdogAlone) {
  Stay stay;
  stay.service.watch(10s);
  ASSERT_TRUE(stay.start() && stay.launch());
  EXPECT_TRUE(stay.service.was_told("WATCHDOG=1"));
  EXPECT_EQ(stay.service.stored(), (std::vector<std::string>{"vault", "audit"}));
}

class Slot : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(stay.start() && stay.launch() && stay.launch());
    ASSERT_EQ(stay.service.kill(), killed);
    memory = stay.service.vault();
    place = memory.find(stay.held().front().token);
    ASSERT_NE(place, std::string::npos);
  }
  void expect_the_first_alone_is_gone() {
    ASSERT_TRUE(stay.start());
    EXPECT_FALSE(stay.token(stay.held()[0].id).has_value());
    EXPECT_EQ(stay.refusal(), "UnknownSession");
    EXPECT_FALSE(stay.service.vault().contains(stay.held()[0].token)) << "what cannot be used is wiped";
    const auto other = stay.token(stay.held()[1].id);
    EXPECT_TRUE(other && stay.honoured(*other)) << stay.refusal();
  }

  Stay stay;
  std::string memory;
  std::size_t place = 0;
};

TEST_F(Slot, ThatIsCorruptDropsItsSessionAlone) {
  stay.service.write_vault(place, std::string(1, static_cast<char>(memory[place] ^ 1)));
  expect_the_first_alone_is_gone();
}

TEST_F(Slot, ThatIsCutOffDropsItsSessionAlone) {
  const std::size_t end = (place / block_size + 1) * block_size;
  stay.service.write_vault(place, std::string(end - place, '\0'));
  expect_the_first_alone_is_gone();
}

TEST_F(Slot, OfTheLoginSessionThatIsCorruptLetsNothingBack) {
  const std::size_t block = memory.find("\"subjects\"") / block_size * block_size;
  ASSERT_GT(block, 0U);
  stay.service.write_vault(block + header_size, "x");
  ASSERT_TRUE(stay.start());
  for (const auto& of : stay.held()) {
    EXPECT_FALSE(stay.token(of.id).has_value());
    EXPECT_FALSE(stay.service.vault().contains(of.token));
  }
  EXPECT_TRUE(eventually([&] { return stay.revocations() == 2; }));
}

TEST(Store, ThatWasEmptiedBringsNothingBack) {
  Stay stay;
  ASSERT_TRUE(stay.start() && stay.launch());
  ASSERT_EQ(stay.service.kill(), killed);
  stay.service.drop_stored();
  ASSERT_TRUE(stay.start());
  EXPECT_FALSE(stay.token(stay.held().front().id).has_value());
  EXPECT_EQ(stay.refusal(), "UnknownSession");
  EXPECT_EQ(stay.service.stored(), (std::vector<std::string>{"vault", "audit"})) << "a new one is kept";
}

TEST(Stop, IsAssumedWhereNoBusTellsOfARestart) {
  Stay stay;
  ASSERT_TRUE(stay.start() && stay.launch() && stay.launch());
  EXPECT_EQ(stay.service.stop(), 0);
  EXPECT_TRUE(stay.service.was_told("STOPPING=1"));
  EXPECT_NE(stay.service.log().find("does not say whether this is a restart"), std::string::npos);
  EXPECT_EQ(stay.revocations(), 2);
  ASSERT_TRUE(stay.start());
  EXPECT_FALSE(stay.token(stay.held().front().id).has_value());
}

TEST(Lock, IsNotUndoneByKillsAndALaunchFromTheEhrBeginsAnew) {
  Stay stay;
  ASSERT_TRUE(stay.play());
  ASSERT_TRUE(eventually([&] { return stay.revocations() == 2; })) << "before the kill, which would end them unsent";
  for (int round = 0; round < 2; ++round) {
    ASSERT_EQ(stay.service.kill(), killed);
    ASSERT_TRUE(stay.start());
    stay.expect_all_cleared();
    const std::string status = stay.site.wardctl({"status"}).out;
    EXPECT_TRUE(status.contains("HELD ") && status.contains("the EHR was locked")) << status;
    EXPECT_TRUE(status.contains("login session held: nobody gets a token there before a launch from the EHR"))
        << status;
  }
  EXPECT_EQ(stay.revocations(), 2);
  const Page page =
      stay.site.browser().open(stay.ehr.address() + "/ehr/launch?app_url=" + stay.site.loopback() + "/launch/vitals");
  EXPECT_EQ(page.status, 200) << page.address;
  EXPECT_TRUE(eventually([&] { return stay.ehr.stats().value("/families/alive"_json_pointer, 0) == 1; }));
}

// Killed while the server has the request and its answer is on the way.
class InFlight : public ::testing::Test {
 protected:
  static void die_in_flight(Stay& stay, int life) {
    ASSERT_TRUE(stay.start() && stay.launch());
    ASSERT_TRUE(stay.await_ageing(stay.held().front().id, life));
    stay.ehr.fault(
        {{"at", "token"}, {"kind", "delay"}, {"seconds", 60}, {"grant_type", "refresh_token"}, {"count", 1}});
    const Child asks({{program("wardctl"), "token", "--session", stay.held().front().id, "--min-validity",
                       std::to_string(Stay::refreshing_validity(life))},
                      {"WARDEND_SOCKET=" + (stay.site.folder() / "broker.sock").string()}},
                     stay.site.folder() / "asks");
    ASSERT_TRUE(eventually([&] { return stay.ehr.stats().value("refreshes", 0) == 1; }));
    ASSERT_EQ(stay.service.kill(), killed);
  }
};

TEST_F(InFlight, ARefreshIsNotRepeatedWhileTheTokenLives) {
  Stay stay;
  die_in_flight(stay, Stay::launched_life);
  ASSERT_TRUE(stay.start());
  const auto token = stay.token(stay.held().front().id);
  EXPECT_EQ(token, stay.held().front().token);
  EXPECT_TRUE(stay.honoured(*token));
  EXPECT_EQ(stay.refresh_requests(), 1);
}

// The repetition is risked with the last tenth of the token's life.
TEST_F(InFlight, ALateRepetitionRefreshesWhereTheServerForgivesIt) {
  constexpr int life = 25;
  Stay stay("60s", life);
  stay.ehr.set("config", {{"spends", false}});
  die_in_flight(stay, life);
  ASSERT_TRUE(stay.start());
  EXPECT_TRUE(eventually([&] { return stay.token(stay.held().front().id) != stay.held().front().token; }, 30s));
  EXPECT_TRUE(stay.honoured(stay.token(stay.held().front().id).value_or("")));
  EXPECT_EQ(stay.refresh_requests(), 2);
}

TEST_F(InFlight, ALateRepetitionThatTheServerPunishesAsksForALaunch) {
  constexpr int life = 25;
  Stay stay("60s", life);
  die_in_flight(stay, life);
  ASSERT_TRUE(stay.start());
  EXPECT_TRUE(eventually([&] { return !stay.token(stay.held().front().id).has_value(); }, 30s));
  EXPECT_EQ(stay.refusal(), "ReauthenticationRequired");
  EXPECT_TRUE(stay.launch()) << "and a launch is all it takes";
}

}  // namespace
}  // namespace wardend::test
