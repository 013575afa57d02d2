// What wardctl says to somebody who meets it for the first time: misspelt commands, help, what is not there, what to
// type.
#include "tests/unit/client/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

using Guidance = WardctlRun;

TEST_F(Guidance, AMisspeltCommandIsToldWhatWasMeant) {
  const std::pair<std::vector<std::string>, std::string> table[] = {
      {{"stauts"}, "wardctl: there is no command \"stauts\": did you mean \"status\"?\n"},
      {{"--json", "lanch", "--app", "x"}, "there is no command \"lanch\": did you mean \"launch\"?\n"},
      {{"end-session", "--help"}, "there is no command \"end-session\"\n"},
      {{"verfy"}, "there is no command \"verfy\": did you mean \"verify\"?\n"},
      {{"app", "list"}, "there is no command \"app list\"\n"},
      {{"audit", "tail"}, "there is no command \"audit tail\"\n"},
      {{"\x1b[31m"}, "there is no command \"?[31m\"\n"},
  };
  for (const auto& [words, said] : table) {
    EXPECT_EQ(run(words), ExitCode::usage) << said;
    EXPECT_NE(err.str().find(said), std::string::npos) << err.str();
    EXPECT_NE(err.str().find("  next: `wardctl --help` lists the commands\n"), std::string::npos);
    EXPECT_EQ(out.str(), "");
  }
}

TEST_F(Guidance, AWordBehindAnOptionIsNoCommand) {
  control_answers("ClearSessions", {{"cleared", 0}});
  EXPECT_EQ(run({"clear", "--app", "stauts", "--reason", "lanch"}), ExitCode::done);
  EXPECT_EQ(run({"--lock-socket=/x", "clear", "--reason", "x"}), ExitCode::done);
}

TEST_F(Guidance, HelpOfACommandIsItsOwn) {
  EXPECT_EQ(run({"end", "--help"}), ExitCode::done);
  EXPECT_TRUE(printed("the session's id")) << out.str();
  EXPECT_FALSE(printed("support-bundle"));
}

TEST_F(Guidance, WhatIsNotThereYetIsInNoHelpAndNoCompletion) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--help"}, {"completion", "bash"}, {"completion", "fish"}, {"completion", "zsh"}}) {
    EXPECT_EQ(run(words), ExitCode::done);
    for (const char* hidden : {"look at the audit", "disable", "switch an app", "print the names of a kind"})
      EXPECT_FALSE(printed(hidden)) << words.back() << " shows " << hidden << "\n" << out.str();
  }
}

TEST_F(Guidance, WhatIsNotThereYetSaysSo) {
  control.answer("org.wardend.Control.SetAppEnabled",
                 error_frame("org.wardend.Control.NotSupported", {{"what", "SetAppEnabled"}}));
  EXPECT_EQ(run({"app", "enable", "growth"}), ExitCode::refused);
  EXPECT_EQ(err.str(),
            "wardctl: NotSupported: this broker does not offer that (SetAppEnabled)\n"
            "  next: do without it: this version does not have it yet, and its README.md says what else is missing\n");
  EXPECT_EQ(run({"audit", "export"}), ExitCode::refused);
  EXPECT_EQ(err.str().find("forward_to"), std::string::npos) << err.str();
}

TEST_F(Guidance, AnUnverifiedPatientIsCalledNotChecked) {
  auto session = a_session();
  session["patient_verification"] = {{"status", "unverified"}, {"findings", nlohmann::json::array()}};
  broker_answers("BeginLaunch", {{"launch_id", "l-1"}, {"authorization_url", "http://a/"}, {"expires_in", 5}});
  broker_answers("AwaitLaunch", {{"session", session}});
  EXPECT_EQ(run({"launch", "--no-browser"}), ExitCode::done);
  EXPECT_TRUE(printed("identity     not checked\n")) << out.str();
}

TEST_F(Guidance, ATokenOfAnotherProcesssSessionSaysWhatToType) {
  broker.answer("org.wardend.Broker.GetToken",
                error_frame("org.wardend.Broker.UnknownSession", {{"reason", "this process has no session"}}));
  broker_answers("ListSessions", {{"sessions", {a_session()}}});
  EXPECT_EQ(run({"token"}), ExitCode::refused);
  EXPECT_NE(
      err.str().find("  yours, launched by another program:\n    wardctl token --session s-1    growth at ehr, begun "),
      std::string::npos)
      << err.str();
  EXPECT_EQ(run({"token", "--session", "s-9"}), ExitCode::refused);
  EXPECT_EQ(err.str().find("yours, launched"), std::string::npos) << "the session was named";
  broker_answers("ListSessions", {{"sessions", nlohmann::json::array()}});
  EXPECT_EQ(run({"token"}), ExitCode::refused);
  EXPECT_EQ(err.str().find("yours, launched"), std::string::npos) << "there is none";
}

