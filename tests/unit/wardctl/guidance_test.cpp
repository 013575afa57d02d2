// What wardctl says to somebody who meets it for the first time: misspelt commands, help, what is not there, what to
// type.
#include "tests/unit/wardctl/wardctl_run.hpp"

namespace wardend::wardctl::test {
namespace {

using Guidance = WardctlRun;

TEST_F(Guidance, WhatIsNotThereYetSaysSo) {
  control.answer("org.wardend.Control.SetAppEnabled",
                 error_frame("org.wardend.Control.NotSupported", {{"what", "SetAppEnabled"}}));
  EXPECT_EQ(run({"app", "enable", "growth"}), ExitCode::refused);
  EXPECT_EQ(err.str(),
            "wardctl: NotSupported: this broker does not offer that (SetAppEnabled)\n"
            "  next: do without it, or ask for it in another way: the text says what is offered\n");
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

TEST_F(Guidance, HealthTellsWhyAServerHasNoAnswer) {
  broker_answers("GetHealth", {{"servers", {{{"server", "ehr"}, {"state", "degraded"}, {"stale", true}}}},
                               {"troubles", {{{"server", "ehr"}, {"detail", "Could not resolve host: ehr"}}}}});
  EXPECT_EQ(run({"health"}), ExitCode::done);
  EXPECT_TRUE(printed("ehr: Could not resolve host: ehr\n")) << out.str();
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

}  // namespace
}  // namespace wardend::wardctl::test
