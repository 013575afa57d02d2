// The Debian packages in a machine that has never seen wardend: installed as README says, used in their sandbox,
// upgraded under a session, removed, purged. The tests run in this order, each where the one before it ended.
#include <fstream>
#include <memory>
#include <sstream>

#include "tests/integration/machine/machine.hpp"

namespace wardend::test {
namespace {

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// The commands of README's chapter, without `sudo` and comments.
std::vector<std::string> commands_of_install() {
  const std::string readme = text_of("/opt/tests/README.md");
  std::istringstream lines(readme.substr(readme.find("\n## Install\n")));
  std::vector<std::string> commands;
  for (std::string line; std::getline(lines, line);) {
    const bool in_block = line.starts_with("    ");
    if (!in_block && !commands.empty()) break;
    if (!in_block) continue;
    line = line.substr(4, line.find(" #") - 4);
    if (line.starts_with("sudo ")) line.erase(0, 5);
    commands.push_back(line);
  }
  return commands;
}

// What a developer's machine has as its site's own file.
void install_as_the_readme_says() {
  const std::vector<std::string> commands = commands_of_install();
  ASSERT_GE(commands.size(), 4U);
  ASSERT_EQ(commands.front(), "apt install ./wardend_*.deb");
  for (const std::string& command : commands) {
    if (command.starts_with("sudoedit "))
      done("cp /usr/share/doc/wardend-sandbox/examples/sandbox.toml " + command.substr(9));
    else
      done("cd /opt/packages && " + command);
  }
}

class Package : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    // The machine has no network: these files are its archive. `apt install` asks before it installs anything.
    done("echo 'APT::Get::Assume-Yes \"true\";' >/etc/apt/apt.conf.d/yes && apt-get -qq update");
    done("apt-get -qq install wardend-sandbox && systemctl start wardend-sandbox && useradd -m -G users alice");
  }
  static void TearDownTestSuite() { alice.reset(); }
  void TearDown() override {
    if (HasFailure()) std::printf("journal:\n%s\n", shell("journalctl -q -o cat -u 'wardend*' -n 60").out.c_str());
  }
  static inline std::unique_ptr<LoginSession> alice;  // from the first launch to the removal
};

TEST_F(Package, IsReadyAfterTheReadmesCommands) {
  ASSERT_NE(shell("id wardend").exit_code, 0) << "there is something of wardend in the tree already";
  install_as_the_readme_says();
  EXPECT_TRUE(eventually(&Machine::is_ready)) << Machine::status();
  for (const char* unit : {"wardend.service", "wardend.socket", "wardend-control.socket", "wardend-lock.socket",
                           "wardend-fhir.socket", "wardend-loopback.socket"})
    EXPECT_EQ(done(std::string("systemctl is-enabled ") + unit) + done(std::string("systemctl is-active ") + unit),
              "enabledactive")
        << unit;
  EXPECT_EQ(done("stat -c '%a %U' /etc/wardend/credentials /var/lib/wardend"), "700 root\n700 wardend");
  EXPECT_TRUE(done("wardend --version").contains("(commit ")) << "tells which source it is";
}

