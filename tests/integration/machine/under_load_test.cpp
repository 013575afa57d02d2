// A restart and an update of the package while fifty apps ask without pause, for tokens or through the gateway, and a
// reboot at the end.
#include <fstream>
#include <memory>

#include "tests/integration/machine/machine.hpp"

namespace wardend::test {
namespace {

using nlohmann::json;

// README says so.
constexpr int longest_gap_ms = 2000;

// Fifty apps of alice's that ask for tokens.
class UnderLoad : public AtWork {
 protected:
  // What they ask for and where; through the gateway by an address.
  struct Apps {
    std::string what = "tokens";
    std::string socket = "/run/wardend/broker.sock";
    std::string address = {};
    int least_answers = 500;
  };

  UnderLoad() = default;
  explicit UnderLoad(Apps apps) : apps_(std::move(apps)) {}

  void SetUp() override {
    Machine::sandbox("profile", {{"name", "none"}});
    AtWork::SetUp();
    token_ = alice.token();
    done("rm -f /run/enough");
    const std::string callers = "/opt/tests/steady_callers 50 /run/enough " + apps_.address;
    ASSERT_EQ(alice.run(callers + " >~/callers 2>&1 & :").exit_code, 0);
    ASSERT_TRUE(eventually([this] { return connections() >= 50; })) << connections();
  }
  // Fifty apps that saw a reconnect and nothing else, with the token of before.
  void expect_nobody_noticed(const std::string& what) {
    done("sleep 0.5; touch /run/enough");
    json seen;
    EXPECT_TRUE(eventually([&] {
      seen = json::parse(done("cat /home/alice/callers"), nullptr, false);
      return seen.is_object();
    })) << done("cat /home/alice/callers");
    ASSERT_TRUE(seen.is_object());
    std::printf("%s under 50 clients that want %s: %s\n", what.c_str(), apps_.what.c_str(), seen.dump().c_str());
    EXPECT_EQ(seen["errors"], json::object());
    EXPECT_GE(seen.value("reconnects", 0), 50) << "they were not connected";
    EXPECT_GT(seen.value("answers", 0), apps_.least_answers);
    EXPECT_LT(seen.value("longest_gap_ms", 1'000'000), longest_gap_ms);
    EXPECT_EQ(alice.token(), token_) << "the session is another one";
  }
  void restart_three_times() {
    for (int round = 0; round < 3; ++round) {
      const pid_t before = Machine::main_pid();
      done("systemctl restart wardend");
      EXPECT_NE(Machine::main_pid(), before);
      ASSERT_TRUE(eventually(&Machine::is_ready));
    }
    expect_nobody_noticed("three restarts");
  }
  // The second time it is the same version again.
  void update() {
    const pid_t before = Machine::main_pid();
    const std::string inode = done("stat -c %i " + apps_.socket);
    done("apt install --reinstall /opt/next/wardend_*.deb");
    EXPECT_EQ(done("dpkg-query -W -f '${Version}' wardend"), "2.0-1");
    EXPECT_NE(Machine::main_pid(), before) << "the new version runs";
    EXPECT_TRUE(eventually(&Machine::is_ready)) << Machine::status();
    EXPECT_EQ(done("stat -c %i " + apps_.socket), inode) << "the sockets stay";
    expect_nobody_noticed("an update");
  }

 private:
  [[nodiscard]] int connections() const {
    return std::stoi("0" + done("ss -Hx state connected src " + apps_.socket + " | wc -l"));
  }

  Apps apps_;
  std::string token_;
};

TEST_F(UnderLoad, ARestartIsAReconnectAndNothingElse) { restart_three_times(); }

TEST_F(UnderLoad, AnUpdateIsAReconnectAndNothingElse) { update(); }

class ReadersUnderLoad : public UnderLoad {
 protected:
  ReadersUnderLoad()
      : UnderLoad({.what = "reads through the gateway",
                   .socket = "/run/wardend/fhir.sock",
                   .address = "http://wardend/fhir/-/Patient/patient-1",
                   .least_answers = 200}) {}
};

TEST_F(ReadersUnderLoad, ARestartIsAReconnectAndNothingElse) { restart_three_times(); }

TEST_F(ReadersUnderLoad, AnUpdateIsAReconnectAndNothingElse) { update(); }

TEST(Reboot, FindsAliceAtWork) {
  // Alice does not sign out before the machine goes down: her login session outlives this program.
  const auto* const alice = new LoginSession("alice");
  alice->launch_from_ehr();
  ASSERT_EQ(alice->token_answer(), "granted");
  std::ofstream("/var/lib/before-the-reboot") << alice->token();
  std::ofstream("/run/reboot") << "";
}

}  // namespace
}  // namespace wardend::test
