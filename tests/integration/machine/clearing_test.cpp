// What real logind says, and what it takes away.
#include "tests/integration/machine/machine.hpp"

namespace wardend::test {
namespace {

TEST_F(AtWork, LockSignalClears) {
  done("loginctl lock-session " + alice.id());
  expect_cleared(alice, "os_lock");
}

TEST_F(AtWork, LockedHintClears) {
  const Finished hint = alice.run("busctl call org.freedesktop.login1 " + alice.path() +
                                  " org.freedesktop.login1.Session SetLockedHint b true");
  ASSERT_EQ(hint.exit_code, 0) << hint.err;
  expect_cleared(alice, "os_lock");
}

TEST_F(AtWork, UnlockBringsNothingBack) {
  done("loginctl lock-session " + alice.id());
  expect_cleared(alice, "os_lock");
  done("loginctl unlock-session " + alice.id());
  EXPECT_EQ(alice.token_answer(), "WorkstationLocked");
  EXPECT_EQ(alice.run("wardctl sessions").out.find("patient-1"), std::string::npos);
}

TEST_F(AtWork, NextEhrLaunchAfterALockIsANewSession) {
  done("loginctl lock-session " + alice.id());
  expect_cleared(alice, "os_lock");
  done("loginctl unlock-session " + alice.id());
  alice.launch_from_ehr();
  EXPECT_EQ(alice.token_answer(), "granted");
}

TEST_F(AtWork, UserSwitchClears) {
  const LoginSession bob("bob");
  expect_cleared(alice, "session_inactive");
  bob.launch_from_ehr();
  EXPECT_EQ(bob.token_answer(), "granted");
  EXPECT_EQ(alice.token_answer(), "WorkstationLocked");
}

TEST_F(AtWork, SwitchingBackBringsNothingBack) {
  const LoginSession bob("bob");
  expect_cleared(alice, "session_inactive");
  done("loginctl activate " + alice.id());
  EXPECT_EQ(alice.token_answer(), "WorkstationLocked");
  alice.launch_from_ehr();
  ASSERT_EQ(alice.token_answer(), "granted");
  done("loginctl activate " + bob.id());
  EXPECT_TRUE(eventually([&] { return alice.is_refused(); }));
}

TEST_F(AtWork, BobsLockLeavesAliceAlone) {
  const LoginSession bob("bob", Seat::none);
  done("loginctl lock-session " + bob.id());
  EXPECT_FALSE(eventually([&] { return alice.is_refused(); }, 500ms));
}

TEST_F(AtWork, LogoutClears) {
  alice.end();
  expect_cleared(alice, "session_removed");
}

TEST_F(AtWork, DeathOfTheSessionsLeaderClears) {
  done("loginctl kill-session -s KILL " + alice.id());
  EXPECT_TRUE(eventually([&] { return Machine::last_clear() == "session_removed"; })) << Machine::status();
}

TEST_F(AtWork, EhrsAgentLocks) {
  done("wardctl lock --user alice --reason ehr_lock");
  expect_cleared(alice, "ehr_lock");
}

TEST_F(AtWork, LogindThatReturnsWithinTheGraceLosesNothing) {
  done("systemctl kill -s KILL systemd-logind && systemctl start systemd-logind");
  EXPECT_TRUE(eventually(&Machine::is_ready)) << Machine::status();
  EXPECT_EQ(alice.token_answer(), "granted") << Machine::status();
  done("loginctl lock-session " + alice.id());
  expect_cleared(alice, "os_lock");
}

TEST_F(AtWork, LogindGoneForLongerThanTheGraceClears) {
  done("systemctl mask -q --runtime systemd-logind && systemctl stop systemd-logind");
  expect_cleared(alice, "lock_source_lost");
  EXPECT_EQ(Machine::ready_status(), 503);
  EXPECT_NE(done("systemctl show wardend -P StatusText").find("logind"), std::string::npos);
  done("systemctl unmask -q --runtime systemd-logind && systemctl start systemd-logind");
  EXPECT_TRUE(eventually(&Machine::is_ready)) << Machine::status();
  EXPECT_EQ(alice.token_answer(), "WorkstationLocked");
}

TEST_F(AtWork, RestartOfTheBusIsSurvivedAndLocksAreStillHeard) {
  done("systemctl restart dbus");
  EXPECT_TRUE(eventually(&Machine::is_ready, 20s)) << Machine::status();
  if (alice.is_refused()) {
    EXPECT_EQ(Machine::last_clear(), "lock_source_lost");
    alice.launch_from_ehr();
    ASSERT_EQ(alice.token_answer(), "granted");
  }
  ASSERT_TRUE(eventually([&] { return shell("loginctl lock-session " + alice.id()).exit_code == 0; }));
  expect_cleared(alice, "os_lock");
}

// Any user may send a signal of any name; only logind's own count, sent to all or to wardend alone.
TEST_F(AtWork, ForgedSignalsAreNotBelieved) {
  const LoginSession bob("bob", Seat::none);
  const std::string wardend =
      done("busctl --no-legend list | awk '$2 == " + std::to_string(Machine::main_pid()) + " {print $1; exit}'");
  ASSERT_TRUE(wardend.starts_with(':')) << wardend;
  for (const std::string& to : {std::string(), " --dest " + wardend}) {
    const std::string emit = "gdbus emit --system" + to + " --object-path ";
    const std::string all = emit + alice.path() + " --signal org.freedesktop.login1.Session.Lock; " + emit +
                            alice.path() +
                            " --signal org.freedesktop.DBus.Properties.PropertiesChanged "
                            "org.freedesktop.login1.Session \"{'LockedHint': <true>, 'Active': <false>}\" '@as []'; " +
                            emit + "/org/freedesktop/login1 --signal org.freedesktop.login1.Manager.SessionRemoved " +
                            alice.id() + " " + alice.path() + "; " + emit +
                            "/org/freedesktop/login1 --signal org.freedesktop.login1.Manager.PrepareForSleep true";
    const Finished forged = bob.run(all);
    EXPECT_EQ(forged.exit_code, 0) << forged.err;
    EXPECT_EQ(forged.err, "");
  }
  EXPECT_FALSE(eventually([&] { return alice.is_refused(); }, 1s)) << Machine::status();
}

}  // namespace
}  // namespace wardend::test
