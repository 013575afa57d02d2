// Clients that send half frames, floods, nonsense, or read nothing: nobody else waits for them, and nothing of them
// stays behind. Here only what must hold on any machine is asked; script/test --full has the figures, and asks for
// them.
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>
#include <fstream>

#include "base/file_descriptor.hpp"
#include "tests/integration/crowd.hpp"
#include "tests/integration/latency.hpp"
#include "tests/integration/servers.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {
namespace {

class HostileClients : public ::testing::Test {
 protected:
  HostileClients() {
    site.start({.fhir_base = sandbox.fhir_base(), .broker = "max_connections_per_user = 2000\nmax_connections = 3000"});
    session = site.launched_session();
  }
  [[nodiscard]] std::size_t open_files() const {
    const auto folder = std::filesystem::path("/proc") / std::to_string(site.wardend().pid()) / "fd";
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
  }
  // Private and dirty memory in KiB: what grows when something is lost.
  [[nodiscard]] long own_memory() const {
    std::ifstream rollup("/proc/" + std::to_string(site.wardend().pid()) + "/smaps_rollup");
    for (std::string line; std::getline(rollup, line);)
      if (line.starts_with("Private_Dirty:")) return std::stol(line.substr(14));
    return -1;
  }
  void connect_and_abort(std::size_t times) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = (site.folder() / "broker.sock").string();
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    for (std::size_t i = 0; i < times; ++i) {
      const FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
      ASSERT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0)
          << std::strerror(errno);
      if (i % 3 != 0) (void)::send(socket.get(), "{\"method\":\"x", i % 12, MSG_NOSIGNAL);
    }
  }

  mutable Site site;
  Sandbox sandbox{site, 3600};
  std::string session;
};

TEST_F(HostileClients, AThousandOfThemDelayNobody) {
  auto honest = site.broker();
  const Crowd crowd(site.folder() / "broker.sock",
                    {.half_frames = 400, .floods = 200, .deaf = 150, .deep = 100, .large = 100, .vanishing = 50});
  const double crowded = sanitized ? 100 : 500;
  ASSERT_TRUE(eventually([&] { return site.metric(R"(wardend_ipc_connections{socket="broker"})") > crowded; }));
  const Latency latency = measure("GetToken beside 1,000 hostile connections", 4s, [&] {
    EXPECT_FALSE(ask(honest, "Broker.GetToken", {{"session", session}}).value("access_token", "").empty());
  });
  EXPECT_GT(latency.calls, sanitized ? 10U : 100U);
  if (!sanitized) EXPECT_LT(latency.most, 1000);
  if (measuring()) EXPECT_LT(latency.p99, 5);
}

TEST_F(HostileClients, AnotherUsersCrowdCannotTakeEveryConnection) {
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to be somebody else";
  (void)site.stop();
  std::filesystem::permissions(site.folder(), std::filesystem::perms::others_exec, std::filesystem::perm_options::add);
  site.start({.fhir_base = sandbox.fhir_base(), .broker = "max_connections_per_user = 64\nmax_connections = 128"});
  const Crowd crowd(site.folder() / "broker.sock", {.half_frames = 300, .floods = 100}, 65534);
  ASSERT_TRUE(eventually([&] { return site.metric(R"(wardend_ipc_rejected_total{reason="too_many"})") > 100; }));
  auto honest = site.broker();
  EXPECT_EQ(refused(honest, "Broker.GetToken"), "UnknownSession");
}

TEST_F(HostileClients, ConnectingAndAbortingLosesNoFileAndNoMemory) {
  connect_and_abort(5'000);
  ASSERT_TRUE(eventually([&] { return site.metric(R"(wardend_ipc_connections{socket="broker"})") == 0; }));
  const std::size_t files = open_files();
  const long memory = own_memory();
  const std::size_t times = measuring() ? 100'000 : 20'000;
  connect_and_abort(times);
  ASSERT_TRUE(eventually([&] { return site.metric(R"(wardend_ipc_connections{socket="broker"})") == 0; }));
  std::printf("%zu connections aborted: %zu files open before, %zu after; private memory %ld KiB before, %ld after\n",
              times, files, open_files(), memory, own_memory());
  EXPECT_LE(open_files(), files);
  if (!sanitized) EXPECT_LT(own_memory() - memory, 256) << "KiB more than before";
}

}  // namespace
}  // namespace wardend::test
