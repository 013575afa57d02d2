// What stands between the workstation and the EHR: proxies that refuse a tunnel, and a TLS of the last century.
#include <memory>
#include <thread>

#include "base/encoding.hpp"
#include "tests/integration/hub.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

class OddProxies : public Scenario {
 protected:
  void SetUp() override { ASSERT_TRUE(proxy.wait_for("ready")); }
  // An EHR over TLS, and wardend that reaches it through the proxy alone.
  void start_behind_proxy(const std::string& token_life = "300") {
    ehr_with_tls = std::make_unique<Sandbox>(site, std::stoi(token_life),
                                             std::vector<std::string>{"--tls", tls.certificate, tls.key});
    start({.fhir_base = ehr_with_tls->fhir_base(),
           .health = "interval = \"1h\"",
           .server = "ca_file = \"" + tls.certificate + "\"\nproxy = \"" + proxy_address + "\""});
  }
  void refuse(const std::string& how, int count) const {
    EXPECT_EQ(request(proxy_address + "/refuse?how=" + how + "&count=" + std::to_string(count)).status, 200);
  }
  [[nodiscard]] double counted(const std::string& result) const {
    return site.metric(R"(wardend_refreshes_total{server="ehr",result=")" + result + "\"}");
  }

  const Hub::Address tls = with_certificate(site);
  const std::uint16_t port = free_port();
  const std::string proxy_address = "http://127.0.0.1:" + std::to_string(port);
  Child proxy{{{WARDEND_NODE, WARDEND_PROXY}, {"PORT=" + std::to_string(port)}}, site.folder() / "proxy.log"};
  std::unique_ptr<Sandbox> ehr_with_tls;
};

// C21: nothing has been sent to the EHR, so it is asked again at once.
TEST_F(OddProxies, ARefusedTunnelLetNothingThroughAndIsTriedAgain) {
  start_behind_proxy();
  int refused = 0;
  for (const char* how : {"503", "407", "cut", "429", "302", "page", "junk", "half"}) {
    SCOPED_TRACE(how);
    ++refused;
    const std::string id = site.launched_session();
    ASSERT_EQ(answer({{"session", id}}), "token") << reply;
    const std::string before = reply.value("access_token", "");
    refuse(how, 1);
    EXPECT_EQ(answer({{"session", id}, {"rejected", hex(sha256(before))}}), "token") << reply;
    EXPECT_NE(reply.value("access_token", ""), before);
    EXPECT_EQ(counted("lost_reply"), 0) << "the server cannot have rotated";
    EXPECT_TRUE(logged({"proxy"})) << site.wardend().output();
  }
  EXPECT_EQ(counted("transient"), refused);
}

TEST_F(OddProxies, AProxyThatRefusesForLongIsNamedToApps) {
  start_behind_proxy("8");
  const std::string id = site.launched_session();
  refuse("503", 1000);
  EXPECT_TRUE(eventually([&] { return answer({{"session", id}, {"min_validity", 1}}) == "ServerUnavailable"; }, 15s));
  EXPECT_TRUE(reply.value("reason", "").contains("proxy")) << reply;
  refuse("503", 0);
  EXPECT_TRUE(eventually([&] { return answer({{"session", id}, {"min_validity", 1}}) == "token"; }, 40s)) << reply;
}

// C21.4: the code has not left, and may be sent.
TEST_F(OddProxies, ARefusedTunnelCostsNoLaunch) {
  start_behind_proxy();
  for (const char* how : {"503", "cut"}) {
    SCOPED_TRACE(how);
    const Begun begun = begin();
    const Page back = request(begun.address);
    ASSERT_EQ(back.status, 302) << back.body;
    EXPECT_TRUE(eventually([&] { return proxy.output().contains("tunnel"); }));
    std::this_thread::sleep_for(300ms);  // the keys are fetched meanwhile
    refuse(how, 1);
    const Page last = browser.step(back.address);
    EXPECT_EQ(last.status, 200) << last.body << site.wardend().output();
    EXPECT_TRUE(proxy.output().contains("refused"));
  }
}

// C17
TEST_F(OddProxies, TheEnvironmentLeadsNobodyRoundTheProxy) {
  for (const char* names : {"127.0.0.1,*", "*", "127.0.0.0/8", ".1", "localhost 127.0.0.1"}) {
    SCOPED_TRACE(names);
    site.environment = {"NO_PROXY=" + std::string(names), "no_proxy=" + std::string(names),
                        "https_proxy=http://127.0.0.1:1", "HTTPS_PROXY=http://127.0.0.1:1",
                        "ALL_PROXY=http://127.0.0.1:1",   "all_proxy=socks5://127.0.0.1:1"};
    const auto tunnels = [&] {
      const std::string log = proxy.output();
      std::size_t count = 0;
      for (auto at = log.find("tunnel 127"); at != std::string::npos; at = log.find("tunnel 127", at + 1)) ++count;
      return count;
    };
    const auto before = tunnels();
    start_behind_proxy();
    EXPECT_FALSE(site.launched_session().empty());
    EXPECT_GT(tunnels(), before) << proxy.output();
    EXPECT_EQ(site.stop(), 0);
  }
}

// C14.3
TEST_F(OddProxies, ATlsThatIsTooOldIsNamed) {
  const std::uint16_t old = free_port();
  const Child server({{"openssl", "s_server", "-accept", std::to_string(old), "-cert", tls.certificate, "-key", tls.key,
                       "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0", "-www", "-quiet"}},
                     site.folder() / "old-tls");
  start({.fhir_base = "https://127.0.0.1:" + std::to_string(old) + "/fhir",
         .server = "ca_file = \"" + tls.certificate + "\""});
  std::string told;
  EXPECT_TRUE(eventually([&] { return (told = site.launch().out).contains("TLS 1.2 or later"); }, 20s)) << told;
  EXPECT_FALSE(told.contains("certificate is not trusted")) << told;
  EXPECT_TRUE(site.launch().out.contains("TLS 1.2 or later"))
      << "a server that is known to be down is told with its cause";
}

}  // namespace
}  // namespace wardend::test
