// The commands over the control socket, and those that need none.
#include <sys/stat.h>

#include <fstream>

#include "tests/unit/wardctl/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

using ControlCommands = WardctlRun;

TEST_F(ControlCommands, LockSendsReasonAndTarget) {
  control_answers("ReportLock", {{"cleared", 1}});
  EXPECT_EQ(run({"lock", "--user", "anna", "--seat", "seat0", "--reason", "ehr_logout"}), ExitCode::done);
  EXPECT_EQ(out.str(), "cleared 1 session\n");
  EXPECT_EQ(sent_to_control("ReportLock"),
            (nlohmann::json{{"reason", "ehr_logout"}, {"target", {{"user", "anna"}, {"seat", "seat0"}}}}));
}

TEST_F(ControlCommands, LockAndClearTakeEveryPartOfATarget) {
  const std::pair<const char*, const char*> table[] = {{"--user", "user"},     {"--login-session", "login_session"},
                                                       {"--seat", "seat"},     {"--app", "app"},
                                                       {"--server", "server"}, {"--session", "session"}};
  control_answers("ReportLock", {{"cleared", 1}});
  control_answers("ClearSessions", {{"cleared", 1}});
  for (const auto& [option, member] : table) {
    EXPECT_EQ(run({"lock", option, "x"}), ExitCode::done) << err.str();
    EXPECT_EQ(control.calls().back().at("parameters").at("target"), (nlohmann::json{{member, "x"}}));
    EXPECT_EQ(run({"clear", option, "x", "--reason", "trial"}), ExitCode::done) << err.str();
    EXPECT_EQ(control.calls().back().at("parameters").at("target"), (nlohmann::json{{member, "x"}}));
    for (const char* shell : {"bash", "fish"}) {
      EXPECT_EQ(run({"completion", shell}), ExitCode::done);
      EXPECT_TRUE(printed(option + (shell[0] == 'f' ? 2 : 0))) << option << " in " << shell;
    }
  }
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
  EXPECT_EQ(out.str(), "growth is switched on\n");
}

TEST_F(ControlCommands, ASwitchThatARestartWouldUndoIsToBeTriedAgain) {
  control_answers("SetAppEnabled", {{"cleared", 1}, {"not_kept", "No space left on device\x1b"}});
  EXPECT_EQ(run({"app", "disable", "growth", "--reason", "wrong doses"}), ExitCode::try_again);
  EXPECT_EQ(out.str(), "growth is switched off; cleared 1 session\n");
  EXPECT_NE(err.str().find("wardctl: NotKept: that is in force, but a restart of wardend would undo it: No space left "
                           "on device"),
            std::string::npos)
      << err.str();
  EXPECT_EQ(run({"--json", "app", "enable", "growth"}), ExitCode::try_again);
}

TEST_F(ControlCommands, AnAppThatTheFileHasOffIsNotCalledOn) {
  control_answers("SetAppEnabled", {{"cleared", 0}, {"still_disabled", "its [[app]] says enabled = false: change it"}});
  EXPECT_EQ(run({"app", "enable", "growth"}), ExitCode::refused);
  EXPECT_NE(err.str().find("the app stays off all the same"), std::string::npos) << err.str();
  EXPECT_NE(err.str().find("next: its [[app]] says enabled = false: change it"), std::string::npos) << err.str();
}

}  // namespace
}  // namespace wardend::wardctl::test
