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

// Whoever asks meanwhile is not told that the workstation is locked.
TEST_F(AtWork, ACallAtARestartWaitsUntilLogindHasBeenRead) {
  const pid_t before = Machine::main_pid();
  done("systemctl kill -s STOP systemd-logind && systemctl restart --no-block wardend");
  ASSERT_TRUE(eventually([&] { return Machine::main_pid() != before && Machine::main_pid() != 0; }));
  ASSERT_EQ(alice.run("rm -f ~/early; (wardctl token 2>&1; echo $?) >~/early & :").exit_code, 0);
  const auto answered = [] { return shell("test -s /home/alice/early").exit_code == 0; };
  EXPECT_FALSE(eventually(answered, 400ms)) << done("cat /home/alice/early");
  done("systemctl kill -s CONT systemd-logind");
  ASSERT_TRUE(eventually(answered));
  EXPECT_TRUE(eventually([] { return done("tail -n 1 /home/alice/early") == "0"; })) << done("cat /home/alice/early");
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
      "printf '[Service]\\nWatchdogSec=5\\n' >/run/systemd/system/wardend.service.d/watchdog.conf && "
      "systemctl daemon-reload && systemctl restart wardend");
  ASSERT_TRUE(eventually(&Machine::is_ready));
  const pid_t before = Machine::main_pid();
  // Feeds the watchdog for longer than its time, then hangs: for half of that time at least, which is longer than
  // lock_grace, whenever the watchdog was fed last.
  EXPECT_FALSE(eventually([&] { return Machine::main_pid() != before; }, 6s));
  done("kill -STOP " + std::to_string(before));
  EXPECT_TRUE(eventually([&] { return Machine::main_pid() != before && shown("ActiveState") == "active"; }, 20s));
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

int times(const std::string& text, const std::string& word) {
  int found = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}
std::string journal_since(const std::string& moment) {
  return done("journalctl -q -o cat -u wardend --since '" + moment + "'");
}

// Apps call as often as they like while the file is wrong: the service starts once, and its journal has the fault once.
TEST(Service, StartsOnceWithAWrongFileHoweverOftenIsCalled) {
  done("systemctl stop wardend && echo 'nonsense = 1' >/etc/wardend/conf.d/bad.toml");
  done("systemctl start wardend.socket wardend-control.socket wardend-lock.socket wardend-loopback.socket");
  const std::string began = done("sleep 1; date '+%F %T'");
  const std::string told = done("for i in $(seq 40); do wardctl status 2>&1; sleep 0.25; done; true");
  EXPECT_GE(times(told, "mend the configuration"), 39) << told;
  const Finished health = shell("wardctl health");
  EXPECT_NE(health.exit_code, 0);
  EXPECT_TRUE(health.err.contains("mend the configuration") && health.err.contains("bad.toml")) << health.err;
  const std::string journal = journal_since(began);
  EXPECT_EQ(times(journal, "Starting wardend.service"), 1) << journal;
  EXPECT_EQ(times(journal, "bad.toml:1:1: error"), 1) << journal;
  EXPECT_EQ(shown("NRestarts"), "0");
  done("rm /etc/wardend/conf.d/bad.toml && systemctl reload wardend");
  EXPECT_TRUE(eventually(&Machine::is_ready));
}

// Whoever reloads sees what is wrong, and where, without a look at the journal.
TEST(Service, AReloadWithAWrongFileFailsAndSaysWhy) {
  done("systemctl start wardend && echo 'nonsense = 1' >/etc/wardend/conf.d/bad.toml");
  const std::string began = done("sleep 1; date '+%F %T'");
  EXPECT_NE(shell("systemctl reload wardend").exit_code, 0);
  EXPECT_TRUE(eventually([&] { return journal_since(began).contains("bad.toml:1:1: error"); })) << journal_since(began);
  const Finished by_hand = shell("wardctl reload");
  EXPECT_NE(by_hand.exit_code, 0);
  EXPECT_TRUE((by_hand.out + by_hand.err).contains("bad.toml:1:1: error")) << by_hand.out << by_hand.err;
  EXPECT_EQ(shown("ActiveState"), "active");
  done("rm /etc/wardend/conf.d/bad.toml && systemctl reload wardend");
}

// The sockets are systemd's and take calls all the same: wardctl says that nobody is behind them, and where to look.
TEST(Service, ThatCannotStartIsNamedByWardctl) {
  done(
      "mkdir -p /run/systemd/system/wardend.service.d && "
      "printf '[Service]\\nExecStart=\\nExecStart=/bin/false\\n' >/run/systemd/system/wardend.service.d/broken.conf && "
      "systemctl daemon-reload && systemctl stop wardend && systemctl start wardend.socket wardend-control.socket");
  const std::string began = done("sleep 1; date '+%F %T'");
  const Finished told = shell("wardctl health");
  EXPECT_NE(told.exit_code, 0);
  done("sleep 15");
  const int starts = times(journal_since(began), "Starting wardend.service");
  std::printf("a program that ends at once: %d starts in the first seconds\n", starts);
  EXPECT_GE(starts, 5) << "the first ones are at once";
  EXPECT_LE(starts, 15) << "and then one each ten seconds";
  EXPECT_EQ(done("systemctl is-active wardend.socket"), "active") << "the sockets stay";
  for (const char* part : {"does not start", "systemctl status wardend", "journalctl -u wardend"})
    EXPECT_TRUE(told.err.contains(part)) << part << "\n" << told.err;
  done(
      "rm -r /run/systemd/system/wardend.service.d && systemctl daemon-reload && systemctl stop wardend && systemctl "
      "reset-failed 'wardend*' && systemctl start wardend.socket wardend-control.socket wardend-lock.socket "
      "wardend-loopback.socket && systemctl start wardend");
  EXPECT_TRUE(eventually(&Machine::is_ready));
}

}  // namespace
}  // namespace wardend::test
