// Room is kept for those who matter: whoever fills the sockets, a lock and an honest caller get in.
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "tests/integration/crowd.hpp"
#include "tests/integration/latency.hpp"
#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

constexpr uid_t first_subuid = 200'001;  // users of one person, as /etc/subuid gives them
constexpr gid_t ehr_group = 54'321;
constexpr uid_t agent = 54'321;  // a crowd's group has its user's number
constexpr uid_t observer = 54'322;

class KeptRoom : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "needs root to be somebody else";
    site.start({.fhir_base = sandbox.fhir_base(),
                .more = "[roles]\nehr = [\"54321\"]\noperator = []\nobserver = [\"54322\"]\n"});
    session = site.launched_session();
  }
  [[nodiscard]] std::string path(const std::string& socket) const { return site.folder() / (socket + ".sock"); }
  void crowd(const std::string& socket, const CrowdPlan& plan, uid_t uid) {
    crowds.push_back(std::make_unique<Crowd>(path(socket), plan, uid));
  }
  [[nodiscard]] double connections(const std::string& socket) const {
    return site.metric("wardend_ipc_connections{socket=\"" + socket + "\"}");
  }
  [[nodiscard]] std::size_t open_files() const {
    const auto folder = std::filesystem::path("/proc") / std::to_string(site.wardend().pid()) / "fd";
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
  }
  // A lock of nobody's session, as the EHR's agent tells it: by a user of the role's group.
  [[nodiscard]] Finished lock_as_agent(const std::string& socket) const {
    return as(agent, ehr_group, [&] {
      auto client = client::Client::connect(path(socket), 3s);
      if (!client) return 2;
      const auto reply =
          client->call("org.wardend.Control.ReportLock", {{"reason", "ehr_lock"}, {"target", {{"user", "65534"}}}}, 3s);
      return reply ? 0 : 3;
    });
  }
  template <typename Work>
  [[nodiscard]] static Finished as(uid_t uid, gid_t gid, Work work) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      if (::setgroups(0, nullptr) != 0 || ::setgid(gid) != 0 || ::setuid(uid) != 0) ::_exit(1);
      ::_exit(work());
    }
    int status = 0;
    ::waitpid(pid, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, {}, {}};
  }
  void expect_room() const {
    EXPECT_EQ(lock_as_agent("control").exit_code, 0);
    auto root = site.control();
    static_cast<void>(ask(root, "Control.Status", nlohmann::json::object()));
    auto honest = site.broker();
    EXPECT_FALSE(ask(honest, "Broker.GetToken", {{"session", session}}).value("access_token", "").empty());
  }

  mutable Site site;
  Sandbox sandbox{site, 3600};
  std::string session;
  std::vector<std::unique_ptr<Crowd>> crowds;
};

TEST_F(KeptRoom, IdleConnectionsOfManyUsersKeepNoLockOut) {
  for (uid_t uid = first_subuid; uid < first_subuid + 8; ++uid) {
    crowd("control", {.idle = 64}, uid);
    crowd("broker", {.idle = 64}, uid);
  }
  ASSERT_TRUE(eventually([&] { return site.metric(R"(wardend_ipc_rejected_total{reason="too_many"})") > 200; }));
  expect_room();
  EXPECT_LE(connections("control"), 8 * 2 + 4);
  EXPECT_LE(connections("broker"), 8 * 8 + 4);
  // Those who were turned away hear of it a second later, and some are just being closed.
  constexpr std::size_t turned_away = 2 * 576;
  EXPECT_LT(open_files(), 256 + turned_away) << "an idle connection costs one descriptor";
}

TEST_F(KeptRoom, HalfFramesAndFloodsOfManyUsersKeepNoLockOut) {
  for (uid_t uid = first_subuid; uid < first_subuid + 8; ++uid) {
    crowd("control", {.half_frames = 30, .deaf = 10, .refused = 24}, uid);
    crowd("broker", {.half_frames = 30, .deaf = 10, .mixed = 24}, uid);
  }
  ASSERT_TRUE(eventually([&] { return site.metric(R"(wardend_ipc_rejected_total{reason="too_many"})") > 200; }));
  for (int i = 0; i < 10; ++i) expect_room();
}

// Whoever has a role is let in always; even so they cannot keep another one out.
TEST_F(KeptRoom, IdleConnectionsOfARoleKeepNoLockOut) {
  crowd("control", {.idle = 400, .half_frames = 400}, observer);
  ASSERT_TRUE(eventually([&] { return connections("control") >= 512; }));
  for (int i = 0; i < 10; ++i) expect_room();
  crowd("control", {.idle = 400, .refused = 400}, agent);
  for (int i = 0; i < 10; ++i) expect_room();
}

TEST_F(KeptRoom, AStrangersIdleConnectionEndsWithinSeconds) {
  const Finished stranger = as(first_subuid, first_subuid, [&] {
    auto broker = client::Client::connect(path("broker"), 3s);
    auto control = client::Client::connect(path("control"), 3s);
    if (!broker || !control) return 2;
    ::sleep(8);
    const auto get_info = [](client::Client& client) {
      return client.call("org.varlink.service.GetInfo", nlohmann::json::object(), 1s).has_value();
    };
    return get_info(*broker) || get_info(*control) ? 1 : 0;
  });
  EXPECT_EQ(stranger.exit_code, 0);
  auto friendly = site.broker();
  EXPECT_FALSE(ask(friendly, "Broker.GetToken", {{"session", session}}).value("access_token", "").empty());
}

TEST_F(KeptRoom, TheLockSocketIsForRootAndTheEhrAlone) {
  const auto mallory = as(first_subuid, first_subuid, [&] {
    const auto client = client::Client::connect(path("lock"), 1s);
    return client ? 1 : client.error().kind == client::Failure::Kind::not_permitted ? 0 : 2;
  });
  EXPECT_EQ(mallory.exit_code, 0);
  EXPECT_EQ(lock_as_agent("lock").exit_code, 0);
  EXPECT_EQ(as(agent, ehr_group,
               [&] {
                 auto client = client::Client::connect(path("lock"), 1s);
                 const auto reply = client->call("org.wardend.Control.Status", nlohmann::json::object(), 1s);
                 return !reply && reply.error().error == "org.wardend.Control.NotAuthorized" ? 0 : 1;
               })
                .exit_code,
            0)
      << "roles hold there as well";
  auto root = client::Client::connect(path("lock"));
  ASSERT_TRUE(root.has_value());
  EXPECT_EQ(ask(*root, "Control.ReportLock", {{"reason", "ehr_lock"}, {"target", nlohmann::json::object()}})["cleared"],
            1);
}

TEST_F(KeptRoom, ConnectChurnDelaysNoLock) {
  crowd("control", {.churning = 4}, first_subuid);
  crowd("broker", {.churning = 2}, first_subuid + 1);
  const auto told = [&](const std::string& socket) {
    auto client = client::Client::connect(path(socket), 3s);
    ASSERT_TRUE(client.has_value()) << socket;
    static_cast<void>(ask(*client, "Control.ReportLock", {{"reason", "ehr_lock"}, {"target", {{"user", "65534"}}}}));
  };
  const Latency lock = measure("ReportLock on lock.sock, new connection, beside churn", 2s, [&] { told("lock"); });
  const Latency control =
      measure("ReportLock on control.sock, new connection, beside churn", 2s, [&] { told("control"); });
  if (!sanitized) {
    EXPECT_LT(lock.most, 500);
    EXPECT_LT(control.most, 500);
  }
  if (measuring()) EXPECT_LT(lock.p99, 5);
}

}  // namespace
}  // namespace wardend::test