TEST_F(Guidance, SessionsShowAUserInFewLetters) {
  auto session = a_session();
  session["user"] = {{"fhir_user", "https://ehr.example.org/fhir/Practitioner/practitioner-7"}};
  broker_answers("ListSessions", {{"sessions", {session}}});
  EXPECT_EQ(run({"sessions"}), ExitCode::done);
  EXPECT_TRUE(printed("  Practitioner/practitioner-7  "));
  EXPECT_FALSE(printed("https://"));
}

TEST_F(Guidance, HealthTellsWhyAServerHasNoAnswer) {
  broker_answers("GetHealth", {{"servers", {{{"server", "ehr"}, {"state", "degraded"}, {"stale", true}}}},
                               {"troubles", {{{"server", "ehr"}, {"detail", "Could not resolve host: ehr"}}}}});
  EXPECT_EQ(run({"health"}), ExitCode::done);
  EXPECT_TRUE(printed("ehr: the last request had no answer (Could not resolve host: ehr)\n")) << out.str();
}

TEST_F(Guidance, ReloadSaysWhichKeysWaitForARestart) {
  control_answers("Reload", {{"config_digest", std::string(64, 'a')}, {"at_restart", {"loopback_port", "state_dir"}}});
  EXPECT_EQ(run({"reload"}), ExitCode::done);
  EXPECT_EQ(out.str(),
            "configuration aaaaaaaaaaaa is in force\n"
            "  but loopback_port waits for a restart\n"
            "  but state_dir waits for a restart\n"
            "  next: `systemctl edit --full wardend-loopback.socket`, as systemd holds that socket\n"
            "  next: `systemctl restart wardend`\n");
}

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

TEST_F(Guidance, StatusShowsTheDigestAsTheJournalDoes) {
  control_answers("Status", quiet_status());
  EXPECT_EQ(run({"status"}), ExitCode::done);
  EXPECT_TRUE(printed("configuration  bbbbbbbbbbbb\n")) << out.str();
  EXPECT_TRUE(printed("next\n  nothing to do\n"));
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
  EXPECT_TRUE(
      printed("next\n  2 login sessions held (see HELD): nobody gets a token there before a launch from the EHR\n"))
      << out.str();
}

TEST_F(Guidance, StatusTellsAServerThatNeverAnsweredFromOneThatStumbles) {
  auto status = quiet_status();
  status["servers"] = {{{"name", "ehr"}, {"state", "degraded"}, {"trouble", "Could not resolve host: ehr"}},
                       {{"name", "lab"}, {"state", "degraded"}, {"confirmed_at", 1800000000}},
                       {{"name", "old"}, {"state", "down"}, {"trouble", "Connection refused"}}};
  control_answers("Status", status);
  EXPECT_EQ(run({"status"}), ExitCode::done);
  EXPECT_TRUE(printed("  ehr has not answered yet (Could not resolve host: ehr): see whether other programs reach it"));
  EXPECT_TRUE(printed("  lab answers only now and then: "));
  EXPECT_TRUE(printed("  old is down (Connection refused): "));
}

TEST_F(Guidance, CompletionAsksForNames) {
  EXPECT_EQ(run({"completion", "bash"}), ExitCode::done);
  EXPECT_TRUE(printed("'lock --reason') words=\"ehr_lock ehr_logout ehr_user_switch\" ;;")) << out.str();
  EXPECT_TRUE(printed("'token --session') words=\"$(\"$1\" values sessions 2>/dev/null)\" ;;")) << out.str();
  EXPECT_TRUE(printed("'health '*) words=\"$words $(\"$1\" values servers 2>/dev/null)\" ;;")) << out.str();
  EXPECT_EQ(run({"completion", "fish"}), ExitCode::done);
  EXPECT_TRUE(printed("-l session -d 'of this session' -r -a '(wardctl values sessions 2>/dev/null)'")) << out.str();
}

TEST_F(Guidance, NamesForCompletionAreNoShellCode) {
  auto first = a_session();
  auto second = a_session();
  second["id"] = "$(reboot)";
  second["app"] = "other";
  broker_answers("ListSessions", {{"sessions", {first, second}}});
  EXPECT_EQ(run({"values", "sessions"}), ExitCode::done);
  EXPECT_EQ(out.str(), "s-1\n");
  EXPECT_EQ(run({"values", "apps"}), ExitCode::done);
  EXPECT_EQ(out.str(), "growth\nother\n");
  broker_answers("GetHealth", {{"servers", {{{"server", "ehr"}, {"state", "up"}, {"stale", false}}}}});
  EXPECT_EQ(run({"values", "servers"}), ExitCode::done);
  EXPECT_EQ(out.str(), "ehr\n");
}

}  // namespace
}  // namespace wardend::wardctl::test
