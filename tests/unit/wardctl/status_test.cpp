#include "tests/unit/wardctl/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

nlohmann::json quiet_status() {
  return {{"version", "1.2"},
          {"started_at", 1800000000},
          {"config_digest", std::string(64, 'b')},
          {"sessions", nlohmann::json::array()},
          {"servers", {{{"name", "ehr"}, {"state", "up"}, {"confirmed_at", 1800000000}}}},
          {"disabled_apps", nlohmann::json::array()},
          {"pending_revocations", 0},
          {"ready", true}};
}

using ControlCommands = WardctlRun;
using Guidance = WardctlRun;

TEST_F(ControlCommands, StatusTellsTheLastClearInWordsAndWhatToDo) {
  control_answers("Status", a_status());
  EXPECT_EQ(run({"status"}), ExitCode::done);
  EXPECT_TRUE(printed("2 sessions: the screen was locked, in login session c2"));
  EXPECT_TRUE(printed("13 ms"));
  EXPECT_TRUE(
      printed("next\n  dosing is switched off: once its trouble is over, set enabled = true in its [[app]], "
              "then `systemctl reload wardend`"));
}

TEST_F(ControlCommands, StatusTellsTheLastLockAndWhatSensesNone) {
  auto status = a_status();
  status["disabled_apps"] = nlohmann::json::array();
  status["last_clear"]["login_session"] = "";
  status["last_lock"] = {{"source", "logind"}, {"reason", "suspend"}, {"login_session", ""}, {"at", 1800000000}};
  status["screen_lock_seen_at"] = 1700000000;
  status["screen_locker_silent"] = true;
  status["ehr_unit_trouble"] = "ehr_unit is not watched: \x1bno tree";
  control_answers("Status", status);
  EXPECT_EQ(run({"status"}), ExitCode::done);
  EXPECT_TRUE(printed("2 sessions: the screen was locked, in several login sessions"));
  EXPECT_TRUE(printed("the machine went to sleep, told by logind"));
  EXPECT_TRUE(printed("next\n  ehr_unit is not watched: ?no tree\n  no screen lock was seen in a week of use: "));
  EXPECT_TRUE(printed("loginctl lock-session"));
  EXPECT_FALSE(printed("nothing to do"));
}

TEST_F(ControlCommands, StatusTellsHowHubsAreFollowed) {
  auto status = a_status();
  status["hubs"] = {{{"server", "ehr"},
                     {"state", "waiting"},
                     {"since", 1800000000},
                     {"sessions", 3},
                     {"tells_of_locks", false},
                     {"trouble", "silent\x1b"}}};
  control_answers("Status", status);
  EXPECT_EQ(run({"status"}), ExitCode::done);
  EXPECT_TRUE(printed("HUB OF"));
  EXPECT_TRUE(printed("waiting"));
  EXPECT_TRUE(printed("silent?"));
  EXPECT_TRUE(printed("the hub of ehr is not reached (silent?)"));
}

TEST_F(Guidance, StatusShowsTheDigestAsTheJournalDoes) {
  control_answers("Status", quiet_status());
  EXPECT_EQ(run({"status"}), ExitCode::done);
  EXPECT_TRUE(printed("configuration  bbbbbbbbbbbb\n")) << out.str();
  EXPECT_TRUE(printed("next\n  nothing to do\n"));
}

TEST_F(Guidance, StatusTellsWhoSwitchedAnAppOffAndWhy) {
  auto status = quiet_status();
  status["disabled_apps"] = {"dosing", "growth"};
  status["disabled"] = {
      {{"app", "dosing"}, {"by", "operator"}, {"reason", "wrong doses"}, {"who", "uid 7"}, {"at", 1800000000}},
      {{"app", "growth"}, {"by", "configuration"}}};
  control_answers("Status", status);
  EXPECT_EQ(run({"status"}), ExitCode::done);
  EXPECT_TRUE(printed("SWITCHED OFF  SINCE")) << out.str();
  EXPECT_TRUE(printed("uid 7     wrong doses\n")) << out.str();
  EXPECT_TRUE(printed("the file  enabled = false\n")) << out.str();
  EXPECT_TRUE(
      printed("next\n  dosing is switched off (wrong doses): once its trouble is over, `wardctl app enable "
              "dosing`\n  growth is switched off: once its trouble is over, set enabled = true"))
      << out.str();
}

TEST_F(Guidance, StatusPrintsNoticesAsNextSteps) {
  auto status = quiet_status();
  status["ready"] = false;
  status["not_ready_reason"] = "loopback_port is elsewhere";
  status["notices"] = {"loopback_port is elsewhere", "vitals has neither scope"};
  control_answers("Status", status);
  EXPECT_EQ(run({"status"}), ExitCode::done);
  EXPECT_TRUE(printed("next\n  not ready: loopback_port is elsewhere\n  vitals has neither scope\n")) << out.str();
}

TEST_F(Guidance, StatusHasARowForEachHeldLoginSession) {
  auto status = quiet_status();
  status["held"] = {
      {{"login_session", "c2"}, {"since", 1800000000}, {"reason", "operator"}, {"ended_by", "a launch from the EHR"}},
      {{"login_session", ""},
       {"since", 1800000000},
       {"reason", "idle"},
       {"app", "vitals"},
       {"server", "ehr"},
       {"ended_by", "a launch from the EHR"}}};
  control_answers("Status", status);
  EXPECT_EQ(run({"status"}), ExitCode::done);
  EXPECT_TRUE(printed("HELD              PART           SINCE")) << out.str();
  EXPECT_TRUE(printed("login session c2  all            ")) << out.str();
  EXPECT_TRUE(printed("an operator cleared it")) << out.str();
  EXPECT_TRUE(printed("all other users   vitals at ehr  ")) << out.str();
  EXPECT_TRUE(printed("next\n  2 login sessions held: nobody gets a token there before a launch from the EHR\n"))
      << out.str();
}

TEST_F(Guidance, StatusTellsAServerThatNeverAnsweredFromOneThatStumbles) {
  auto status = quiet_status();
  status["servers"] = {{{"name", "ehr"}, {"state", "degraded"}, {"trouble", "Could not resolve host: ehr"}},
                       {{"name", "lab"}, {"state", "degraded"}, {"confirmed_at", 1800000000}, {"trouble", "HTTP 503"}},
                       {{"name", "back"}, {"state", "degraded"}, {"confirmed_at", 1800000000}, {"latency_ms", 3.0}},
                       {{"name", "slow"},
                        {"state", "degraded"},
                        {"confirmed_at", 1800000000},
                        {"latency_ms", 3000.0},
                        {"trouble", "it takes 3 seconds"}},
                       {{"name", "old"}, {"state", "down"}, {"trouble", "Connection refused"}}};
  control_answers("Status", status);
  EXPECT_EQ(run({"status"}), ExitCode::done);
  EXPECT_TRUE(
      printed("  ehr has given no usable answer yet: Could not resolve host: ehr; if that does not help, compare"));
  EXPECT_TRUE(printed("  lab answers only now and then: HTTP 503; watch it with `wardctl watch`\n"));
  EXPECT_TRUE(printed("  back answers again; watch it with `wardctl watch`\n"));
  EXPECT_TRUE(printed("  slow answers, but not as it should: it takes 3 seconds; watch it with `wardctl watch`\n"));
  EXPECT_TRUE(printed("  old is down: Connection refused; if that does not help, ask the EHR's administrators; "));
}

}  // namespace
}  // namespace wardend::wardctl::test
