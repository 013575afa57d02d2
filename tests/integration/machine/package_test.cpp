// The Debian packages in a machine that has never seen wardend: installed as README says, fenced, and after a day's
// work (promises_test, under_load_test) and a reboot removed and purged. The suites run in the order in which CMake
// names the files, each where the one before it ended.
#include <fstream>
#include <sstream>

#include "tests/integration/machine/machine.hpp"
#include "tests/integration/token_search.hpp"

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

class Installed : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    // The machine has no network: these files are its archive. `apt install` asks before it installs anything.
    done("echo 'APT::Get::Assume-Yes \"true\";' >/etc/apt/apt.conf.d/yes && apt-get -qq update");
    done("apt-get -qq install wardend-sandbox && systemctl start wardend-sandbox && useradd -m -G users alice");
  }
  void TearDown() override {
    if (HasFailure()) std::printf("journal:\n%s\n", shell("journalctl -q -o cat -u 'wardend*' -n 60").out.c_str());
  }
};

TEST_F(Installed, IsReadyAfterTheReadmesCommands) {
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

TEST_F(Installed, UnitsAreCleanAndTheServiceIsFenced) {
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

// packaging/units_test compares the rest of that page.
TEST_F(Installed, ReachesWhatThePageSays) {
  const std::string reach = done("/opt/tests/reach " + std::to_string(Machine::main_pid()));
  std::printf("%s\n", reach.c_str());
  const std::string page = text_of("/opt/tests/confinement.md");
  std::istringstream lines(reach);
  int compared = 0;
  for (std::string line; std::getline(lines, line); ++compared)
    EXPECT_TRUE(page.contains("\n" + line + "\n")) << "not in docs/confinement.md: " << line;
  EXPECT_EQ(compared, 2);
}

TEST_F(Installed, GivesItsFirstToken) {
  const LoginSession alice("alice");
  alice.launch_from_ehr();
  EXPECT_EQ(alice.token_answer(), "granted") << Machine::status();
  EXPECT_TRUE(eventually([] { return Machine::audit().contains(R"("kind":"token")"); }))
      << "the audit trail is written";
}

// What README says beside its block of commands, and the drop-in that it names.
TEST_F(Installed, StopsAndReachesItsServersAloneAsTheReadmeSays) {
  const std::string readme = text_of("/opt/tests/README.md");
  const std::string stop = "systemctl stop wardend 'wardend*.socket'";
  ASSERT_TRUE(readme.contains("`" + stop + "`"));
  done(stop);
  EXPECT_NE(shell("wardctl health").exit_code, 0);
  EXPECT_EQ(done("systemctl is-active wardend.service || true"), "inactive") << "a call has started it again";

  ASSERT_TRUE(readme.contains("`/etc/systemd/system/wardend.service.d/`"));
  done(
      "install -D -m 644 -t /etc/systemd/system/wardend.service.d "
      "/usr/share/doc/wardend/examples/server-addresses.conf && "
      "systemctl daemon-reload && systemctl start wardend");
  ASSERT_TRUE(eventually(&Machine::is_ready)) << Machine::status();
  const LoginSession alice("alice");
  alice.launch_from_ehr();
  EXPECT_EQ(alice.token_answer(), "granted");
  EXPECT_TRUE(done("systemctl show wardend -P IPAddressDeny").contains("0.0.0.0/0"));
  done("rm -r /etc/systemd/system/wardend.service.d && systemctl daemon-reload && systemctl restart wardend");
}

class AfterReboot : public Installed {
 protected:
  static void SetUpTestSuite() {
    done("systemctl start wardend-sandbox");
    EXPECT_TRUE(
        eventually([] { return shell("curl -sf -o /dev/null http://127.0.0.1:9500/fhir/metadata").exit_code == 0; }));
  }
};

TEST_F(AfterReboot, NoSessionIsLeftAndEverythingIsBack) {
  ASSERT_TRUE(eventually(&Machine::is_ready)) << "nobody has asked for it: it starts with the machine";
  EXPECT_TRUE(Machine::status().value("sessions", nlohmann::json::array({1})).empty()) << Machine::status();
  const LoginSession alice("alice");
  EXPECT_TRUE(alice.is_refused());
  const std::string before = text_of("/var/lib/before-the-reboot");
  ASSERT_GT(before.size(), 8U);
  EXPECT_EQ(TokenSearch({before}).count_in_memory(Machine::main_pid()), 0U);
  const Finished verified = shell("wardctl audit verify");
  EXPECT_EQ(verified.exit_code, 0) << "the trail goes on where it ended: " << verified.out << verified.err;
  // Of two things that a shutdown does at once, either may have come first.
  EXPECT_TRUE(Machine::audit().contains(R"("reason":"restart")") ||
              Machine::audit().contains(R"("reason":"session_removed")"))
      << "the shutdown ended it";
  EXPECT_TRUE(eventually([] { return Machine::status().dump().contains(R"("state":"up")"); }, 40s))
      << Machine::status();
  alice.launch_from_ehr();
  EXPECT_EQ(alice.token_answer(), "granted");
}

TEST_F(AfterReboot, ARemovalStopsEverythingAndKeepsTheSitesFiles) {
  done("apt remove wardend");
  EXPECT_NE(shell("pgrep -u wardend").exit_code, 0);
  EXPECT_EQ(done("systemctl list-units --plain --no-legend 'wardend*' | grep -v sandbox || true"), "");
  EXPECT_EQ(done("ss -Hltn 'sport = 8724 or sport = 9724'"), "");
  EXPECT_TRUE(std::filesystem::exists("/etc/wardend/wardend.toml"));
  EXPECT_TRUE(std::filesystem::exists("/var/log/wardend/audit.jsonl"));
}

TEST_F(AfterReboot, APurgeLeavesNothingButTheUsers) {
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

// Twice: until the machine is rebooted, and after that.
int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  const bool rebooted = argc > 1 && std::string_view(argv[argc - 1]) == "--after-reboot";
  if (rebooted)
    GTEST_FLAG_SET(filter, "AfterReboot.*");
  else if (GTEST_FLAG_GET(filter) == "*")
    GTEST_FLAG_SET(filter, "-AfterReboot.*:Ansible.*");
  return RUN_ALL_TESTS();
}
