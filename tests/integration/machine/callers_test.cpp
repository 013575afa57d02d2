// Callers that must get nothing, each with its own error, and the journal's word on why.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "tests/integration/machine/machine.hpp"

namespace wardend::test {
namespace {

class Callers : public AtWork {
 protected:
  // Runs `command` as a system unit of its own, without a login session.
  static Finished as_unit(const std::string& unit, const std::string& user, const std::string& command) {
    return run({{"systemd-run", "-q", "--wait", "--pipe", "--collect", "--unit=" + unit, "--uid=" + user, "sh", "-c",
                 command}});
  }
  static void expect_refused(const Finished& wardctl, const std::string& error, const std::string& why) {
    EXPECT_NE(wardctl.exit_code, 0) << wardctl.out;
    EXPECT_TRUE(wardctl.err.starts_with("wardctl: " + error)) << wardctl.err;
    EXPECT_TRUE(eventually([&] { return Machine::journal().contains(why); }, 3s)) << why << "\n" << Machine::journal();
  }
};

// B3: root calls in alice's login session before any program of hers does.
class RootConnectsFirst : public AtWork {
 protected:
  void SetUp() override {
    done("systemctl start wardend");
    ASSERT_TRUE(eventually(&Machine::is_ready)) << Machine::status();
    as_root_in(alice, "wardctl health");
    AtWork::SetUp();
  }
  static Finished as_root_in(const LoginSession& session, const std::string& command) {
    const std::string group = done("systemctl show session-" + session.id() + ".scope -P ControlGroup");
    return shell("echo $$ > /sys/fs/cgroup" + group + "/cgroup.procs && " + command);
  }
};

TEST_F(RootConnectsFirst, ALockOfTheUserStillClears) {
  const Finished locked = shell("wardctl --json lock --user alice --reason ehr_lock");
  EXPECT_EQ(locked.exit_code, 0) << locked.err;
  EXPECT_TRUE(locked.out.contains("\"cleared\":1")) << locked.out;
  expect_cleared(alice, "ehr_lock");
}

TEST_F(RootConnectsFirst, AClearOfTheUserStillClears) {
  done("wardctl clear --user alice --reason support");
  expect_cleared(alice, "operator");
}

TEST_F(RootConnectsFirst, ALockOfRootLeavesTheUserAlone) {
  done("wardctl lock --user root --reason ehr_lock");
  EXPECT_EQ(alice.token_answer(), "granted");
}

TEST_F(RootConnectsFirst, RootGetsNothingThere) {
  const Finished token = as_root_in(alice, "wardctl token");
  EXPECT_TRUE(token.err.starts_with("wardctl: NotAuthorized")) << token.out << token.err;
}

TEST_F(Callers, AUserWithoutARuleIsNotAuthorized) {
  const LoginSession carol("carol", Seat::none);
  expect_refused(carol.run("wardctl token"), "NotAuthorized", "no [[app.peer]] rule matches");
}

TEST_F(Callers, AnotherUsersSessionIsUnknown) {
  const LoginSession bob("bob", Seat::none);
  const std::string sessions = alice.run("wardctl --json sessions").out;
  const auto own = nlohmann::json::parse(sessions, nullptr, false);
  ASSERT_TRUE(own.is_object()) << alice.run("wardctl --json sessions").err;
  const std::string session = own.value("/sessions/0/id"_json_pointer, "");
  ASSERT_FALSE(session.empty()) << sessions;
  const Finished stolen = bob.run("wardctl token --session " + session);
  EXPECT_TRUE(stolen.err.starts_with("wardctl: UnknownSession")) << stolen.err;
}

TEST_F(Callers, AnotherUnitIsNotTheApp) {
  const Finished other = as_unit("other", "dave", "wardctl launch --no-browser --app pump");
  expect_refused(other, "NotAuthorized", "no [[app.peer]] rule matches");
}

TEST_F(Callers, WithoutALoginSessionAUserRuleIsNotEnough) {
  expect_refused(as_unit("cron-like", "alice", "wardctl token"), "NotAuthorized", "login session");
}

TEST_F(Callers, ASystemUnitIsAllowedByItsOwnRule) {
  const Finished pump = as_unit("pump", "dave",
                                "session=$(/opt/tests/app-launch pump | sed 's/.*\"id\":\"\\([^\"]*\\).*/\\1/') &&"
                                " wardctl token --session $session >/dev/null && wardctl sessions");
  EXPECT_EQ(pump.exit_code, 0) << pump.out << pump.err;
  EXPECT_NE(pump.out.find("pump"), std::string::npos) << pump.out;
}

TEST_F(Callers, AConnectionOutlivingItsProcessGetsNothing) {
  const Finished orphan = alice.run("/opt/tests/session_probe orphan");
  EXPECT_EQ(orphan.exit_code, 0) << orphan.err;
  EXPECT_EQ(orphan.out, "closed\n");
}

TEST_F(Callers, OnlyTheEhrsAgentMayLockOthers) {
  const Finished lock = alice.run("wardctl lock --user bob --reason ehr_lock");
  EXPECT_EQ(lock.exit_code, 77) << lock.err;
  EXPECT_TRUE(lock.err.starts_with("wardctl: NotAuthorized")) << lock.err;
}

// In the emulated computer alone (qemu.fallbacks): its kernel lacks SO_PEERPIDFD, so the other tests there show the way
// around it.
TEST(OldKernel, TellsNoPeersProcess) {
  constexpr int peer_pidfd = 77;
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  int process = -1;
  socklen_t size = sizeof process;
  EXPECT_EQ(::getsockopt(ends[0], SOL_SOCKET, peer_pidfd, &process, &size), -1);
  EXPECT_EQ(errno, ENOPROTOOPT);
  for (const int end : ends) ::close(end);
}

}  // namespace
}  // namespace wardend::test
