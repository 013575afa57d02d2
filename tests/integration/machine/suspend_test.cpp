// A suspend by logind, here and in a computer that really sleeps.
#include <time.h>

#include <fstream>

#include "tests/integration/machine/machine.hpp"

namespace wardend::test {
namespace {

using Duration = std::chrono::nanoseconds;

bool sleep_is_delayed_by_wardend() {
  return done("systemd-inhibit --list --no-legend --no-pager").find("clears clinical sessions") != std::string::npos;
}

// This machine cannot sleep: logind is made to believe that it can, and what would put it to sleep looks at wardend.
class PretendedSleep : public AtWork {
 protected:
  static void SetUpTestSuite() {
    std::ofstream("/opt/tests/asleep") << "#!/bin/sh\nsystemd-inhibit --list --no-pager >/run/asleep-inhibitors\n"
                                          "wardctl --json status >/run/asleep-status\nsleep 1\n";
    done("chmod +x /opt/tests/asleep");
    Machine::let_it_sleep("/opt/tests/asleep");
  }
  void SetUp() override {
    done("rm -f /run/asleep-*");
    AtWork::SetUp();
  }
  // Falls asleep; what `wardctl status` says then.
  static nlohmann::json sleep() {
    EXPECT_TRUE(eventually(sleep_is_delayed_by_wardend)) << done("systemd-inhibit --list --no-pager");
    done("systemctl suspend");
    EXPECT_TRUE(eventually([] { return shell("test -s /run/asleep-status").exit_code == 0; }));
    return nlohmann::json::parse(done("cat /run/asleep-status"), nullptr, false);
  }
};

TEST_F(PretendedSleep, IsDelayedUntilEverythingIsWipedAndDelayedAgainAfterwards) {
  const nlohmann::json asleep = sleep();
  ASSERT_TRUE(asleep.is_object());
  expect_cleared(alice, "suspend");
  EXPECT_EQ(asleep.value("pending_revocations", -1), 0) << asleep;
  EXPECT_TRUE(Machine::metrics().contains("result=\"expired\"} 0\n")) << "the server had answered";
  EXPECT_EQ(asleep.value("/last_clear/reason"_json_pointer, ""), "suspend") << asleep;
  EXPECT_TRUE(asleep["sessions"].empty()) << asleep;
  EXPECT_EQ(done("cat /run/asleep-inhibitors").find("clears clinical sessions"), std::string::npos)
      << "nothing keeps the machine from sleeping once all is wiped";
  EXPECT_TRUE(eventually(sleep_is_delayed_by_wardend)) << "and the next suspend is delayed again";
  EXPECT_EQ(alice.token_answer(), "WorkstationLocked");
  alice.launch_from_ehr();
  EXPECT_EQ(alice.token_answer(), "granted");
}

TEST_F(PretendedSleep, WaitsTwoSecondsForAServerThatDoesNotAnswerAndKeepsNoToken) {
  const std::string faults = "http://127.0.0.1:9500/_sandbox/faults";
  done("curl -sf -d '{\"at\":\"revoke\",\"kind\":\"hang\"}' " + faults);
  const auto begun = std::chrono::steady_clock::now();
  const nlohmann::json asleep = sleep();
  const auto delayed = std::chrono::steady_clock::now() - begun;
  done("curl -sf -X DELETE " + faults);
  ASSERT_TRUE(asleep.is_object());
  EXPECT_GT(delayed, 1900ms);
  EXPECT_LT(delayed, 4500ms) << "logind would have slept after 5 s all the same";
  EXPECT_EQ(asleep.value("pending_revocations", -1), 0) << asleep;
  EXPECT_TRUE(Machine::metrics().contains("result=\"expired\""));
}

// A suspend to RAM that the clock ends. For the emulated computer alone: see `qemu`.
class RealSleep : public AtWork {
 protected:
  static Duration clock_reads(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }
  static Duration asleep_so_far() { return clock_reads(CLOCK_BOOTTIME) - clock_reads(CLOCK_MONOTONIC); }

