// The commands over the control socket, and those that need none.
#include <sys/stat.h>

#include <fstream>

#include "tests/unit/client/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

nlohmann::json a_status() {
  return {{"version", "1.2"},
          {"started_at", 1800000000},
          {"config_digest", "abc"},
          {"sessions",
           {{{"id", "s-1"},
             {"app", "growth"},
             {"server", "ehr"},
             {"user", "1000"},
             {"state", "active"},
             {"has_patient", true},
             {"started_at", 1800000000}}}},
          {"servers", {{{"name", "ehr"}, {"state", "up"}, {"latency_ms", 12.6}}}},
          {"disabled_apps", {"dosing"}},
          {"pending_revocations", 0},
          {"ready", true},
          {"last_clear",
           {{"reason", "os_lock"},
            {"at", 1800000000},
            {"login_session", "c2"},
            {"detail", "typed by somebody"},
            {"sessions", 2}}}};
}

using ControlCommands = WardctlRun;

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

TEST_F(ControlCommands, LockSendsReasonAndTarget) {
  control_answers("ReportLock", {{"cleared", 1}});
  EXPECT_EQ(run({"lock", "--user", "anna", "--seat", "seat0", "--reason", "ehr_logout"}), ExitCode::done);
  EXPECT_EQ(out.str(), "cleared 1 session\n");
  EXPECT_EQ(sent_to_control("ReportLock"),
            (nlohmann::json{{"reason", "ehr_logout"}, {"target", {{"user", "anna"}, {"seat", "seat0"}}}}));
}

TEST_F(ControlCommands, LockIsAnEhrLockUnlessTold) {
  control_answers("ReportLock", {{"cleared", 2}});
  EXPECT_EQ(run({"lock"}), ExitCode::done);
  EXPECT_EQ(sent_to_control("ReportLock"),
            (nlohmann::json{{"reason", "ehr_lock"}, {"target", nlohmann::json::object()}}));
}

TEST_F(ControlCommands, LockPrefersTheLockSocket) {
  client::test::ScriptedBroker lock(folder.file("lock"));
  lock.answer("org.wardend.Control.ReportLock", reply_frame({{"cleared", 3}}));
  EXPECT_EQ(run({"--lock-socket", lock.path(), "lock"}), ExitCode::done);
  EXPECT_EQ(out.str(), "cleared 3 sessions\n");
  EXPECT_TRUE(control.calls().empty());
}

TEST_F(ControlCommands, LockFallsBackToTheControlSocket) {
  control_answers("ReportLock", {{"cleared", 2}});
  EXPECT_EQ(run({"--lock-socket", folder.file("absent"), "lock"}), ExitCode::done);
  EXPECT_EQ(out.str(), "cleared 2 sessions\n");

  client::test::ScriptedBroker broken(folder.file("lock"));
  broken.answer_and_close("org.wardend.Control.ReportLock", "");
  EXPECT_EQ(run({"--lock-socket", broken.path(), "lock"}), ExitCode::done);
  EXPECT_EQ(control.calls().size(), 2U);
}

TEST_F(ControlCommands, ALockThatIsRefusedIsNotToldAgain) {
  client::test::ScriptedBroker lock(folder.file("lock"));
  lock.answer("org.wardend.Control.ReportLock",
              error_frame("org.wardend.Control.InvalidTarget", {{"reason", "no such seat"}}));
  EXPECT_EQ(run({"--lock-socket", lock.path(), "lock", "--seat", "x"}), ExitCode::refused);
  EXPECT_TRUE(control.calls().empty());
}

TEST_F(ControlCommands, ClearNeedsAReason) {
  control_answers("ClearSessions", {{"cleared", 0}});
  EXPECT_EQ(run({"clear", "--app", "growth"}), ExitCode::usage);
  EXPECT_EQ(run({"clear", "--app", "growth", "--reason", "trial"}), ExitCode::done);
  EXPECT_EQ(sent_to_control("ClearSessions"), (nlohmann::json{{"reason", "trial"}, {"target", {{"app", "growth"}}}}));
}

