// An app that launches again by itself after a clear, in a browser that the EHR still knows.
#include <thread>

#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

class Relaunch : public ::testing::Test {
 protected:
  // A session, and then a lock. The browser keeps its cookies.
  void begin_and_lock(const std::string& oauth) {
    site.start({.fhir_base = provider.fhir_base(), .client_id = "smart-public", .oauth = oauth});
    ASSERT_EQ(launch().exit_code, 0);
    EXPECT_EQ(site.wardctl({"lock", "--user", "root", "--reason", "ehr_lock"}).exit_code, 0);
    // auth_time has whole seconds, and a sign-in of the lock's own second proves nothing.
    std::this_thread::sleep_for(1100ms);
  }
  [[nodiscard]] Finished launch(const std::vector<std::string>& arguments = {}) const {
    return site.launch(arguments, "kept");
  }
  [[nodiscard]] std::size_t sessions() const {
    auto broker = site.broker();
    const auto listed = broker.call("org.wardend.Broker.ListSessions", nlohmann::json::object());
    return listed ? listed->at("sessions").size() : 0;
  }

  Site site;
  Provider provider{site, 60};
};

TEST_F(Relaunch, ByTheEhrsCookieAloneIsRefusedAndWhatCameIsRevoked) {
  begin_and_lock("");
  for (int attempt = 0; attempt < 2; ++attempt) {
    const Finished again = launch();
    EXPECT_NE(again.exit_code, 0);
    EXPECT_TRUE(again.out.contains("WorkstationLocked")) << again.out;
    EXPECT_EQ(sessions(), 0U);
  }
  EXPECT_TRUE(eventually([&] { return provider.revocations() == 3; })) << "the first session's, and two refused";
}

TEST_F(Relaunch, ByTheEhrMakesASessionWithTheSameCookies) {
  begin_and_lock("");
  const std::string value = provider.begin_ehr_launch({{"patient", "p2"}});
  const Finished by_itself = launch({"--iss", provider.fhir_base(), "--launch", value});
  EXPECT_TRUE(by_itself.out.contains("WorkstationLocked")) << "an app may have kept the value: " << by_itself.out;
  EXPECT_EQ(sessions(), 0U);
  EXPECT_EQ(site.session_from_ehr(provider.fhir_base(), value, "kept"), "") << "and it is not new any more";
  EXPECT_NE(site.session_from_ehr(provider.fhir_base(), provider.begin_ehr_launch({{"patient", "p2"}}), "kept"), "");
  EXPECT_EQ(sessions(), 1U);
  EXPECT_EQ(launch().exit_code, 0) << "somebody is there: the cookie serves again";
  EXPECT_EQ(sessions(), 2U);
}

TEST_F(Relaunch, WithASignInAfterTheClearMakesASession) {
  begin_and_lock("prompt = \"login\"");
  const Finished again = launch();
  EXPECT_EQ(again.exit_code, 0) << again.out;
  EXPECT_EQ(sessions(), 1U);
}

}  // namespace
}  // namespace wardend::test