  // Sleeps by `command` and waits until the machine is awake again. How long it slept.
  static Duration sleep_for(std::chrono::seconds span, const std::string& command) {
    const Duration before = asleep_so_far();
    done("echo 0 >/sys/class/rtc/rtc0/wakealarm; echo +" + std::to_string(span.count()) +
         " >/sys/class/rtc/rtc0/wakealarm");
    done(command);
    EXPECT_TRUE(eventually([&] { return asleep_so_far() - before > span / 3; }, 2min)) << "the machine did not sleep";
    return asleep_so_far() - before;
  }
  // The audit says how long it was.
  static void expect_noticed(Duration slept) {
    const auto noticed = [&] {
      for (const int off : {0, -1, 1}) {
        const auto seconds = std::chrono::round<std::chrono::seconds>(slept).count() + off;
        if (Machine::audit().contains("\"detail\":\"" + std::to_string(seconds) + " s\"")) return true;
      }
      return false;
    };
    EXPECT_TRUE(eventually(noticed, 30s)) << slept.count() << "\n" << Machine::audit();
    EXPECT_TRUE(Machine::audit().contains("\"action\":\"resumed\""));
  }
  static nlohmann::json token_reply(const LoginSession& of) {
    const Finished token = of.run("wardctl --json token");
    EXPECT_EQ(token.exit_code, 0) << token.err;
    return token.exit_code == 0 ? nlohmann::json::parse(token.out) : nlohmann::json::object();
  }
  static std::int64_t wall_seconds() {
    return std::chrono::floor<std::chrono::seconds>(clock_reads(CLOCK_REALTIME)).count();
  }
};

TEST_F(RealSleep, ByLogindLeavesNothing) {
  ASSERT_TRUE(eventually(sleep_is_delayed_by_wardend, 30s));
  const Duration slept = sleep_for(20s, "systemctl suspend");
  EXPECT_GT(slept, 10s);
  expect_noticed(slept);
  EXPECT_EQ(alice.token_answer(), "WorkstationLocked");
  expect_cleared(alice, "suspend");
  EXPECT_EQ(Machine::journal().find("had not announced it"), std::string::npos) << "logind had";
  EXPECT_TRUE(eventually(sleep_is_delayed_by_wardend, 30s));
  EXPECT_TRUE(eventually(&Machine::is_ready, 30s)) << Machine::status();
  alice.launch_from_ehr();
  EXPECT_EQ(alice.token_answer(), "granted");
}

TEST_F(RealSleep, BehindLogindsBackIsClearedAtTheWake) {
  const Duration slept = sleep_for(20s, "echo mem >/sys/power/state");
  EXPECT_EQ(alice.token_answer(), "WorkstationLocked");
  // The kernel leaves the seat's terminal before it sleeps: logind may tell of that before the clock tells of the
  // sleep.
  const std::string reason = Machine::last_clear();
  EXPECT_TRUE(reason == "suspend" || reason == "session_inactive") << reason;
  expect_noticed(slept);
  EXPECT_NE(Machine::journal().find("had not announced it"), std::string::npos);
}

// Where the EHR's agent alone reports locks a session outlives the sleep, and its token does not.
class RealSleepWithoutLogind : public RealSleep {
 protected:
  static constexpr auto life = 60s;
  void SetUp() override {
    done("systemctl stop wardend sandbox; systemctl reset-failed sandbox || true");
    done("sed -i 's/^lock_sources = .*/lock_sources = [\"control\"]/' /etc/wardend/wardend.toml");
    done("systemd-run -q --unit=sandbox --uid=nobody /opt/tests/wardend-sandbox --port 9500 --token-life " +
         std::to_string(life.count()));
    done("timeout 60 sh -c 'until curl -sf -o /dev/null http://127.0.0.1:9500/fhir/metadata; do sleep 0.05; done'");
    RealSleep::SetUp();
  }
};

TEST_F(RealSleepWithoutLogind, TheSessionOutlivesTheSleepAndItsTokenDoesNot) {
  const nlohmann::json before = token_reply(alice);
  ASSERT_TRUE(before.contains("access_token"));
  const Duration slept = sleep_for(90s, "echo mem >/sys/power/state");
  ASSERT_GT(slept, life) << "too short to prove anything";
  const nlohmann::json after = token_reply(alice);
  ASSERT_TRUE(after.contains("access_token"));
  EXPECT_NE(after["access_token"], before["access_token"]) << "that one expired in the sleep";
  EXPECT_EQ(after["session"], before["session"]);
  EXPECT_GT(after["expires_at"].get<std::int64_t>(), wall_seconds());
  expect_noticed(slept);
  const nlohmann::json row = Machine::status()["sessions"][0];
  EXPECT_EQ(row["state"], "active");
  EXPECT_LT(row["next_refresh_at"].get<std::int64_t>(), row["expires_at"].get<std::int64_t>()) << row;
  EXPECT_GE(row["next_refresh_at"].get<std::int64_t>(), wall_seconds() - 5) << row;
  const std::string refreshed = after["access_token"].get<std::string>();
  EXPECT_TRUE(eventually([&] { return token_reply(alice)["access_token"] != refreshed; }, 3min)) << "and on it goes";
}

}  // namespace
}  // namespace wardend::test
