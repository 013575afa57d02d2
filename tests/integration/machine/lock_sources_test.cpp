// A row of the table of lock sources each, by real logind, real units and the EHR's agent: refused from then on, shown
// to support with its reason, in the audit with its reason, and the token gone from memory.
#include "tests/integration/machine/machine.hpp"
#include "tests/integration/token_search.hpp"

namespace wardend::test {
namespace {

class LockSource : public AtWork {
 protected:
  void SetUp() override {
    AtWork::SetUp();
    remember_token();
  }
  void TearDown() override {
    if (configured_) Machine::configure();
  }
  void remember_token() {
    token_ = alice.token();
    ASSERT_GT(token_.size(), 8U);
    ASSERT_GE(TokenSearch({token_}).count_in_memory(Machine::main_pid()), 1U) << "the search finds nothing";
  }
  // `words` is what `wardctl status` says of the reason.
  void expect_gone(const std::string& reason, const std::string& words) {
    EXPECT_TRUE(eventually([] { return Machine::status().value("sessions", nlohmann::json::array()).empty(); }));
    expect_cleared(alice, reason);
    const Finished status = shell("wardctl status");
    EXPECT_TRUE(status.out.contains(words)) << status.out << status.err;
    EXPECT_EQ(copies_in_memory(), 0U);
    EXPECT_FALSE(Machine::audit().contains(token_));
  }
  // An app of these rules, launched anew.
  void work_with(const std::string& session) {
    configured_ = true;
    done("wardctl clear --reason 'other rules'");
    Machine::configure(session);
    alice.launch_from_ehr();
    remember_token();
  }
  [[nodiscard]] std::size_t copies_in_memory() const {
    return TokenSearch({token_}).count_in_memory(Machine::main_pid());
  }
  void set_hint(const std::string& call) {
    const Finished hint =
        alice.run("busctl call org.freedesktop.login1 " + alice.path() + " org.freedesktop.login1.Session " + call);
    ASSERT_EQ(hint.exit_code, 0) << hint.err;
  }
  void run_as_alices_unit(const std::string& unit) {
    // The user's manager is there a moment after the login.
    Finished begun;
    const std::string command =
        "XDG_RUNTIME_DIR=/run/user/$(id -u) systemd-run -q --user --unit=" + unit + " sleep 600";
    ASSERT_TRUE(eventually([&] { return (begun = alice.run(command)).exit_code == 0; })) << begun.err;
  }

