// Where the listening sockets come from, and what happens when one cannot be had.
#include "daemon/listening_sockets.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "tests/unit/systemd/own_process.hpp"

namespace wardend {
namespace {

using testing::HasSubstr;

class SocketsInAFolder : public ::testing::Test {
 public:
  SocketsInAFolder() {
    std::string name = "/tmp/wardend-sockets-XXXXXX";
    folder = ::mkdtemp(name.data());
    config.broker.socket = folder / "broker.sock";
    config.broker.control_socket = folder / "control.sock";
    config.broker.lock_socket = folder / "lock.sock";
    config.broker.fhir_socket = folder / "fhir.sock";
    config.broker.loopback_port = 0;
    config.broker.metrics_listen = "";
  }
  ~SocketsInAFolder() override { std::filesystem::remove_all(folder); }
  [[nodiscard]] std::expected<ListeningSockets, std::string> open() {
    systemd::PassedSockets none;
    return open_listening_sockets(config, none);
  }
  [[nodiscard]] static mode_t mode_of(const std::string& path) {
    struct stat found{};
    return ::stat(path.c_str(), &found) == 0 ? found.st_mode & 0777 : 0;
  }

  std::filesystem::path folder;
  config::Config config;
};

TEST_F(SocketsInAFolder, AreMadeWithTheirModes) {
  const auto sockets = open();
  ASSERT_TRUE(sockets.has_value()) << sockets.error();
  EXPECT_TRUE(sockets->lock.valid());
  EXPECT_EQ(sockets->no_lock_socket, "");
  EXPECT_TRUE(sockets->fhir.valid());
  EXPECT_EQ(sockets->no_fhir_socket, "");
  EXPECT_EQ(mode_of(config.broker.fhir_socket), 0666U);
  EXPECT_EQ(mode_of(config.broker.socket), 0666U);
  EXPECT_EQ(mode_of(config.broker.control_socket), 0666U);
  EXPECT_EQ(mode_of(config.broker.lock_socket), 0660U) << "nobody else may stand in a lock's queue";
  EXPECT_TRUE(sockets->loopback.empty() && sockets->metrics.empty());
}

TEST_F(SocketsInAFolder, GiveTheLockSocketToTheEhrsGroup) {
  if (::geteuid() != 0) GTEST_SKIP() << "giving a file to a group takes root";
  config.roles.ehr.gids = {54321, 54322};
  ASSERT_TRUE(open().has_value());
  struct stat found{};
  ASSERT_EQ(::stat(config.broker.lock_socket.c_str(), &found), 0);
  EXPECT_EQ(found.st_gid, 54321U);
}

TEST_F(SocketsInAFolder, DoWithoutALockSocketThatNobodyNamed) {
  config.broker.lock_socket = folder / "no-such-folder" / "lock.sock";
  const auto sockets = open();
  ASSERT_TRUE(sockets.has_value());
  EXPECT_FALSE(sockets->lock.valid());
  EXPECT_THAT(sockets->no_lock_socket, HasSubstr("no-such-folder/lock.sock"));
}

TEST_F(SocketsInAFolder, AreAnErrorWhereTheLockSocketWasNamed) {
  config.broker.lock_socket = folder / "no-such-folder" / "lock.sock";
  config.broker.lock_socket_named = true;
  const auto sockets = open();
  ASSERT_FALSE(sockets.has_value());
  EXPECT_THAT(sockets.error(), HasSubstr("no-such-folder/lock.sock"));
}

TEST_F(SocketsInAFolder, NeedNoLockSocket) {
  config.broker.lock_socket = "";
  const auto sockets = open();
  ASSERT_TRUE(sockets.has_value());
  EXPECT_FALSE(sockets->lock.valid());
  EXPECT_EQ(sockets->no_lock_socket, "");
}

TEST_F(SocketsInAFolder, DoWithoutAGatewaysSocketThatNobodyNamed) {
  config.broker.fhir_socket = folder / "no-such-folder" / "fhir.sock";
  const auto sockets = open();
  ASSERT_TRUE(sockets.has_value());
  EXPECT_FALSE(sockets->fhir.valid());
  EXPECT_THAT(sockets->no_fhir_socket, HasSubstr("no-such-folder/fhir.sock"));
}

TEST_F(SocketsInAFolder, AreAnErrorWhereTheGatewaysWasNamed) {
  config.broker.fhir_socket = folder / "no-such-folder" / "fhir.sock";
  config.broker.fhir_socket_named = true;
  const auto sockets = open();
  ASSERT_FALSE(sockets.has_value());
  EXPECT_THAT(sockets.error(), HasSubstr("no-such-folder/fhir.sock"));
}

TEST_F(SocketsInAFolder, NeedNoGateway) {
  config.broker.fhir_socket = "";
  const auto sockets = open();
  ASSERT_TRUE(sockets.has_value());
  EXPECT_FALSE(sockets->fhir.valid());
  EXPECT_EQ(sockets->no_fhir_socket, "");
}

TEST_F(SocketsInAFolder, NameTheSocketThatAnotherHolds) {
  const auto first = open();
  ASSERT_TRUE(first.has_value());
  const auto second = open();
  ASSERT_FALSE(second.has_value());
  EXPECT_THAT(second.error(), HasSubstr("broker.sock: another wardend is running"));
}

// As systemd passes them: from descriptor 3 on, named by their units.
std::string opened_with(const config::Config& config, int count, const char* names) {
  for (int i = 0; i < count; ++i) {
    const int made = ::socket(AF_UNIX, SOCK_STREAM, 0);
    const int high = ::fcntl(made, F_DUPFD, 50);
    ::close(made);
    ::dup2(high, 3 + i);
    ::close(high);
  }
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  ::setenv("LISTEN_FDS", std::to_string(count).c_str(), 1);
  ::setenv("LISTEN_FDNAMES", names, 1);
  auto passed = systemd::PassedSockets::take();
  const auto sockets = open_listening_sockets(config, passed);
  if (!sockets) return sockets.error();
  return std::to_string(sockets->broker.get()) + " " + std::to_string(sockets->control.get()) + " " +
         std::to_string(sockets->lock.get()) + " " + std::to_string(sockets->fhir.get()) + "|" +
         sockets->no_lock_socket.substr(0, 30) + "|" + sockets->no_fhir_socket.substr(0, 42);
}

TEST_F(SocketsInAFolder, AreTakenFromSystemdByName) {
  EXPECT_EQ(test::in_own_process([&] { return opened_with(config, 4, "control:fhir:lock:broker"); }), "6 3 5 4||");
  EXPECT_FALSE(std::filesystem::exists(config.broker.socket));
}

// A Unix socket at `path`, and a TCP socket on a port of the kernel's choice, as their units made them.
std::string differences_with(const config::Config& config, const std::string& path,
                             const std::string& name = "broker") {
  const int broker = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::bind(broker, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return "not bound";
  const int loopback = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in any{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  if (::bind(loopback, reinterpret_cast<const sockaddr*>(&any), sizeof any) != 0) return "not bound";
  const int sources[] = {::fcntl(broker, F_DUPFD, 50), ::fcntl(loopback, F_DUPFD, 50)};
  ::dup2(sources[0], 3);
  ::dup2(sources[1], 4);
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  ::setenv("LISTEN_FDS", "2", 1);
  ::setenv("LISTEN_FDNAMES", (name + ":loopback").c_str(), 1);
  auto passed = systemd::PassedSockets::take();
  const auto sockets = open_listening_sockets(config, passed);
  if (!sockets) return sockets.error();
  std::string all;
  for (const std::string& difference : sockets->differences) all += difference + "\n";
  return all;
}

TEST_F(SocketsInAFolder, AreComparedWithTheConfiguration) {
  config.broker.loopback_port = 1;
  const std::string elsewhere = folder / "elsewhere.sock";
  const std::string said = test::in_own_process([&] { return differences_with(config, elsewhere); });
  EXPECT_THAT(said, HasSubstr("socket is " + config.broker.socket + " in the configuration, and systemd listens at " +
                              elsewhere +
                              ": correct the one, or the other by `systemctl edit --full wardend.socket`, "
                              "then restart both\n"));
  EXPECT_THAT(said, HasSubstr("loopback_port is 1 in the configuration, and systemd listens at "));
  EXPECT_THAT(said, HasSubstr("`systemctl edit --full wardend-loopback.socket`"));
}

TEST_F(SocketsInAFolder, OfTheGatewayAreComparedToo) {
  const std::string elsewhere = folder / "elsewhere.sock";
  EXPECT_EQ(test::in_own_process([&] { return differences_with(config, elsewhere, "fhir"); }),
            "fhir_socket is " + config.broker.fhir_socket + " in the configuration, and systemd listens at " +
                elsewhere +
                ": correct the one, or the other by `systemctl edit --full wardend-fhir.socket`, then restart both\n");
  const std::string there = config.broker.fhir_socket;
  EXPECT_EQ(test::in_own_process([&] { return differences_with(config, there, "fhir"); }), "");
}

TEST_F(SocketsInAFolder, AreNotComparedWhereNoneAreWanted) {
  EXPECT_EQ(test::in_own_process([&] { return differences_with(config, config.broker.socket); }), "");
}

TEST_F(SocketsInAFolder, OfTheGatewayAreNotTakenWhereItIsTurnedOff) {
  config.broker.fhir_socket = "";
  EXPECT_EQ(test::in_own_process([&] { return opened_with(config, 4, "control:fhir:lock:broker"); }), "6 3 5 -1||");
  const std::string there = folder / "fhir.sock";
  EXPECT_EQ(test::in_own_process([&] { return differences_with(config, there, "fhir"); }),
            "fhir_socket is empty in the configuration, and systemd listens at " + there +
                ", where nobody answers: `systemctl disable --now wardend-fhir.socket`, then `systemctl restart "
                "wardend`\n");
}

// An upgrade brings wardend before its new unit is enabled.
TEST_F(SocketsInAFolder, AreWithoutThoseThatSystemdDoesNotPass) {
  config.broker.lock_socket_named = config.broker.fhir_socket_named = true;
  EXPECT_EQ(test::in_own_process([&] { return opened_with(config, 2, "broker:control"); }),
            "3 4 -1 -1|systemd passed no lock socket:|systemd passed no socket for FHIR requests");
}

}  // namespace
}  // namespace wardend
