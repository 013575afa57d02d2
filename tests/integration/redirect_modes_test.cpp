// The three ways back from the EHR's sign-in: to loopback, to an https address of the app's, through an https relay.
#include <sys/socket.h>

#include <arpa/inet.h>

#include "base/file_descriptor.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

constexpr const char* own = "https://vitals.hospital.example/back";
constexpr const char* relay = "https://apps.hospital.example/relay.html";

class RedirectModes : public Scenario {
 protected:
  void allow(const char* redirect_uri) const {
    ehr.set("clients", {{"client_id", "vitals"}, {"auth", "none"}, {"redirect_uris", {redirect_uri}}});
  }
};

TEST_F(RedirectModes, AnHttpsRedirectIsHandedOverByTheAppThatReceivedIt) {
  allow(own);
  start({.redirect_uri = own});
  const Begun begun = begin();
  EXPECT_EQ(begun.query.at("redirect_uri"), own);
  const std::string back = request(begun.address).address;
  ASSERT_TRUE(back.starts_with(std::string(own) + "?code=")) << back;
  EXPECT_EQ(refused(broker(), "Broker.CompleteLaunch",
                    {{"launch_id", begun.id},
                     {"redirect_url", "https://evil.example/back" + back.substr(std::string(own).size())}}),
            "InvalidRequest");
  const json done = ask(broker(), "Broker.CompleteLaunch", {{"launch_id", begun.id}, {"redirect_url", back}});
  EXPECT_EQ(answer({{"session", done.at("session").value("id", "")}}), "token");
}

TEST_F(RedirectModes, ThroughTheRelayTheBrowserComesBackToLoopback) {
  allow(relay);
  start({.redirect_uri = relay, .oauth = "redirect = \"relay\""});
  const Begun begun = begin();
  EXPECT_EQ(begun.query.at("redirect_uri"), relay);
  const std::string at_relay = browser.step(begun.address).address;
  ASSERT_TRUE(at_relay.starts_with(std::string(relay) + "?code=")) << at_relay;
  const std::string onward = site.loopback() + "/callback" + at_relay.substr(at_relay.find('?'));
  EXPECT_EQ(request(onward).status, 403) << "the query alone is of no use";
  EXPECT_EQ(browser.step(onward).status, 200);
}

TEST_F(RedirectModes, OnLoopbackThePortIsThisMachinesOwn) {
  start({.redirect_uri = "http://127.0.0.1:1/callback", .oauth = "redirect = \"loopback\""});
  const Begun begun = begin();
  EXPECT_EQ(begun.query.at("redirect_uri"), site.loopback() + "/callback");
  EXPECT_EQ(browser.open(begun.address).status, 200);
}

TEST_F(RedirectModes, WhereTheListenersPortIsTakenTheStartSaysSo) {
  const FileDescriptor taken(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(site.loopback_port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(taken.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(taken.get(), 1), 0);
  site.write_config({.fhir_base = ehr.fhir_base()});
  const Finished started = run({{program("wardend"), "--config", site.config()}});
  EXPECT_EQ(started.exit_code, 1);
  EXPECT_TRUE(started.err.contains(std::to_string(site.loopback_port())) && started.err.contains("loopback_port"))
      << started.err;
}

}  // namespace
}  // namespace wardend::test
