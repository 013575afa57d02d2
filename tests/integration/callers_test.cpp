// Who gets what on the broker's socket: the app's own user and nobody else, and of a session its token alone.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <filesystem>

#include "base/file_descriptor.hpp"
#include "tests/integration/scenario.hpp"

namespace wardend::test {
namespace {

constexpr uid_t nobody = 65534;

class Callers : public Scenario {};

TEST_F(Callers, S99AnotherUserGetsNothing) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to be somebody else";
  start();
  const std::string id = site.launched_session();
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"token", "--session", id}, {"sessions"}, {"launch"}}) {
    const Finished foreign = site.wardctl(command, nobody);
    EXPECT_NE(foreign.exit_code, 0);
    EXPECT_TRUE(foreign.err.contains("NotAuthorized")) << foreign.out << foreign.err;
    EXPECT_EQ(foreign.out, "");
  }
  EXPECT_TRUE(site.wardctl({"status"}, nobody).err.contains("observer"));
  EXPECT_TRUE(eventually([&] { return site.audited({"\"kind\":\"token\"", "NotAuthorized"}); }));
}

TEST_F(Callers, S99AConnectionThatSaysNothingOrNonsenseHoldsUpNobody) {
  start();
  const std::string id = site.launched_session();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = (site.folder() / "broker.sock").string();
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  const std::string nonsense[] = {"", "{\"method\":", std::string("\0\0\0", 3), std::string(300'000, '['), "{}\0"};
  std::vector<FileDescriptor> held;
  for (const std::string& bytes : nonsense) {
    held.emplace_back(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::connect(held.back().get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    (void)::send(held.back().get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);  // until all is taken, or it is cut
  }
  EXPECT_EQ(answer({{"session", id}}), "token");
  EXPECT_TRUE(eventually([&] { return site.metric(R"(wardend_ipc_rejected_total{reason="too_large"})") >= 1; }))
      << site.metrics();
}

TEST_F(Callers, S100AnAppGetsTokenExpiryScopeAndContextAndNothingElse) {
  ehr.set("config", {{"token_members", {{"refresh_token", "CANARY-refresh"}, {"hub.topic", "CANARY-topic"}}}});
  start();
  const std::string id = site.launched_session();
  EXPECT_EQ(answer({{"session", id}}), "token");
  for (const char* name : {"access_token", "expires_at", "expires_in", "scope", "context"})
    EXPECT_TRUE(reply.contains(name)) << name;
  std::string everything = reply.dump() + session(id).dump() + ask(broker(), "Broker.ListSessions").dump() +
                           ask(broker(), "Broker.GetHealth").dump() + site.wardctl({"--json", "status"}).out;
  auto watcher = site.broker();
  (void)watcher.call_more(
      "org.wardend.Broker.Monitor", json::object(),
      [&](const json& event) {
        everything += event.dump();
        return false;
      },
      5s);
  EXPECT_TRUE(everything.contains(reply.value("access_token", "-"))) << "the search finds what is there";
  for (const char* secret : {"CANARY", "eyJ", "id_token", "refresh_token\"", "code_verifier"})
    EXPECT_FALSE(everything.contains(secret)) << secret << " in " << everything;
  EXPECT_FALSE((site.wardend().output() + site.metrics()).contains("CANARY"));
  EXPECT_FALSE(site.audited({"CANARY"}));
}

}  // namespace
}  // namespace wardend::test
