#include "ipc/advice/status_advice.hpp"

#include <gtest/gtest.h>

#include "base/clear_reason.hpp"

namespace wardend::advice {
namespace {

TEST(StatusAdvice, HasWordsForEveryReasonOfAClear) {
  for (const auto reason : clear_reason_names) EXPECT_NE(clear_reason_text(reason), "") << reason;
  EXPECT_EQ(clear_reason_text("of a later version"), "");
}

TEST(StatusAdvice, PutsNotReadyFirstAndNamesEachTrouble) {
  const std::chrono::sys_seconds now{std::chrono::seconds(1'800'000'000)};
  EXPECT_EQ(next_steps({.ready = true}, now), (std::vector<std::string>{"nothing to do"}));
  const auto steps = next_steps({.sessions = {{.state = ipc::control::SessionRowState::reauthentication_required}},
                                 .servers = {{.name = "ehr",
                                              .state = ipc::control::ServerRowState::down,
                                              .certificate_expires_at = 1'800'000'000 + 86400,
                                              .changed = "issuer is gone, was x"}},
                                 .disabled_apps = {"growth"},
                                 .pending_revocations = 1,
                                 .ready = false,
                                 .not_ready_reason = "no logind",
                                 .notices = {{"vitals has no scope"}}},
                                now);
  ASSERT_EQ(steps.size(), 8U);
  EXPECT_NE(steps[0].find("no logind"), std::string::npos);
  EXPECT_NE(steps[1].find("ehr is down"), std::string::npos);
  EXPECT_NE(steps[2].find("issuer is gone, was x"), std::string::npos);
  EXPECT_NE(steps[2].find("wardctl accept ehr"), std::string::npos);
  EXPECT_NE(steps[3].find("certificate of ehr expires"), std::string::npos);
  EXPECT_EQ(steps[4], "vitals has no scope") << "what somebody may mend one day, behind what does not work now";
  EXPECT_NE(steps[5].find("growth is switched off: once its trouble is over, set enabled = true"), std::string::npos);
}

// "Is it me or the EHR?" A server that lives may have a trouble all the same, and one that answers clears the network.
TEST(StatusAdvice, TellsTheTroubleOfAServerThatLivesAndWhetherTheNetworkWorks) {
  using ipc::control::ServerRowState;
  const std::chrono::sys_seconds now{std::chrono::seconds(1'800'000'000)};
  ipc::control::StatusReply status{.ready = true};
  status.servers = {{.name = "ehr", .state = ServerRowState::down, .trouble = "no answer: look there"}};
  EXPECT_EQ(next_steps(status, now),
            (std::vector<std::string>{"ehr is down: no answer: look there; if that does not help, ask the EHR's "
                                      "administrators; clinicians follow the advice of `wardctl health`"}));
  status.servers.push_back(
      {.name = "lab", .state = ServerRowState::up, .trouble = "the server answered HTTP 404: check fhir_base_url"});
  const auto steps = next_steps(status, now);
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_NE(steps[0].find("administrators; lab answers, so that the network here works; clinicians"), std::string::npos)
      << steps[0];
  EXPECT_EQ(steps[1], "lab answers, but not as it should: the server answered HTTP 404: check fhir_base_url");
}

TEST(StatusAdvice, SaysWhatToDoAboutHubs) {
  using ipc::control::HubRowState;
  const std::chrono::sys_seconds now{std::chrono::seconds(1'800'000'000)};
  ipc::control::StatusReply status{.ready = true};
  status.hubs.emplace();
  status.hubs->push_back({.server = "a", .state = HubRowState::following, .tells_of_locks = true});
  EXPECT_EQ(next_steps(status, now), (std::vector<std::string>{"nothing to do"}));
  status.hubs->push_back({.server = "b", .state = HubRowState::stopped, .trouble = "http_403"});
  status.hubs->push_back({.server = "c", .state = HubRowState::waiting});
  status.hubs->push_back({.server = "d", .state = HubRowState::following, .tells_of_locks = false});
  status.hubs->push_back({.server = "d", .state = HubRowState::following, .tells_of_locks = false});
  const auto steps = next_steps(status, now);
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_NE(steps[0].find("the hub of b is not followed (http_403)"), std::string::npos);
  EXPECT_NE(steps[1].find("the hub of c is not reached"), std::string::npos);
  EXPECT_NE(steps[2].find("fhircast/UserLogout.read"), std::string::npos);
}

}  // namespace
}  // namespace wardend::advice
