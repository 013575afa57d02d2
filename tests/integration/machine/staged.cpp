// The machine that machine_test runs in: wardend is laid into it, and is set up here as a package's scripts would do
// it.
#include <fstream>

#include "tests/integration/machine/machine.hpp"

namespace wardend::test {
namespace {

class Staged : public ::testing::Environment {
 public:
  void SetUp() override {
    done("systemd-sysusers && systemd-tmpfiles --create");
    done("for user in alice bob carol dave; do useradd -m $user; done; usermod -aG wardend-ehr bob");
    std::ofstream("/etc/wardend/wardend.toml") << Machine::configuration();
    done("systemctl daemon-reload");
    done("systemd-run -q --unit=sandbox --uid=nobody /opt/tests/wardend-sandbox --port 9500 --token-life 300");
    done(
        "systemctl start wardend.socket wardend-control.socket wardend-lock.socket wardend-fhir.socket "
        "wardend-loopback.socket");
    done("timeout 10 sh -c 'until curl -sf -o /dev/null http://127.0.0.1:9500/fhir/metadata; do sleep 0.05; done'");
  }
  void TearDown() override {
    const bool failed = ::testing::UnitTest::GetInstance()->failed_test_count() > 0;
    if (failed) std::printf("wardend's journal:\n%s\n", Machine::journal().c_str());
  }
};

const ::testing::Environment* const staged = ::testing::AddGlobalTestEnvironment(new Staged);

}  // namespace
}  // namespace wardend::test