TEST_F(ControlCommands, ReloadPrintsTheFindingsOfABadConfiguration) {
  control.answer("org.wardend.Control.Reload",
                 error_frame("org.wardend.Control.ConfigInvalid", {{"findings", {"w.toml:1:2: wrong"}}}));
  EXPECT_EQ(run({"reload"}), ExitCode::refused);
  EXPECT_NE(err.str().find("findings: w.toml:1:2: wrong\n"), std::string::npos);
}

TEST_F(ControlCommands, AppIsSwitchedOffAndOn) {
  control_answers("SetAppEnabled", {{"cleared", 3}});
  EXPECT_EQ(run({"app", "disable", "growth"}), ExitCode::usage);
  EXPECT_EQ(run({"app", "disable", "growth", "--reason", "wrong doses"}), ExitCode::done);
  EXPECT_EQ(out.str(), "growth is switched off; cleared 3 sessions\n");
  EXPECT_EQ(sent_to_control("SetAppEnabled"),
            (nlohmann::json{{"app", "growth"}, {"enabled", false}, {"reason", "wrong doses"}}));
  EXPECT_EQ(run({"app", "enable", "growth"}), ExitCode::done);
  EXPECT_TRUE(printed("growth is switched on"));
}

TEST_F(ControlCommands, AuditVerifyFailsOnABrokenChain) {
  control_answers("VerifyAudit", {{"entries", 9}, {"intact", true}});
  EXPECT_EQ(run({"audit", "verify"}), ExitCode::done);
  control_answers("VerifyAudit", {{"entries", 9}, {"intact", false}, {"first_bad", 4}});
  EXPECT_EQ(run({"audit", "verify"}), ExitCode::refused);
  EXPECT_NE(err.str().find("entry 4"), std::string::npos);
}

TEST_F(ControlCommands, WhatIsNotThereSaysSoWithANextStep) {
  for (const std::string what : {"show", "export"}) {
    EXPECT_EQ(run({"audit", what}), ExitCode::refused);
    EXPECT_NE(err.str().find("NotSupported"), std::string::npos);
    EXPECT_NE(err.str().find("  next: "), std::string::npos);
  }
}

TEST_F(ControlCommands, SupportBundleIsANewPrivateFileWithoutFreeText) {
  control_answers("Status", a_status());
  const auto path = folder.file("bundle.json");
  EXPECT_EQ(run({"support-bundle", path}), ExitCode::done);
  struct stat found{};
  ASSERT_EQ(::stat(path.c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0600U);
  std::ifstream file(path);
  const auto bundle = nlohmann::json::parse(file);
  EXPECT_EQ(bundle["status"]["sessions"][0]["id"], "s-1");
  EXPECT_EQ(bundle.dump().find("typed by somebody"), std::string::npos);
  EXPECT_EQ(run({"support-bundle", path}), ExitCode::refused) << "an existing file is kept";
}

TEST_F(ControlCommands, WrongUsageIsTwoAndHelpIsNone) {
  const std::vector<std::vector<std::string>> wrong = {
      {}, {"nothing"}, {"end"}, {"lock", "--reason", "lunch"}, {"launch", "--launch", "x"}, {"completion", "tcsh"}};
  for (const auto& words : wrong) EXPECT_EQ(run(words), ExitCode::usage);
  EXPECT_EQ(run({"--help"}), ExitCode::done);
  EXPECT_EQ(run({"--version"}), ExitCode::done);
}

TEST_F(ControlCommands, CompletionKnowsEveryCommand) {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    EXPECT_EQ(run({"completion", shell}), ExitCode::done);
    for (const auto& command : command_tree().commands) {
      if (!command.hidden) {
        EXPECT_TRUE(printed(command.name)) << shell << command.name;
      }
    }
    EXPECT_TRUE(printed("no-browser")) << shell;
  }
}

}  // namespace
}  // namespace wardend::wardctl::test
