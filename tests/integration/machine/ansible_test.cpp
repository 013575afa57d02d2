// The role of packaging/ansible as a hospital runs it: from nothing, a second time, with a faulty file, and with a
// changed one while somebody works. A suite for a machine of its own: `run BUILD bookworm package 'Ansible.*'`.
#include <fstream>
#include <sstream>

#include "tests/integration/machine/machine.hpp"

namespace wardend::test {
namespace {

constexpr const char* sandbox_example = "/usr/share/doc/wardend-sandbox/examples/sandbox.toml";

struct Play {
  Finished finished;
  int changed = -1;
};

class Ansible : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    done("echo 'APT::Get::Assume-Yes \"true\";' >/etc/apt/apt.conf.d/yes && apt-get -qq update");
    ASSERT_EQ(
        test::run({{"apt-get", "-qq", "install", "ansible-core", "python3-apt", "wardend-sandbox"}}, 240s).exit_code,
        0);
    done("systemctl start wardend-sandbox && useradd -m -G users alice");
  }
  // Plays the role with these files of conf.d.
  static Play play(const std::string& site) {
    nlohmann::json ward{{"wardend_packages", {done("ls /opt/packages/wardend_*.deb")}},
                        {"wardend_files", {{"site.toml", site}}},
                        {"wardend_members", {{"wardend-observer", {"alice"}}}},
                        {"wardend_server_addresses", {"192.0.2.10"}},
                        {"wardend_credentials", {{"pump", "a secret"}}}};
    std::ofstream("/run/ward.json") << ward;
    Play played{test::run({{"ansible-playbook", "-i", "localhost,", "-c", "local", "/opt/tests/ansible/site.yml", "-e",
                            "@/run/ward.json"},
                           {"LC_ALL=C.UTF-8"}},
                          120s)};
    const std::string& out = played.finished.out;
    const auto recap = out.rfind("changed=");
    if (recap != std::string::npos) played.changed = std::stoi(out.substr(recap + 8));
    return played;
  }
  static std::string site() { return done(std::string("cat ") + sandbox_example) + "\n"; }
};

TEST_F(Ansible, InstallsAndConfiguresAndTheSecondTimeChangesNothing) {
  const Play first = play(site());
  ASSERT_EQ(first.finished.exit_code, 0) << first.finished.out << first.finished.err;
  EXPECT_GE(first.changed, 5);
  ASSERT_TRUE(eventually(&Machine::is_ready)) << Machine::status();
  EXPECT_EQ(done("stat -c '%a %U' /etc/wardend/credentials/pump"), "600 root");
  EXPECT_TRUE(done("systemctl show wardend -P IPAddressAllow").contains("192.0.2.10"));
  EXPECT_TRUE(done("id -Gn alice").contains("wardend-observer"));
  EXPECT_FALSE(first.finished.out.contains("a secret"));
  const Play second = play(site());
  ASSERT_EQ(second.finished.exit_code, 0) << second.finished.out << second.finished.err;
  EXPECT_EQ(second.changed, 0) << second.finished.out;
}

TEST_F(Ansible, PutsNothingFaultyInPlaceAndTakesAChangeOverUnderASession) {
  const LoginSession alice("alice");
  alice.launch_from_ehr();
  const std::string token = alice.token();
  ASSERT_FALSE(token.empty());

  const Play faulty = play(site() + "nonsense = 1\n");
  EXPECT_NE(faulty.finished.exit_code, 0);
  EXPECT_TRUE(faulty.finished.out.contains("unknown key nonsense")) << faulty.finished.out;
  EXPECT_EQ(shell("grep -r nonsense /etc/wardend").exit_code, 1) << "it was put in place";
  EXPECT_EQ(done("ls -d /run/wardend-check.* 2>/dev/null || true"), "");
  EXPECT_EQ(alice.token(), token);

  std::string changed = site();
  changed.replace(changed.find("Use the EHR's own flowsheet"), 3, "Now use");
  const Play played = play(changed);
  EXPECT_EQ(played.finished.exit_code, 0) << played.finished.out;
  EXPECT_GE(played.changed, 2) << "the file, and the reload";
  EXPECT_EQ(alice.token(), token) << "a reload takes no session that it does not change";
  EXPECT_TRUE(alice.run("wardctl --json health").out.contains("Now use")) << alice.run("wardctl --json health").out;
}

}  // namespace
}  // namespace wardend::test
