// B2, B6, W8: a lock of one server, app or session, a launch that is under way, and replies that nobody has read.
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <thread>

#include "base/file_descriptor.hpp"
#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

using nlohmann::json;

class LockTargets : public ::testing::Test {
 protected:
  void start(Settings settings = {}) {
    settings.fhir_base = sandbox.fhir_base();
    site.start(settings);
  }
  json lock(const json& target) {
    auto control = site.control();
    return ask(control, "Control.ReportLock", {{"reason", "ehr_lock"}, {"target", target}});
  }
  std::size_t sessions() {
    auto broker = site.broker();
    const auto reply = broker.call("org.wardend.Broker.ListSessions", json::object());
    return reply ? reply->at("sessions").size() : 0;
  }

  Site site;
  Sandbox sandbox{site, 60};
};

class LockOfALaunch : public LockTargets, public ::testing::WithParamInterface<const char*> {};

TEST_P(LockOfALaunch, LetsNothingThroughThatIsInItsExchange) {
  start();
  sandbox.fault({{"at", "token"}, {"kind", "delay"}, {"seconds", 2}, {"count", 1}});
  Finished launched;
  std::thread browser([&] { launched = site.launch(); });
  EXPECT_TRUE(eventually([&] { return !sandbox.asked("/oauth/authorize").empty(); }));
  std::this_thread::sleep_for(500ms);  // the code is on its way
  EXPECT_EQ(lock(json::parse(GetParam())).value("held", 0), 1);
  browser.join();
  EXPECT_EQ(launched.exit_code, 1) << launched.out;
  EXPECT_EQ(sessions(), 0U);
  EXPECT_TRUE(eventually([&] { return sandbox.stats().value("revocations", 0) == 1; })) << sandbox.stats();
  EXPECT_EQ(site.launch().exit_code, 75) << "the target is held, and nobody has signed in since";
  EXPECT_EQ(sessions(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Targets, LockOfALaunch,
                         ::testing::Values("{}", R"({"user":"root"})", R"({"server":"ehr"})", R"({"app":"vitals"})",
                                           R"({"login_session":"uid:0"})", R"({"user":"0","server":"ehr"})"));

// Sends calls that nobody reads the answers of, until the socket is full.
class DeafClient {
 public:
  explicit DeafClient(const std::filesystem::path& path) : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    EXPECT_EQ(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  void ask_for_tokens(const std::string& session) {
    const std::string call =
        json{{"method", "org.wardend.Broker.GetToken"}, {"parameters", {{"session", session}}}}.dump();
    for (int calls = 0; calls < 2000; ++calls)
      if (::send(socket_.get(), call.c_str(), call.size() + 1, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) return;
  }
  // What the kernel has for this end already.
  [[nodiscard]] std::size_t delivered() const {
    int bytes = 0;
    EXPECT_EQ(::ioctl(socket_.get(), FIONREAD, &bytes), 0);
    return static_cast<std::size_t>(bytes);
  }
  std::string read_all() {
    std::string all;
    std::array<char, 65536> chunk{};
    timeval patience{.tv_sec = 1, .tv_usec = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    for (;;) {
      const auto count = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
      if (count <= 0) return all;
      all.append(chunk.data(), static_cast<std::size_t>(count));
    }
  }

 private:
  FileDescriptor socket_;
};

class LockOfUnread : public LockTargets, public ::testing::WithParamInterface<const char*> {};

TEST_P(LockOfUnread, WritesNoTokenAfterItWasAnswered) {
  start();
  const std::string session = site.launched_session();
  DeafClient deaf(site.folder() / "broker.sock");
  deaf.ask_for_tokens(session);
  std::this_thread::sleep_for(300ms);
  json target = json::parse(GetParam());
  if (target.contains("session")) target["session"] = session;
  EXPECT_EQ(lock(target).value("cleared", 0), 1);
  const std::size_t before = deaf.delivered();
  const std::string all = deaf.read_all();
  ASSERT_GE(all.size(), before);
  EXPECT_TRUE(all.substr(0, before).contains("access_token")) << "the test must have asked for more than was read";
  EXPECT_FALSE(all.substr(before).contains("access_token"));
}

INSTANTIATE_TEST_SUITE_P(Targets, LockOfUnread,
                         ::testing::Values("{}", R"({"session":"its"})", R"({"server":"ehr"})", R"({"app":"vitals"})",
                                           R"({"user":"root"})"));

TEST_F(LockTargets, EndSessionTakesBackWhatNobodyHasRead) {
  start();
  const std::string session = site.launched_session();
  DeafClient deaf(site.folder() / "broker.sock");
  deaf.ask_for_tokens(session);
  std::this_thread::sleep_for(300ms);
  auto broker = site.broker();
  (void)ask(broker, "Broker.EndSession", {{"session", session}});
  const std::size_t before = deaf.delivered();
  EXPECT_FALSE(deaf.read_all().substr(before).contains("access_token"));
}

TEST_F(LockTargets, AnAgentWithoutATargetOfItsOwnIsToldSo) {
  start({.more = "[roles]\nehr = [\"65534\"]\noperator = []\nobserver = []\n"});
  const std::string session = site.launched_session();
  const Finished lock = site.wardctl({"lock"}, 65534);
  EXPECT_NE(lock.exit_code, 0) << lock.out;
  EXPECT_TRUE(lock.err.contains("InvalidTarget")) << lock.err;
  EXPECT_EQ(sessions(), 1U);
  EXPECT_EQ(site.wardctl({"lock", "--user", "root"}, 65534).exit_code, 0);
  EXPECT_EQ(sessions(), 0U);
}

}  // namespace
}  // namespace wardend::test