TEST_F(Package, UnitsAreCleanAndTheServiceIsFenced) {
  const Finished verify = shell(
      "systemd-analyze verify --man=no wardend.service wardend.socket wardend-control.socket "
      "wardend-lock.socket wardend-fhir.socket wardend-loopback.socket wardend-sandbox.service");
  EXPECT_EQ(verify.exit_code, 0);
  EXPECT_EQ(verify.out + verify.err, "");
  const std::string process = "/proc/" + std::to_string(Machine::main_pid());
  EXPECT_EQ(done("sed -n 's/^\\(NoNewPrivs\\|Seccomp\\):[[:space:]]*//p' " + process + "/status"), "1\n2");
  EXPECT_EQ(done("ps -o ni= -p " + std::to_string(Machine::main_pid()) + " | tr -d ' '"), "-15");
  EXPECT_FALSE(Machine::journal().contains("users' programs"));
  // What the service sees of the machine: even root can write no file through its eyes, and run none that it may write.
  const std::string seen = process + "/root";
  EXPECT_NE(shell("touch " + seen + "/etc/wardend/conf.d/x.toml").exit_code, 0);
  EXPECT_EQ(shell("ls -A " + seen + "/home").out, "");
  EXPECT_EQ(shell("ls " + seen + "/dev/tty0 " + seen + "/dev/sda").out, "");
  constexpr int not_executable = 126;
  for (const char* folder : {"/var/lib/wardend", "/var/log/wardend", "/tmp", "/dev/shm"}) {
    const std::string program = seen + folder + "/x";
    EXPECT_EQ(shell("cp /bin/true " + program + " && " + program).exit_code, not_executable) << folder;
    done("rm " + program);
  }
}

TEST_F(Package, GivesTokensAndTakesThemAwayInItsSandbox) {
  alice = std::make_unique<LoginSession>("alice");
  alice->launch_from_ehr();
  EXPECT_EQ(alice->token_answer(), "granted") << Machine::status();
  done("loginctl lock-session " + alice->id());
  EXPECT_TRUE(eventually([] { return alice->is_refused(); }));
  EXPECT_EQ(Machine::last_clear(), "os_lock");
  EXPECT_TRUE(Machine::audit().contains("os_lock")) << "the audit trail is written";
  done("loginctl unlock-session " + alice->id());
  alice->launch_from_ehr();
  EXPECT_EQ(alice->token_answer(), "granted");
  const pid_t before = Machine::main_pid();
  done("systemctl kill -s KILL wardend");
  EXPECT_TRUE(eventually([&] { return Machine::main_pid() != before && Machine::is_ready(); }, 10s));
  EXPECT_EQ(alice->token_answer(), "granted") << "the vault outlasts a crash";
}

TEST_F(Package, AnUpgradeLosesNoSession) {
  ASSERT_NE(alice, nullptr);
  const std::string token = alice->token();
  const pid_t before = Machine::main_pid();
  const std::string broker = done("stat -c %i /run/wardend/broker.sock");
  done("apt install /opt/next/wardend_*.deb");
  EXPECT_EQ(done("dpkg-query -W -f '${Version}' wardend"), "2.0-1");
  EXPECT_NE(Machine::main_pid(), before) << "the new version runs";
  EXPECT_TRUE(eventually(&Machine::is_ready)) << Machine::status();
  EXPECT_EQ(alice->token(), token);
  EXPECT_EQ(done("stat -c %i /run/wardend/broker.sock"), broker) << "the sockets stay";
}

TEST_F(Package, ARemovalStopsEverythingAndKeepsTheSitesFiles) {
  done("apt remove wardend");
  EXPECT_NE(shell("pgrep -u wardend").exit_code, 0);
  EXPECT_EQ(done("systemctl list-units --plain --no-legend 'wardend*' | grep -v sandbox || true"), "");
  EXPECT_EQ(done("ss -Hltn 'sport = 8724 or sport = 9724'"), "");
  EXPECT_TRUE(std::filesystem::exists("/etc/wardend/wardend.toml"));
  EXPECT_TRUE(std::filesystem::exists("/var/log/wardend/audit.jsonl"));
  alice.reset();
}

TEST_F(Package, APurgeLeavesNothingButTheUsers) {
  const std::string said = done("apt purge wardend 2>&1");
  EXPECT_TRUE(said.contains("wardend-operator")) << said;
  done("apt purge wardend-sandbox");
  // The test's own files beside.
  EXPECT_EQ(done("find / /run /tmp /dev/shm -xdev -name '*wardend*' -not -path '/opt/*' -not -name 'wardend-run.*'"),
            "");
  done("getent passwd wardend && getent group wardend-ehr wardend-operator wardend-observer");
}

}  // namespace
}  // namespace wardend::test
