// Who gets what on the broker's socket: the app's own user and nobody else, and of a session its token alone.
#include <grp.h>
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

TEST_F(Callers, AnotherUserGetsNothing) {
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

TEST_F(Callers, AConnectionThatSaysNothingOrNonsenseHoldsUpNobody) {
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

TEST_F(Callers, AnAppGetsTokenExpiryScopeAndContextAndNothingElse) {
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

// Two apps of one user, told apart by a group as others are by a unit or a label.
class AppsOfOneUser : public Callers {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to take on groups";
    Settings settings{.peer = "user = \"root\"\ngroup = \"audio\""};
    settings.more =
        "[[app]]\nid = \"labs\"\nname = \"Labs\"\nservers = [\"ehr\"]\nclient_id = \"labs\"\nredirect_uri = \"" +
        site.loopback() + "/callback\"\npatient_context = \"required\"\n\n[[app.peer]]\nuser = \"root\"\n" +
        "group = \"video\"\n\n[[app.scope]]\nscope = \"openid\"\naction = \"test\"\n" +
        "approved_by = \"Board\"\napproved_on = 2026-05-04\n";
    start(settings);
  }
  // A connection of a process of root in this group.
  [[nodiscard]] client::Client member_of(const char* group) const {
    const gid_t id = ::getgrnam(group)->gr_gid;
    EXPECT_EQ(::setgroups(1, &id), 0);
    auto client = site.broker();
    EXPECT_EQ(::setgroups(0, nullptr), 0);
    return client;
  }
};

TEST_F(AppsOfOneUser, ReadNothingOfEachOthersLaunch) {
  auto vitals = member_of("audio");
  auto labs = member_of("video");
  const json begun = ask(vitals, "Broker.BeginLaunch");
  const json launch = {{"launch_id", begun.at("launch_id")}};
  const json redirect = {{"launch_id", begun.at("launch_id")},
                         {"redirect_url", site.loopback() + "/callback?code=x&state=y"}};
  EXPECT_EQ(refused(labs, "Broker.AwaitLaunch", launch), "LaunchExpired") << "while it waits for a sign-in";
  EXPECT_EQ(refused(labs, "Broker.CompleteLaunch", redirect), "LaunchExpired");
  EXPECT_EQ(browser.open(begun.at("authorization_url")).status, 200);
  EXPECT_EQ(refused(labs, "Broker.AwaitLaunch", launch), "LaunchExpired") << "when it is over";
  EXPECT_EQ(refused(labs, "Broker.CompleteLaunch", redirect), "LaunchExpired");
  const json session = ask(vitals, "Broker.AwaitLaunch", launch).at("session");
  EXPECT_TRUE(session.at("context").contains("patient"));
  const json named = {{"session", session.at("id")}};
  for (const char* method : {"GetToken", "GetSession", "EndSession", "ResumeWork"})
    EXPECT_EQ(refused(labs, std::string("Broker.") + method, named), "UnknownSession") << method;
  const json work = {{"session", session.at("id")}, {"label", "note"}, {"data", "x"}};
  EXPECT_EQ(refused(labs, "Broker.ParkWork", work), "UnknownSession");
  EXPECT_TRUE(ask(labs, "Broker.ListSessions").at("sessions").empty());
  EXPECT_EQ(ask(vitals, "Broker.GetSession", named).at("session").at("id"), session.at("id"));
}

}  // namespace
}  // namespace wardend::test
