// The commands over the broker's socket.
#include "tests/unit/wardctl/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

nlohmann::json a_token() {
  return {{"access_token", "planted-token"},
          {"token_type", "Bearer"},
          {"expires_at", 1800000300},
          {"expires_in", 300},
          {"scope", "patient/*.rs"},
          {"session", "s-1"},
          {"fhir_base_url", "https://ehr.example.org/fhir"},
          {"request_id", "r"},
          {"context", {{"fhir_context", nlohmann::json::array()}, {"need_patient_banner", false}}},
          {"freshness", {{"server", "ehr"}, {"state", "up"}, {"stale", false}}}};
}

using AppCommands = WardctlRun;

TEST_F(AppCommands, TokenPrintsTheTokenAlone) {
  broker_answers("GetToken", a_token());
  EXPECT_EQ(run({"token"}), ExitCode::done);
  EXPECT_EQ(out.str(), "planted-token\n");
  EXPECT_EQ(err.str(), "");
  EXPECT_EQ(sent_to_broker("GetToken"), nlohmann::json::object());
}

TEST_F(AppCommands, TokenPrintsAHeader) {
  broker_answers("GetToken", a_token());
  EXPECT_EQ(run({"token", "--header", "--session", "s-1", "--patient", "p", "--min-validity", "60"}), ExitCode::done);
  EXPECT_EQ(out.str(), "Authorization: Bearer planted-token\n");
  EXPECT_EQ(sent_to_broker("GetToken"), (nlohmann::json{{"session", "s-1"}, {"patient", "p"}, {"min_validity", 60}}));
}

TEST_F(AppCommands, TokenRefusedPrintsNothingToStandardOutput) {
  broker.answer("org.wardend.Broker.GetToken", error_frame("org.wardend.Broker.WorkstationLocked", {}));
  EXPECT_EQ(run({"token"}), ExitCode::try_again);
  EXPECT_EQ(out.str(), "");
  EXPECT_NE(err.str().find("WorkstationLocked"), std::string::npos);
}

TEST_F(AppCommands, NoSessionsSayHowToGetOne) {
  broker_answers("ListSessions", {{"sessions", nlohmann::json::array()}});
  EXPECT_EQ(run({"sessions"}), ExitCode::done);
  EXPECT_TRUE(printed("wardctl launch"));
}

TEST_F(AppCommands, LaunchPrintsTheAddressWaitsAndPrintsTheSession) {
  broker_answers("BeginLaunch",
                 {{"launch_id", "l-1"}, {"authorization_url", "http://127.0.0.1:1/go"}, {"expires_in", 5}});
  broker_answers("AwaitLaunch", {{"session", a_session()}});
  EXPECT_EQ(run({"launch", "--no-browser", "--app", "growth", "--server", "ehr"}), ExitCode::done);
  EXPECT_TRUE(out.str().starts_with("open: http://127.0.0.1:1/go\n"));
  EXPECT_TRUE(printed("patient      pat-7\n"));
  EXPECT_EQ(sent_to_broker("BeginLaunch"), (nlohmann::json{{"app", "growth"}, {"server", "ehr"}}));
  EXPECT_EQ(sent_to_broker("AwaitLaunch"), (nlohmann::json{{"launch_id", "l-1"}}));
}

TEST_F(AppCommands, LaunchWithJsonKeepsStandardOutputForTheSession) {
  broker_answers("BeginLaunch", {{"launch_id", "l-1"}, {"authorization_url", "http://a/"}, {"expires_in", 5}});
  broker_answers("AwaitLaunch", {{"session", a_session()}});
  EXPECT_EQ(run({"--json", "launch", "--no-browser"}), ExitCode::done);
  EXPECT_EQ(out.str(), nlohmann::json({{"session", a_session()}}).dump() + "\n");
  EXPECT_EQ(err.str(), "open: http://a/\n");
}

TEST_F(AppCommands, LaunchTakesTheEhrsValueFromStandardInput) {
  broker.answer("org.wardend.Broker.BeginLaunch",
                error_frame("org.wardend.Broker.LaunchFailed", {{"stage", "discovery"}, {"code", "no_answer"}}));
  in.str("planted-launch\n");
  EXPECT_EQ(run({"launch", "--iss", "https://ehr", "--launch", "-"}), ExitCode::refused);
  EXPECT_EQ(sent_to_broker("BeginLaunch"), (nlohmann::json{{"iss", "https://ehr"}, {"launch", "planted-launch"}}));
  EXPECT_EQ(err.str().find("planted"), std::string::npos);
}

TEST_F(AppCommands, EndNamesTheSession) {
  broker_answers("EndSession", nlohmann::json::object());
  EXPECT_EQ(run({"end", "s-1"}), ExitCode::done);
  EXPECT_EQ(out.str(), "ended s-1\n");
  EXPECT_EQ(sent_to_broker("EndSession"), (nlohmann::json{{"session", "s-1"}}));
}

TEST_F(AppCommands, HealthShowsTheAdviceOfAServerThatIsDown) {
  broker_answers("GetHealth", {{"servers",
                                {{{"server", "ehr"}, {"state", "down"}, {"stale", true}, {"advice", "use paper"}},
                                 {{"server", "lab"}, {"state", "up"}, {"stale", false}, {"advice", "not now"}}}}});
  EXPECT_EQ(run({"health"}), ExitCode::done);
  EXPECT_TRUE(printed("ehr     down   -            -               stale\n"));
  EXPECT_TRUE(printed("ehr: use paper\n"));
  EXPECT_FALSE(printed("not now"));
}

TEST_F(AppCommands, HealthSaysThatThereIsNoServer) {
  broker_answers("GetHealth", {{"servers", nlohmann::json::array()}});
  EXPECT_EQ(run({"health"}), ExitCode::done);
  EXPECT_TRUE(printed("no server is configured: add a [[server]]"));
  EXPECT_FALSE(printed("LAST ANSWER"));
}

TEST_F(AppCommands, WatchPrintsAnEventALine) {
  const nlohmann::json cleared = {
      {"event", {{"kind", "session_cleared"}, {"at", 1}, {"session", "s-1"}, {"reason", "os_lock"}}}};
  broker.answer_and_close("org.wardend.Broker.Monitor", frame({{"parameters", cleared}, {"continues", true}}));
  EXPECT_EQ(run({"watch"}), ExitCode::try_again);
  EXPECT_TRUE(printed("session cleared"));
  EXPECT_TRUE(printed("session s-1  (os lock)\n"));
  EXPECT_NE(err.str().find("ConnectionClosed"), std::string::npos);
  EXPECT_EQ(run({"watch", "--json"}), ExitCode::try_again);
  EXPECT_EQ(out.str(), cleared.dump() + "\n");
}

}  // namespace
}  // namespace wardend::wardctl::test
