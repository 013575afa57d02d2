// README's promises, one by one, kept by the installed package in its sandbox: two users at one workstation, with real
// login sessions. The machine's own tests and the unit tests go deeper; here nothing but the machine is made up.
#include <chrono>

#include "tests/integration/machine/machine.hpp"
#include "tests/integration/token_search.hpp"

namespace wardend::test {
namespace {

using nlohmann::json;

json answer_of(const LoginSession& who, const std::string& command) {
  return json::parse(who.run("wardctl --json " + command).out, nullptr, false);
}

class Promise : public AtWork {
 protected:
  static void SetUpTestSuite() {
    done(
        "useradd -m -G users bob && sed -i 's/^prompt = .*/&\\n[server.health]\\ninterval = \"1s\"/' "
        "/etc/wardend/conf.d/site.toml && systemctl reload wardend");
  }
  void SetUp() override {
    Machine::sandbox("profile", {{"name", "none"}});
    AtWork::SetUp();
  }
  // The EHR's tokens live so long from the next launch on.
  void launch_with_tokens_of(int seconds) {
    Machine::sandbox("config", {{"token_life", seconds}});
    alice.launch_from_ehr();
  }
  // Until its token has less than `seconds` left: who wants so much then makes it be refreshed.
  void wait_for_less_than(int seconds) {
    EXPECT_TRUE(eventually([&] { return answer_of(alice, "token").value("expires_in", seconds) < seconds; }));
  }
  static void fault(const json& what) { (void)Machine::sandbox("faults", what); }
  static int refreshes() { return Machine::sandbox("stats").value("refreshes", -1); }
  // Tokens that the EHR still honours, with all that descends from their launch.
  static int alive() { return Machine::sandbox("stats").value("/families/alive"_json_pointer, -1); }
  static std::size_t sessions() { return Machine::status().value("sessions", json::array()).size(); }
  static std::size_t copies_in_memory(const std::string& token) {
    return TokenSearch({token}).count_in_memory(Machine::main_pid());
  }
  // Neither here nor at the EHR, for whatever reason it went.
  static void expect_gone(const std::string& token, const std::string& reason) {
    EXPECT_TRUE(eventually([&] { return Machine::last_clear() == reason; })) << Machine::status();
    EXPECT_EQ(copies_in_memory(token), 0U) << reason;
    EXPECT_TRUE(eventually([] { return alive() == 0; })) << reason << ": the EHR has answered its revocation";
    EXPECT_EQ(sessions(), 0U) << reason;
  }
};

TEST_F(Promise, P1LocksLeaveNoTokenWithinMilliseconds) {
  done("install -m 666 /dev/null /run/tokens");
  const Finished probe = alice.run("/opt/tests/session_probe hints 20 '" + ehr_launch_address() + "' /run/tokens");
  EXPECT_EQ(probe.exit_code, 0) << probe.err;
  std::printf("P1: %s", probe.out.c_str());
  done("rm /run/tokens");
}

TEST_F(Promise, P1NoTokenAfterALockASwitchALogoutOrASuspend) {
  std::string token = alice.token();
  ASSERT_GE(copies_in_memory(token), 1U) << "the search finds nothing";
  done("loginctl lock-session " + alice.id());
  EXPECT_TRUE(eventually([&] { return alice.is_refused(); }));
  expect_gone(token, "os_lock");

  alice.launch_from_ehr();
  token = alice.token();
  LoginSession bob("bob");
  EXPECT_TRUE(eventually([&] { return alice.is_refused(); })) << "bob is in front of the seat";
  expect_gone(token, "session_inactive");
  bob.launch_from_ehr("patient-2");
  EXPECT_EQ(answer_of(bob, "token").value("/context/patient"_json_pointer, ""), "patient-2");
  EXPECT_TRUE(alice.is_refused());
  done("loginctl activate " + alice.id());
  EXPECT_TRUE(eventually([&] { return bob.is_refused(); }));
  EXPECT_TRUE(alice.is_refused()) << "a switch back brings nothing back";

  bob.end();
  alice.launch_from_ehr();
  token = alice.token();
  alice.end();
  expect_gone(token, "session_removed");
}

TEST_F(Promise, P1ASuspendWaitsForTheWipe) {
  Machine::let_it_sleep();
  ASSERT_TRUE(eventually(&Machine::is_ready));
  alice.launch_from_ehr();
  const std::string token = alice.token();
  ASSERT_TRUE(
      eventually([] { return done("systemd-inhibit --list --no-pager").contains("clears clinical sessions"); }));
  done("busctl call org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager Suspend b false");
  expect_gone(token, "suspend");
  EXPECT_TRUE(eventually([] { return done("systemd-inhibit --list --no-pager").contains("clears clinical sessions"); }))
      << "awake again";
}

TEST_F(Promise, P2ATokenIsGoodForAsLongAsWasAsked) {
  launch_with_tokens_of(4);
  const int before = refreshes();
  const auto until = std::chrono::steady_clock::now() + 5s;
  int asked = 0;
  for (; std::chrono::steady_clock::now() < until; ++asked) {
    const json token = answer_of(alice, "token --min-validity 1");
    ASSERT_TRUE(token.is_object()) << asked;
    EXPECT_GE(token.value("expires_in", 0), 1);
    const Finished taken =
        shell("printf 'Authorization: Bearer %s' " + token.value("access_token", "") +
              " | curl -s -o /dev/null -w '%{http_code}' -H @- " + "http://127.0.0.1:9500/fhir/Patient/patient-1");
    EXPECT_EQ(taken.out, "200") << "the EHR takes it";
  }
  EXPECT_GE(refreshes(), before + 2);
  std::printf("P2: %d tokens in 5 s, of an EHR whose tokens live 4 s: all good\n", asked);
}

TEST_F(Promise, P3OneRefreshForAllAndNoneThatBringsAClearedSessionBack) {
  launch_with_tokens_of(60);
  wait_for_less_than(59);
  const int before = refreshes();
  const Finished all =
      alice.run("for i in $(seq 40); do wardctl token --min-validity 59 & done | sort | uniq -c; wait");
  EXPECT_TRUE(all.out.contains(" 40 ")) << "not the same token for all: " << all.out << all.err;
  EXPECT_EQ(refreshes(), before + 1);

  alice.launch_from_ehr();  // a token is not refreshed twice at once
  wait_for_less_than(59);
  fault({{"at", "token"}, {"kind", "delay"}, {"seconds", 1}, {"count", 1}});
  ASSERT_EQ(alice.run("wardctl token --min-validity 59 >~/late 2>&1 & :").exit_code, 0);
  ASSERT_TRUE(eventually([&] { return refreshes() == before + 2; })) << done("cat /home/alice/late");
  done("loginctl lock-session " + alice.id());
  EXPECT_TRUE(eventually([&] { return alice.is_refused(); }));
  EXPECT_TRUE(eventually([] { return alive() == 0; })) << "what came late was not revoked";
  EXPECT_EQ(sessions(), 0U);
  EXPECT_TRUE(done("cat /home/alice/late").contains("WorkstationLocked"));
}

TEST_F(Promise, P4ALaunchHasItsOwnPatientAndNoOther) {
  alice.launch_from_ehr("patient-3");
  EXPECT_EQ(answer_of(alice, "token").value("/context/patient"_json_pointer, ""), "patient-3");
  const std::size_t before = sessions();
  const Finished without = alice.run(
      "curl -sSL -o /dev/null -w '%{http_code}' --max-time 10 -b ~/jar -c ~/jar "
      "-H 'Sec-Fetch-Mode: navigate' -H 'Sec-Fetch-User: ?1' '" +
      ehr_launch_address("") + "'");
  EXPECT_NE(without.out, "200") << "a launch without a patient";
  EXPECT_EQ(sessions(), before) << "and no session that has another launch's";
  EXPECT_TRUE(alice.run("wardctl token --patient patient-4").err.contains("PatientMismatch"));
}

TEST_F(Promise, P5NoSecretIsWrittenAnywhere) {
  std::vector<std::string> tokens{alice.token()};
  alice.launch_from_ehr("patient-2");
  tokens.push_back(alice.token());
  tokens.push_back(alice.run("wardctl token --min-validity 299").out.substr(0, tokens[0].size()));
  const std::string commands = done("ps -eo args");
  done("systemctl kill -s ABRT wardend");  // would dump core
  ASSERT_TRUE(eventually(&Machine::is_ready));
  const TokenSearch search(tokens);
  ASSERT_EQ(search.count(tokens[1]), 1U);
  for (const auto& [what, text] :
       {std::pair{"journal", done("journalctl --sync; journalctl -q -o export")}, std::pair{"audit", Machine::audit()},
        std::pair{"metrics", Machine::metrics()}, std::pair{"status", Machine::status().dump()},
        std::pair{"command lines", commands}}) {
    EXPECT_GT(text.size(), 100U) << what;
    EXPECT_EQ(search.count(text), 0U) << what;
  }
  for (const std::string& token : tokens)
    EXPECT_EQ(shell("printf %s " + token + " >/dev/shm/one && grep -rlFf /dev/shm/one /var /etc /run/wardend /tmp").out,
              "");
  done("rm -f /dev/shm/one");
  EXPECT_EQ(done("find / -xdev -name 'core*' -type f -size +100k -newer /etc/wardend/wardend.toml -not -path '/usr/*'"),
            "");
}

TEST_F(Promise, P6ARestartAndAKillLoseNothingAndAHangAndAStopLeaveNothing) {
  const std::string token = alice.token();
  done("systemctl restart wardend");
  EXPECT_EQ(alice.token(), token) << "restart";
  pid_t before = Machine::main_pid();
  done("systemctl kill -s KILL wardend");
  ASSERT_TRUE(eventually([&] { return Machine::main_pid() != before && Machine::is_ready(); }));
  EXPECT_EQ(alice.token(), token) << "kill -9";

  done(
      "mkdir -p /run/systemd/system/wardend.service.d && "
      "printf '[Service]\nWatchdogSec=4\n' >/run/systemd/system/wardend.service.d/watchdog.conf && "
      "systemctl daemon-reload && systemctl restart wardend");
  EXPECT_EQ(alice.token(), token);
  before = Machine::main_pid();
  done("kill -STOP " + std::to_string(before) + "");  // for longer than lock_grace
  EXPECT_TRUE(eventually([&] { return Machine::main_pid() != before && Machine::is_ready(); }, 15s));
  EXPECT_TRUE(alice.is_refused()) << "watchdog";
  done("rm -r /run/systemd/system/wardend.service.d && systemctl daemon-reload && systemctl restart wardend");

  alice.launch_from_ehr();
  const std::string last = alice.token();
  done("systemctl stop wardend");
  EXPECT_EQ(alive(), 0) << "stop revokes";
  done("systemctl start wardend");
  ASSERT_TRUE(eventually(&Machine::is_ready));
  EXPECT_TRUE(alice.is_refused()) << "stop";
  EXPECT_EQ(copies_in_memory(last), 0U);
}

TEST_F(Promise, P7AnOutageIsNoLock) {
  const std::string token = alice.token();
  Machine::sandbox("down", {{"down", true}});
  json told;
  EXPECT_TRUE(eventually(
      [&] {
        told = answer_of(alice, "token");
        return told.value("/freshness/state"_json_pointer, "") == "down";
      },
      20s))
      << told;
  EXPECT_EQ(told.value("access_token", ""), token) << "the live token is still served";
  Machine::sandbox("down", {{"down", false}});
  EXPECT_TRUE(eventually([&] { return answer_of(alice, "health").dump().contains(R"("state":"up")"); }, 40s));
  EXPECT_EQ(sessions(), 1U);
}

TEST_F(Promise, P8EverythingIsInTheTrailAndTheTrailIsWhole) {
  EXPECT_EQ(alice.run("/opt/tests/session_probe write patient-1").out, "201\n");
  EXPECT_EQ(alice.run("/opt/tests/session_probe write patient-2").out, "org.wardend.Broker.PatientMismatch\n");
  EXPECT_EQ(alice.run("wardctl token --min-validity 299").exit_code, 0);
  done("systemctl kill -s KILL wardend");
  ASSERT_TRUE(eventually(&Machine::is_ready));
  done("loginctl lock-session " + alice.id());
  EXPECT_TRUE(eventually([&] { return alice.is_refused(); }));
  for (const char* kind : {"launch", "token", "refresh", "clear", "write"})
    EXPECT_TRUE(eventually([&] { return Machine::audit().contains(std::string(R"("kind":")") + kind + '"'); })) << kind;
  EXPECT_TRUE(eventually([] { return Machine::audit().contains(R"("outcome":"denied")"); })) << "refusals";
  const Finished verified = shell("wardctl audit verify");
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  done("sed 's/patient-1/patient-9/' /var/log/wardend/audit.jsonl >/run/forged.jsonl");
  EXPECT_NE(shell("wardctl audit verify /run/forged.jsonl").exit_code, 0) << "a changed entry shows";
}

TEST_F(Promise, P9AServerThatHangsIsAnsweredForWithItsCause) {
  launch_with_tokens_of(60);
  wait_for_less_than(59);
  fault({{"at", "token"}, {"kind", "hang"}});
  const auto begun = std::chrono::steady_clock::now();
  const Finished hung = alice.run("wardctl token --min-validity 59");
  const auto waited = std::chrono::steady_clock::now() - begun;
  EXPECT_LT(waited, 10s);
  EXPECT_TRUE(hung.err.contains("ServerUnavailable") && hung.err.contains("next: ")) << hung.err;
  std::printf("P9: %s", hung.err.c_str());
}

TEST_F(Promise, P10WithoutItsLockSourceItHoldsNothingAndIsNotReady) {
  const std::string token = alice.token();
  done("systemctl mask -q --runtime systemd-logind && systemctl stop systemd-logind");
  EXPECT_TRUE(eventually([] { return Machine::ready_status() == 503; }));
  EXPECT_TRUE(eventually([] { return sessions() == 0; }));
  EXPECT_TRUE(alice.is_refused());
  EXPECT_EQ(copies_in_memory(token), 0U);
  done("systemctl unmask -q --runtime systemd-logind && systemctl start systemd-logind");
  EXPECT_TRUE(eventually(&Machine::is_ready));
  EXPECT_TRUE(alice.is_refused()) << "its return brings nothing back";
}

}  // namespace
}  // namespace wardend::test
