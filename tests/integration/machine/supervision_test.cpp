// The service under systemd: activation, readiness, watchdog, restart, stop.
#include "tests/integration/machine/machine.hpp"

namespace wardend::test {
namespace {

std::string shown(const std::string& property) { return done("systemctl show wardend -P " + property); }

TEST(Service, StartsWhenSomebodyConnects) {
  done(
      "systemctl stop wardend && systemctl start wardend.socket wardend-control.socket wardend-lock.socket "
      "wardend-fhir.socket wardend-loopback.socket");
  ASSERT_EQ(shown("ActiveState"), "inactive");
  done("wardctl health");
  EXPECT_EQ(shown("ActiveState"), "active");
  EXPECT_NE(shown("StatusText"), "");
}

TEST(Service, RunsWithoutRootAndWithoutCapabilities) {
  done("systemctl start wardend");
  const std::string pid = std::to_string(Machine::main_pid());
  EXPECT_EQ(done("ps -o user= -p " + pid), "wardend");
  EXPECT_EQ(done("sed -n 's/^Cap\\(Eff\\|Prm\\|Bnd\\):[[:space:]]*//p' /proc/" + pid + "/status | sort -u"),
            "0000000000000000");
}

TEST(Service, LocksItsMemory) {
  done("systemctl start wardend");
  const std::string proc = "/proc/" + std::to_string(Machine::main_pid());
  if (shell("grep -q 'Max locked memory *unlimited' " + proc + "/limits").exit_code != 0)
    GTEST_SKIP() << "this machine may not raise LimitMEMLOCK: its host lacks CAP_SYS_RESOURCE";
  EXPECT_GT(std::stoi(done("sed -n 's/^VmLck:[[:space:]]*\\([0-9]*\\).*/\\1/p' " + proc + "/status")), 0);
}

int revocations() {
  return nlohmann::json::parse(done("curl -sf http://127.0.0.1:9500/_sandbox/stats")).value("revocations", 0);
}
bool has_restarted(pid_t since) {
  return eventually([&] { return Machine::main_pid() != since && Machine::main_pid() != 0 && Machine::is_ready(); },
                    10s);
}

TEST_F(AtWork, ARestartLosesNoSessionAndTheSocketsStay) {
  const auto socket = std::filesystem::status("/run/wardend/broker.sock");
  ASSERT_TRUE(std::filesystem::is_socket(socket));
  const int revoked = revocations();
  done("systemctl restart wardend");
  EXPECT_TRUE(std::filesystem::is_socket("/run/wardend/broker.sock"));
  ASSERT_TRUE(eventually(&Machine::is_ready));
  EXPECT_EQ(alice.token_answer(), "granted") << Machine::journal();
  EXPECT_EQ(revocations(), revoked);
  EXPECT_TRUE(Machine::metrics().contains("wardend_vault_persistent 1"));
}

// As after an update by hand, where only the service is enabled.
TEST_F(AtWork, ARestartBringsTheSocketsThatNobodyEnabled) {
  done("systemctl stop wardend-fhir.socket wardend-lock.socket");
  done("systemctl restart wardend");
  ASSERT_TRUE(eventually(&Machine::is_ready));
  EXPECT_EQ(done("systemctl is-active wardend-fhir.socket wardend-lock.socket"), "active\nactive");
  EXPECT_EQ(alice.token_answer(), "granted") << Machine::journal();
  EXPECT_NE(done("curl -s --unix-socket /run/wardend/fhir.sock http://wardend/fhir/-/metadata"), "");
}

TEST_F(AtWork, AKillLosesNoSession) {
  for (int round = 0; round < 3; ++round) {
    const pid_t before = Machine::main_pid();
    done("systemctl kill -s KILL wardend");
    ASSERT_TRUE(has_restarted(before));
    EXPECT_EQ(alice.token_answer(), "granted") << round << Machine::journal();
  }
}

TEST_F(AtWork, AKillDoesNotUndoALock) {
  done("loginctl lock-session " + alice.id());
  expect_cleared(alice, "os_lock");
  const pid_t before = Machine::main_pid();
  done("systemctl kill -s KILL wardend");
  ASSERT_TRUE(has_restarted(before));
  done("loginctl unlock-session " + alice.id());
  EXPECT_EQ(alice.token_answer(), "WorkstationLocked");
  EXPECT_TRUE(Machine::status().value("sessions", nlohmann::json::array()).empty());
}

TEST_F(AtWork, ALockWhileTheServiceIsDeadIsNotMissed) {
  const pid_t before = Machine::main_pid();
  done("systemctl kill -s KILL wardend");
  const Finished hint = alice.run("busctl call org.freedesktop.login1 " + alice.path() +
                                  " org.freedesktop.login1.Session SetLockedHint b true");
  ASSERT_EQ(hint.exit_code, 0) << hint.err;
  ASSERT_TRUE(has_restarted(before));
  EXPECT_TRUE(alice.is_refused());
  EXPECT_TRUE(Machine::status().value("sessions", nlohmann::json::array()).empty());
}

TEST_F(AtWork, AStopLeavesNoSessionBehind) {
  const int before = revocations();
  done("systemctl stop wardend && systemctl start wardend");
  ASSERT_TRUE(eventually(&Machine::is_ready));
  EXPECT_TRUE(alice.is_refused());
  EXPECT_TRUE(Machine::status().value("sessions", nlohmann::json::array()).empty());
  EXPECT_EQ(revocations(), before + 1);
}

TEST_F(AtWork, StopRevokesEveryToken) {
  const int before = revocations();
  done("systemctl stop wardend");
  EXPECT_EQ(revocations(), before + 1);
}

TEST_F(AtWork, AHangIsEndedByTheWatchdog) {
  done(
      "mkdir -p /run/systemd/system/wardend.service.d && "
      "printf '[Service]\\nWatchdogSec=2\\n' >/run/systemd/system/wardend.service.d/watchdog.conf && "
      "systemctl daemon-reload && systemctl restart wardend");
  ASSERT_TRUE(eventually(&Machine::is_ready));
  const pid_t before = Machine::main_pid();
  // Feeds the watchdog for longer than its time, then hangs.
  EXPECT_FALSE(eventually([&] { return Machine::main_pid() != before; }, 3s));
  done("kill -STOP " + std::to_string(before));
  EXPECT_TRUE(eventually([&] { return Machine::main_pid() != before && shown("ActiveState") == "active"; }, 15s));
  EXPECT_EQ(shown("Result"), "success");
  EXPECT_GE(std::stoi(shown("NRestarts")), 1);
  EXPECT_TRUE(alice.is_refused());
  done("rm -r /run/systemd/system/wardend.service.d && systemctl daemon-reload && systemctl restart wardend");
}

TEST_F(AtWork, ABadReloadKeepsTheRunningConfiguration) {
  done("cp /etc/wardend/wardend.toml /run/good.toml && echo 'nonsense = 1' >/etc/wardend/conf.d/bad.toml");
  EXPECT_NE(shell("systemctl reload wardend").exit_code, 0) << "whoever reloads learns that nothing was taken";
  EXPECT_TRUE(eventually([&] { return Machine::journal().contains("bad.toml:1:1"); }));
  EXPECT_TRUE(eventually([&] { return shown("StatusText").contains("the file on disk is not in force: 1 fault"); }));
  EXPECT_EQ(alice.token_answer(), "granted");
  done("rm /etc/wardend/conf.d/bad.toml && systemctl reload wardend");
  EXPECT_EQ(alice.token_answer(), "granted");
}

// The apps' connections wait in systemd's sockets: who ended would be started again for each of them.
TEST_F(AtWork, ABadFileAtARestartIsToldAndNoStormOfStarts) {
  done("echo 'nonsense = 1' >/etc/wardend/conf.d/bad.toml && systemctl restart wardend");
  const pid_t process = Machine::main_pid();
  EXPECT_TRUE(alice.is_refused());
  EXPECT_TRUE(alice.run("wardctl token").err.contains("mend the configuration"));
  EXPECT_NE(shell("systemctl reload wardend").exit_code, 0);
  EXPECT_TRUE(shown("StatusText").contains("Not ready: mend the configuration"));
  EXPECT_EQ(Machine::main_pid(), process);
  done("rm /etc/wardend/conf.d/bad.toml && systemctl reload wardend");
  EXPECT_TRUE(eventually(&Machine::is_ready));
  EXPECT_EQ(Machine::main_pid(), process);
  EXPECT_TRUE(alice.is_refused()) << "what was held before went with the restart";
}

}  // namespace
}  // namespace wardend::test