 private:
  std::string token_;
  bool configured_ = false;
};

TEST_F(LockSource, LockSignal) {
  done("loginctl lock-session " + alice.id());
  expect_gone("os_lock", "the screen was locked, in login session " + alice.id());
  EXPECT_EQ(Machine::status().value("/last_lock/source"_json_pointer, ""), "logind");
}

TEST_F(LockSource, LockedHint) {
  set_hint("SetLockedHint b true");
  expect_gone("os_lock", "the screen was locked");
}

TEST_F(LockSource, UserSwitch) {
  const LoginSession bob("bob");
  expect_gone("session_inactive", "another login session came to the front");
}

TEST_F(LockSource, SessionRemoved) {
  alice.end();
  expect_gone("session_removed", "the login session ended");
}

TEST_F(LockSource, SuspendWaitsForTheWipeAndTheNextOneIsDelayedAgain) {
  Machine::let_it_sleep();
  ASSERT_TRUE(eventually(&Machine::is_ready));
  const auto delayed = [] {
    return shell("systemd-inhibit --list --no-pager | grep -q 'wardend.*sleep'").exit_code == 0;
  };
  for (int night = 0; night < 2; ++night) {
    ASSERT_TRUE(eventually(delayed)) << done("systemd-inhibit --list --no-pager");
    if (night > 0) {
      alice.launch_from_ehr();
      remember_token();
    }
    done("busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager Suspend b false");
    expect_gone("suspend", "the machine went to sleep");
  }
  ASSERT_TRUE(eventually(delayed)) << "awake again, and everything has been read";
}

TEST_F(LockSource, LogindLost) {
  done("systemctl mask -q --runtime systemd-logind && systemctl stop systemd-logind");
  expect_gone("lock_source_lost", "could no longer see whether the workstation was locked");
  done("systemctl unmask -q --runtime systemd-logind && systemctl start systemd-logind");
  ASSERT_TRUE(eventually(&Machine::is_ready));
  EXPECT_EQ(alice.token_answer(), "WorkstationLocked") << "its return brings nothing back";
}

TEST_F(LockSource, BusLost) {
  done("systemctl stop dbus.socket dbus");
  expect_gone("lock_source_lost", "could no longer see whether the workstation was locked");
  done("systemctl start dbus.socket dbus && systemctl restart systemd-logind");
  ASSERT_TRUE(eventually(&Machine::is_ready, 20s)) << Machine::status();
}

TEST_F(LockSource, ReportedBySeatLoginSessionAndEveryone) {
  const std::pair<std::string, std::string> reports[] = {
      {"lock --seat seat0 --reason ehr_lock", "the EHR was locked"},
      {"lock --user alice --reason ehr_logout", "the user signed out of the EHR"},
      {"lock --reason ehr_user_switch", "another user signed in to the EHR"}};
  for (const auto& [report, words] : reports) {
    done("wardctl " + report);
    expect_gone(report.substr(report.rfind(' ') + 1), words);
    alice.launch_from_ehr();
    remember_token();
  }
  EXPECT_EQ(shell("wardctl lock --seat seat9").exit_code, 1);
  EXPECT_EQ(alice.token_answer(), "granted");
  EXPECT_EQ(alice.run("wardctl lock").exit_code, 77) << "alice has no role";
}

TEST_F(LockSource, EhrUnitOfTheUsersOwnManager) {
  run_as_alices_unit("ehr-main");
  run_as_alices_unit("editor");
  const std::string stop = "XDG_RUNTIME_DIR=/run/user/$(id -u) systemctl --user stop ";
  ASSERT_EQ(alice.run(stop + "editor").exit_code, 0);
  EXPECT_FALSE(eventually([&] { return alice.is_refused(); }, 500ms)) << "it is not the EHR's";
  ASSERT_EQ(alice.run(stop + "ehr-main").exit_code, 0);
  expect_gone("ehr_gone", "the EHR's own program ended");
}

TEST_F(LockSource, EhrUnitOfTheSystemClearsEverybody) {
  done("systemd-run -q --unit=ehr-all sleep 600");
  EXPECT_FALSE(eventually([&] { return alice.is_refused(); }, 500ms)) << "to appear clears nothing";
  done("systemctl kill -s KILL ehr-all");
  expect_gone("ehr_gone", "the EHR's own program ended");
}

TEST_F(LockSource, IdleTimeoutOfTheApp) {
  work_with("[app.session]\nidle_timeout = \"2s\"\n");
  EXPECT_TRUE(eventually([] { return Machine::last_clear() == "idle"; })) << Machine::status();
  EXPECT_TRUE(alice.is_refused());
  EXPECT_TRUE(shell("wardctl status").out.contains("nobody used it for longer than idle_timeout"));
  EXPECT_EQ(copies_in_memory(), 0U);
}

TEST_F(LockSource, IdleHintThoughTheAppAsksOnAndOn) {
  work_with("[app.session]\nidle_timeout = \"3s\"\n");
  set_hint("SetIdleHint b true");
  EXPECT_TRUE(eventually([&] { return alice.is_refused(); }, 10s));
  EXPECT_EQ(Machine::last_clear(), "idle");
  EXPECT_TRUE(Machine::audit().contains("the login session was idle for idle_timeout"));
  set_hint("SetIdleHint b false");
}

TEST_F(LockSource, MaxLifetime) {
  work_with("[app.session]\nmax_lifetime = \"2s\"\n");
  EXPECT_TRUE(eventually([&] { return alice.is_refused(); }, 10s));
  EXPECT_EQ(Machine::last_clear(), "max_lifetime");
  EXPECT_TRUE(eventually([] { return Machine::audit().contains("\"reason\":\"max_lifetime\""); }));
}

TEST_F(LockSource, Operator) {
  done("wardctl clear --user alice --reason 'change of shift'");
  expect_gone("operator", "an operator cleared it");
  EXPECT_TRUE(Machine::audit().contains("change of shift"));
}

TEST_F(LockSource, AppSwitchedOffByAReload) {
  work_with("");
  done("sed -i '0,/^id = \"vitals\"/s//&\\nenabled = false/' /etc/wardend/wardend.toml && wardctl reload");
  EXPECT_EQ(Machine::last_clear(), "app_disabled");
  EXPECT_TRUE(alice.is_refused());
  EXPECT_TRUE(eventually([] { return Machine::audit().contains("\"reason\":\"app_disabled\""); }));
}

TEST_F(LockSource, AnotherUserSignsIn) {
  std::string other = ehr_launch_address();
  other.replace(other.find("practitioner-1"), 14, "practitioner-2");
  ASSERT_EQ(
      alice
          .run(
              "curl -sSL -f --max-time 10 -b ~/jar2 -c ~/jar2 -H 'Sec-Fetch-Mode: navigate' -H 'Sec-Fetch-User: ?1' '" +
              other + "'")
          .exit_code,
      0);
  EXPECT_EQ(Machine::last_clear(), "other_user");
  EXPECT_TRUE(eventually([] { return Machine::audit().contains("\"reason\":\"other_user\""); }));
  EXPECT_EQ(alice.token_answer(), "granted") << "the second one's own";
}

TEST_F(LockSource, AClearIsOverAtOnceWhileTheEhrIsUnreachable) {
  done("systemctl kill -s STOP sandbox");
  done("loginctl lock-session " + alice.id());
  expect_gone("os_lock", "the screen was locked");
  EXPECT_GE(Machine::status().value("pending_revocations", 0), 1);
  done("systemctl kill -s CONT sandbox");
  EXPECT_TRUE(eventually([] { return Machine::status().value("pending_revocations", 1) == 0; }, 20s));
}

TEST_F(LockSource, TwiceIsToldOnce) {
  done("loginctl lock-session " + alice.id());
  expect_gone("os_lock", "the screen was locked");
  const auto clears = [] { return done("grep -c '\"kind\":\"clear\"' /var/log/wardend/audit.jsonl"); };
  const std::string before = clears();
  set_hint("SetLockedHint b true");
  done("loginctl lock-session " + alice.id() + "; wardctl lock; wardctl clear --reason again");
  EXPECT_EQ(Machine::last_clear(), "os_lock");
  EXPECT_EQ(clears(), before) << shell("grep '\"kind\":\"clear\"' /var/log/wardend/audit.jsonl | tail -4").out;
}

TEST_F(LockSource, UnlockBringsNothingBack) {
  set_hint("SetLockedHint b true");
  expect_gone("os_lock", "the screen was locked");
  set_hint("SetLockedHint b false");
  EXPECT_FALSE(eventually([&] { return alice.token_answer() != "WorkstationLocked"; }, 500ms));
}

// T47: after the restart the hint reads "no", though the screen is locked.
TEST_F(LockSource, ARestartOfLogindThatForgetsTheLockBringsNothingBack) {
  set_hint("SetLockedHint b true");
  expect_gone("os_lock", "the screen was locked");
  done("systemctl restart systemd-logind");
  ASSERT_TRUE(eventually(&Machine::is_ready));
  ASSERT_EQ(done("loginctl show-session -P LockedHint " + alice.id()), "no");
  EXPECT_EQ(alice.token_answer(), "WorkstationLocked");
}

// Programs of the desktop run under the user's own manager, as GNOME and KDE start them.
TEST_F(LockSource, AProgramOfTheUsersManagerIsOfTheirOneDesktop) {
  const std::string session = nlohmann::json::parse(alice.run("wardctl --json sessions").out, nullptr, false)
                                  .value("/sessions/0/id"_json_pointer, "");
  // Without a user's bus nobody can wait for a unit of theirs: it leaves its answer in a file.
  const auto ask = [&] {
    const std::string command =
        "rm -f ~/said; XDG_RUNTIME_DIR=/run/user/$(id -u) systemd-run -q --user sh -c 'wardctl token "
        "--session " +
        session + " >~/saying 2>&1; mv ~/saying ~/said'";
    EXPECT_TRUE(eventually([&] { return alice.run(command).exit_code == 0; }));
    EXPECT_TRUE(eventually([&] { return alice.run("test -e ~/said").exit_code == 0; }));
    return alice.run("cat ~/said").out;
  };
  const std::string granted = ask();
  EXPECT_GT(granted.size(), 20U) << granted;
  EXPECT_FALSE(granted.contains("wardctl:")) << granted;
  done("loginctl lock-session " + alice.id());
  expect_gone("os_lock", "the screen was locked");
  EXPECT_TRUE(ask().contains("WorkstationLocked"));
}

TEST_F(LockSource, ALoginOverSshHoldsNothing) {
  const LoginSession shell_of_bob("bob", Seat::no_desktop);
  EXPECT_EQ(shell_of_bob.token_answer(), "NotAuthorized");
  EXPECT_EQ(alice.token_answer(), "granted");
}

}  // namespace
}  // namespace wardend::test
