// Where wardend's packets go: in a network of its own, with a way out that leads nowhere, every connection that is
// begun is written down. However a server tempts it, none goes anywhere but to the configured hosts.
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <sched.h>
#include <sys/socket.h>

#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <set>
#include <thread>

#include "base/encoding.hpp"
#include "base/file_descriptor.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

// An address that belongs to nobody (RFC 5737), where the way out leads.
constexpr const char* elsewhere = "http://203.0.113.9";

// A network with loopback and one cable whose other end nobody listens at. Entered for the rest of the program.
class Network {
 public:
  Network() {
    ready_ = ::geteuid() == 0 && ::unshare(CLONE_NEWNET) == 0 &&
             run({{"sh", "-c",
                   "ip link set lo up && ip link add v0 type veth peer name v1 && ip addr add 192.0.2.1/24 dev v0 && "
                   "ip link set v0 up && ip link set v1 up && "
                   "ip neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev v0 && ip route add default via 192.0.2.2"}})
                     .exit_code == 0;
  }
  [[nodiscard]] bool ready() const { return ready_; }

 private:
  bool ready_ = false;
};

// Every TCP connection that is begun and every datagram, as "ADDRESS PORT", on all interfaces.
class Capture {
 public:
  Capture() : socket_(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, htons(ETH_P_ALL))) {
    const timeval patience{.tv_sec = 0, .tv_usec = 50'000};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const int room = 8 * 1024 * 1024;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    reader_ = std::thread([this] { read(); });
  }
  Capture(const Capture&) = delete;
  Capture& operator=(const Capture&) = delete;
  ~Capture() {
    over_ = true;
    reader_.join();
  }
  [[nodiscard]] std::set<std::string> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  // Those that do not go to one of these ports on loopback.
  [[nodiscard]] std::set<std::string> besides(const std::set<std::string>& ports) const {
    std::set<std::string> others;
    for (const std::string& one : seen())
      if (!one.starts_with("127.0.0.1 ") || !ports.contains(one.substr(10))) others.insert(one);
    return others;
  }

 private:
  void read() {
    std::array<unsigned char, 2048> packet{};
    while (!over_) {
      const ssize_t size = ::recv(socket_.get(), packet.data(), packet.size(), 0);
      if (size > 0) note(packet.data(), static_cast<std::size_t>(size));
    }
  }
  void note(const unsigned char* packet, std::size_t size) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    std::size_t header = 0;
    int protocol = 0;
    if (size >= sizeof(iphdr) && packet[0] >> 4U == 4) {
      header = static_cast<std::size_t>(packet[0] & 0x0FU) * 4;
      protocol = packet[9];
      ::inet_ntop(AF_INET, packet + 16, text.data(), text.size());
    } else if (size >= sizeof(ip6_hdr) && packet[0] >> 4U == 6) {
      header = sizeof(ip6_hdr);
      protocol = packet[6];
      ::inet_ntop(AF_INET6, packet + 24, text.data(), text.size());
    }
    const bool begins = protocol == IPPROTO_TCP && size >= header + sizeof(tcphdr) &&
                        (packet[header + 13] & 0x12U) == 0x02U;  // SYN without ACK
    if (!begins && protocol != IPPROTO_UDP) return;
    const unsigned port = packet[header + 2] * 256U + packet[header + 3];
    const std::lock_guard lock(mutex_);
    seen_.insert(std::string(text.data()) + " " + std::to_string(port));
  }

  FileDescriptor socket_;
  std::atomic<bool> over_ = false;
  mutable std::mutex mutex_;
  std::set<std::string> seen_;
  std::thread reader_;
};

std::string port_of(const std::string& address) { return address.substr(address.rfind(':') + 1); }

class Outbound : private Network, public Scenario {
 protected:
  void SetUp() override {
    if (!ready()) GTEST_SKIP() << "needs root, and iproute2 that can make a network of its own";
    capture.emplace();
  }
  // What a browser of the test opens, and what it asks the sandbox and the metrics.
  [[nodiscard]] std::set<std::string> expected() const {
    return {port_of(ehr.address()), port_of(site.loopback()), std::to_string(site.metrics_port())};
  }
  std::optional<Capture> capture;
};

TEST_F(Outbound, GoesToTheConfiguredServerOnlyHoweverItTempts) {
  const std::string foreign = elsewhere;
  ehr.set("discovery", {{"set",
                         {{"registration_endpoint", foreign + "/register"},
                          {"management_endpoint", foreign + "/manage"},
                          {"introspection_endpoint", foreign + "/introspect"},
                          {"user_access_brand_bundle", foreign + "/brands"}}}});
  ehr.set("config", {{"token_life", 4},
                     {"fhir_user", "foreign"},
                     {"foreign_base", foreign + "/fhir"},
                     {"error_uri", foreign + "/error"},
                     {"token_members",
                      {{"smart_style_url", foreign + "/style.json"},
                       {"hub.url", foreign + "/hub"},
                       {"hub.topic", "topic"},
                       {"fhirContext", {{{"reference", foreign + "/fhir/ImagingStudy/1"}}}}}}});
  start();
  const std::string id = site.launched_session();  // discovery, keys, the code
  ASSERT_TRUE(refreshed());
  EXPECT_EQ(refused(broker(), "Broker.BeginLaunch", {{"iss", "https://203.0.113.9/fhir"}, {"launch", "x"}}),
            "UnknownServer");
  EXPECT_GE(browser.step(site.loopback() + "/launch/vitals?launch=x&iss=https://203.0.113.9/fhir").status, 400);
  for (const char* place : {"token", "discovery", "jwks", "revoke"})
    ehr.fault({{"at", place}, {"kind", "redirect"}, {"location", foreign + "/" + place}});
  EXPECT_TRUE(eventually([&] { return answer({{"session", id}, {"min_validity", 1}}) != "token"; }, 12s));
  (void)ask(broker(), "Broker.EndSession", {{"session", id}});
  EXPECT_TRUE(eventually([&] { return !ehr.asked("/oauth/revoke").empty(); }));
  EXPECT_TRUE(launch_error().contains("http_302")) << "the code is not sent on either";
  EXPECT_TRUE(capture->seen().contains("127.0.0.1 " + port_of(ehr.address()))) << "the capture sees what there is";
  EXPECT_EQ(capture->besides(expected()), std::set<std::string>());
}

TEST_F(Outbound, LooksUpNoNameThatIsNotConfigured) {
  ehr.set("discovery",
          {{"set",
            {{"jwks_uri", "https://keys.example.org/jwks"}, {"token_endpoint", "https://login.example.org/token"}}}});
  start();
  EXPECT_TRUE(launch_error().contains("discovery_foreign_host"));
  EXPECT_EQ(capture->besides(expected()), std::set<std::string>());
  EXPECT_EQ(run({{"curl", "-s", "-m", "1", std::string(elsewhere)}}).exit_code, 28);
  EXPECT_EQ(capture->besides(expected()), std::set<std::string>{"203.0.113.9 80"}) << "what leaves is seen";
}

TEST_F(Outbound, GoesThroughTheConfiguredProxyAndRoundItNever) {
  const std::uint16_t proxy = free_port();
  start({.server = "proxy = \"http://127.0.0.1:" + std::to_string(proxy) + "\""});
  ehr.forget();
  EXPECT_TRUE(launch_error().contains("discovery_proxy"));
  EXPECT_TRUE(capture->seen().contains("127.0.0.1 " + std::to_string(proxy)));
  EXPECT_EQ(ehr.log().at("requests").size(), 0U);
}

}  // namespace
}  // namespace wardend::test
