// A server that moves to another address, as after a failover: how soon it is found again.
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

// An /etc/hosts of this program and its children, in which ehr.test lives where a test wants.
class Hosts {
 public:
  explicit Hosts(const Site& site) : file_(site.folder() / "hosts") {
    lives_at("127.0.0.1");
    ready_ = ::geteuid() == 0 && ::unshare(CLONE_NEWNS) == 0 &&
             ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
             ::mount(file_.c_str(), "/etc/hosts", nullptr, MS_BIND, nullptr) == 0;
  }
  Hosts(const Hosts&) = delete;
  Hosts& operator=(const Hosts&) = delete;
  ~Hosts() {
    if (ready_) static_cast<void>(::umount2("/etc/hosts", MNT_DETACH));
  }
  [[nodiscard]] bool ready() const { return ready_; }
  void lives_at(const std::string& address) const {
    std::ofstream(file_) << "127.0.0.1 localhost\n" << address << " ehr.test\n";
  }

 private:
  std::filesystem::path file_;
  bool ready_ = false;
};

class MovedServer : public Scenario {
 protected:
  [[nodiscard]] bool becomes(const std::string& state, std::chrono::milliseconds patience) {
    return eventually([&] { return ask(broker(), "Broker.GetHealth").at("servers").at(0).value("state", "") == state; },
                      patience);
  }
  Hosts hosts{site};
  std::string certificate = (site.folder() / "ehr.crt").string();
  std::string key = (site.folder() / "ehr.key").string();
};

TEST_F(MovedServer, IsFoundByTheNextAttempt) {
  if (!hosts.ready()) GTEST_SKIP() << "needs root, for an /etc/hosts of its own";
  const Finished made = run({{"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                              "-nodes", "-days", "2", "-subj", "/CN=ehr", "-addext",
                              "subjectAltName=IP:127.0.0.1,DNS:ehr.test", "-keyout", key, "-out", certificate}});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const Sandbox secure(site, 300, {"--tls", certificate, key});
  const std::string port = secure.address().substr(secure.address().rfind(':') + 1);
  hosts.lives_at("127.0.0.9");  // where nobody listens
  start({.fhir_base = "https://ehr.test:" + port + "/fhir", .server = "ca_file = \"" + certificate + "\""});
  ASSERT_TRUE(becomes("down", 10s));
  hosts.lives_at("127.0.0.1");
  EXPECT_TRUE(eventually([&] { return !secure.asked("/fhir/.well-known/smart-configuration").empty(); }, 10s))
      << "an address is remembered for a minute, unless it failed";
}

}  // namespace
}  // namespace wardend::test
