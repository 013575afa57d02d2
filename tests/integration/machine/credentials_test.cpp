// A client's key as systemd hands it over: root's file, loaded when the service starts, read for each use.
#include <fstream>

#include "tests/integration/keys.hpp"
#include "tests/integration/machine/machine.hpp"

namespace wardend::test {
namespace {

constexpr const char* drop_in = R"([[app]]
id = "chart"
name = "Chart"
servers = ["ehr"]
client_id = "chart"
client_auth = "private_key_jwt"
credential = "chart.jwk"
identity = "none"
launch = ["ehr"]
[[app.peer]]
user = "alice"
[[app.scope]]
scope = "patient/Observation.rs"
action = "show trends"
approved_by = "Board"
approved_on = 2026-05-04
)";
constexpr const char* key = "/etc/wardend/credentials/chart.jwk";

class Credential : public ::testing::Test {
 protected:
  void SetUp() override {
    std::ofstream("/etc/wardend/conf.d/chart.toml") << drop_in;
    std::ofstream(key) << first_key;
    std::ofstream("/run/client.json") << nlohmann::json{
        {"client_id", "chart"}, {"auth", "private_key_jwt"}, {"jwks", public_halves({first_key})}};
    done("chmod 0600 " + std::string(key) + " && curl -sf -d @/run/client.json http://127.0.0.1:9500/_sandbox/clients");
    restart();
  }
  void TearDown() override {
    done("rm -f /etc/wardend/conf.d/chart.toml " + std::string(key));
    restart();
  }
  static void restart() {
    done("systemctl restart wardend");
    ASSERT_TRUE(eventually(&Machine::is_ready)) << Machine::status();
  }
  // The last page that the browser saw.
  std::string launch() const {
    return alice
        .run(
            "rm -f ~/jar; curl -sSL --max-time 10 -b ~/jar -c ~/jar -H 'Sec-Fetch-Mode: navigate' -H 'Sec-Fetch-User: "
            "?1' "
            "'http://127.0.0.1:9500/ehr/launch?app_url=http://127.0.0.1:8724/launch/chart&patient=patient-1'")
        .out;
  }
  LoginSession alice{"alice"};
};

TEST_F(Credential, ThatSystemdLoadedSignsForTheClientAndIsNobodyElses) {
  const std::string page = launch();
  EXPECT_TRUE(page.contains("Signed in")) << page;
  EXPECT_TRUE(done("curl -sf http://127.0.0.1:9500/_sandbox/log").contains("\"client_auth\":\"private_key_jwt\""));
  EXPECT_EQ(alice.token_answer(), "granted");
  EXPECT_NE(alice.run("cat /run/credentials/wardend.service/* " + std::string(key)).exit_code, 0);
  EXPECT_FALSE((Machine::journal() + Machine::audit()).contains(nlohmann::json::parse(first_key).value("d", "-")));
}

TEST_F(Credential, ThatIsNotThereIsNamedInTheLaunchsError) {
  done("rm " + std::string(key));
  restart();
  const std::string page = launch();
  EXPECT_TRUE(page.contains("chart.jwk") && page.contains("restart wardend")) << page;
}

}  // namespace
}  // namespace wardend::test
