// Who a caller is: from the text of its cgroup, from the kernel, and against the configured rules.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "ipc/listener.hpp"
#include "ipc/peer_rules.hpp"
#include "tests/unit/ipc/served.hpp"

namespace wardend::ipc {
namespace {

struct CgroupCase {
  const char* name;
  const char* text;
  CgroupFacts facts;
};

const CgroupCase cgroups[] = {
    {"a login session",
     "0::/user.slice/user-1000.slice/session-c2.scope\n",
     {.system_unit = "session-c2.scope", .login_session = "c2"}},
    {"below a user's manager",
     "0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-vitals-9.scope\n",
     {.system_unit = "user@1000.service", .user_unit = "app-vitals-9.scope", .user_manager = 1000}},
    {"a user's manager itself",
     "0::/user.slice/user-1000.slice/user@1000.service/init.scope\n",
     {.system_unit = "user@1000.service", .user_unit = "init.scope", .user_manager = 1000}},
    {"a system service", "0::/system.slice/integration.service\n", {.system_unit = "integration.service"}},
    {"in nested slices",
     "0::/system.slice/system-getty.slice/getty@tty1.service\n",
     {.system_unit = "getty@tty1.service"}},
    {"in a service's sub-group", "0::/system.slice/a.service/session-c2.scope\n", {.system_unit = "a.service"}},
    {"a user's sub-group named like a session",
     "0::/user.slice/user-1000.slice/user@1000.service/session-c9.scope\n",
     {.system_unit = "user@1000.service", .user_unit = "session-c9.scope", .user_manager = 1000}},
    {"a session scope outside user.slice", "0::/system.slice/session-c2.scope\n", {.system_unit = "session-c2.scope"}},
    {"another user's manager",
     "0::/user.slice/user-1000.slice/user@1001.service/app.slice/a.service\n",
     {.system_unit = "user@1001.service"}},
    {"an odd session name", "0::/user.slice/user-1000.slice/session-c_2.scope\n", {.system_unit = "session-c_2.scope"}},
    {"hybrid",
     "12:pids:/user.slice\n1:name=systemd:/user.slice/user-7.slice/session-3.scope\n0::/\n",
     {.system_unit = "session-3.scope", .login_session = "3"}},
    {"legacy", "2:cpu,cpuacct:/\n1:name=systemd:/system.slice/a.service\n", {.system_unit = "a.service"}},
    {"an escaped name", "0::/system.slice/_cpu.service\n", {.system_unit = "cpu.service"}},
    {"init", "0::/init.scope\n", {.system_unit = "init.scope"}},
    {"a bare slice", "0::/user.slice\n", {}},
    {"outside the namespace", "0::/../../system.slice/a.service\n", {}},
    {"a removed group", "0::/system.slice/a.service (deleted)\n", {}},
    {"the root", "0::/\n", {}},
    {"nothing", "", {}},
    {"nonsense", "abc\n::\n0:\n", {}},
};

TEST(Cgroup, SaysWhereAProcessBelongs) {
  for (const auto& row : cgroups) EXPECT_EQ(parse_cgroup(row.text), row.facts) << row.name;
}

Caller clinician() {
  return Caller(
      {.pid = 1,
       .uid = 1000,
       .gid = 100,
       .groups = {200},
       .label = "wardend-app (enforce)",
       .cgroup = {.system_unit = "user@1000.service", .user_unit = "app-vitals-9.scope", .user_manager = 1000}});
}

struct RuleCase {
  const char* name;
  config::Peer rule;
  bool matches;
};

TEST(PeerRules, MatchWhenEveryKeyDoes) {
  const std::vector<RuleCase> table = {
      {"no key", {}, false},
      {"user", {.user = "ann", .uid = 1000}, true},
      {"another user", {.user = "bob", .uid = 1001}, false},
      {"a user that was not found", {.user = "ann"}, false},
      {"primary group", {.group = "g", .gid = 100}, true},
      {"supplementary group", {.group = "g", .gid = 200}, true},
      {"another group", {.group = "g", .gid = 300}, false},
      {"a group that was not found", {.group = "g"}, false},
      {"user unit", {.unit = "app-vitals-*.scope"}, true},
      {"system unit", {.unit = "user@*.service"}, true},
      {"another unit", {.unit = "app-other-*.scope"}, false},
      {"label", {.label = "wardend-app*"}, true},
      {"another label", {.label = "unconfined"}, false},
      {"user and unit", {.user = "ann", .uid = 1000, .unit = "app-*"}, true},
      {"user and another unit", {.user = "ann", .uid = 1000, .unit = "b*"}, false},
      {"an executable cannot be checked", {.user = "ann", .uid = 1000, .exe = "/usr/bin/app"}, false},
  };
  const auto caller = clinician();
  for (const auto& row : table) EXPECT_EQ(matches(row.rule, caller), row.matches) << row.name;
}

TEST(PeerRules, AGlobMatchesNoUnitWhereThereIsNone) {
  EXPECT_FALSE(matches({.unit = "*"}, Caller({.uid = 1})));
  EXPECT_FALSE(matches({.label = "*"}, Caller({.uid = 1})));
}

TEST(PeerRules, TellASystemUnitFromWhatUsersCanMake) {
  const Caller service({.uid = 5, .cgroup = {.system_unit = "a.service"}});
  const Caller session({.uid = 5, .cgroup = {.system_unit = "session-1.scope", .login_session = "1"}});
  EXPECT_TRUE(matches_system_unit({.unit = "a.service"}, service));
  EXPECT_FALSE(matches_system_unit({.uid = 5}, service));
  EXPECT_FALSE(matches_system_unit({.unit = "*"}, clinician()));
  EXPECT_FALSE(matches_system_unit({.unit = "*"}, session));
}

TEST(Caller, IsWhoTheKernelSays) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
  const FileDescriptor ours(ends[0]);
  const FileDescriptor theirs(ends[1]);
  const auto caller = Caller::of_socket(ours.get());
  ASSERT_TRUE(caller.has_value()) << caller.error();
  EXPECT_EQ(caller->pid(), ::getpid());
  EXPECT_EQ(caller->uid(), ::getuid());
  EXPECT_TRUE(caller->in_group(::getgid()));
  EXPECT_FALSE(caller->start_time().empty());
  EXPECT_TRUE(caller->alive());
}

TEST(Caller, EscapesWhatAProcessCallsItself) {
  const Caller caller({.pid = 9, .uid = 8, .comm = "a b\nuid=0"});
  EXPECT_EQ(caller.describe(), "pid=9 uid=8 unit= comm=a\\x20b\\x0auid\\x3d0");
}

// A real listening socket, and a child process of another user.
class RealSocket : public test::Served {
 public:
  RealSocket() {
    ::mkdtemp(folder.data());
    ::chmod(folder.c_str(), 0755);
    path = folder + "/s";
  }
  ~RealSocket() override { std::filesystem::remove_all(folder); }

  void listen(mode_t mode) {
    auto listening = listen_at(path, mode);
    ASSERT_TRUE(listening.has_value()) << listening.error();
    server.emplace(loop, clock, ServerOptions{}, std::vector<Dispatcher*>{&dispatcher}, [this](const Caller& caller) {
      accepted.push_back(caller.describe());
      uids.push_back(caller.uid());
      return std::uint64_t{1};
    });
    server->listen(std::move(*listening));
    clock.settle();
  }

  FileDescriptor connected() const {
    FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) socket.reset();
    return socket;
  }

  // Runs `what` in a child and gives its pid; the child exits with what it returns.
  template <typename What>
  static pid_t child(What what) {
    const pid_t pid = ::fork();
    if (pid == 0) ::_exit(what());
    return pid;
  }
  static int join(pid_t pid) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::string folder = "/tmp/wardend-ipc-XXXXXX";
  std::string path;
  std::vector<std::string> accepted;
  std::vector<uid_t> uids;
};

TEST_F(RealSocket, KnowsAnotherUser) {
  if (::getuid() != 0) GTEST_SKIP() << "changing the user takes root";
  listen(0666);
  constexpr uid_t other = 54321;
  const pid_t pid = child([&] {
    if (::setgid(other) != 0 || ::setuid(other) != 0) return 2;
    const auto socket = connected();
    const std::string call("{\"method\":\"org.wardend.Broker.GetToken\"}\0", 41);
    if (::send(socket.get(), call.data(), call.size(), MSG_NOSIGNAL) <= 0) return 3;
    std::array<char, 256> reply{};
    return ::recv(socket.get(), reply.data(), reply.size(), 0) > 0 ? 0 : 4;
  });
  for (int tries = 0; tries < 200 && fake.tokens == 0; ++tries) {
    loop.restart();
    loop.run_one_for(std::chrono::milliseconds(25));
  }
  clock.settle();
  EXPECT_EQ(join(pid), 0);
  EXPECT_EQ(uids, std::vector<uid_t>{other});
}

TEST_F(RealSocket, KeepsItsModeFromOtherUsers) {
  if (::getuid() != 0) GTEST_SKIP() << "changing the user takes root";
  listen(0600);
  EXPECT_EQ(join(child([&] {
              if (::setgid(54321) != 0 || ::setuid(54321) != 0) return 2;
              return connected().valid() ? 1 : 0;
            })),
            0);
}

TEST_F(RealSocket, S99RefusesAPeerThatIsDeadAtAccept) {
  listen(0600);
  ASSERT_EQ(join(child([&] { return connected().valid() ? 0 : 1; })), 0);
  clock.settle();
  EXPECT_TRUE(accepted.empty());
  EXPECT_EQ(rejected(Rejection::unknown_peer), 1U);
}

// The child's end of the connection is still open here, but the process that connected has ended.
TEST_F(RealSocket, WithholdsASecretFromAProcessThatHasEnded) {
  listen(0600);
  std::array<int, 2> hand_over{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, hand_over.data()), 0);
  const FileDescriptor near(hand_over[0]);
  const FileDescriptor far(hand_over[1]);
  const pid_t pid = child([&] {
    const auto socket = connected();
    char byte = 0;
    iovec body{.iov_base = &byte, .iov_len = 1};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &body;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    const int fd = socket.get();
    std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
    if (::sendmsg(far.get(), &message, 0) < 0) return 1;
    return ::read(far.get(), &byte, 1) == 1 ? 0 : 1;  // lives until it is accepted
  });
  char byte = 0;
  iovec body{.iov_base = &byte, .iov_len = 1};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &body;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  ASSERT_EQ(::recvmsg(near.get(), &message, 0), 1);
  int fd = -1;
  std::memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
  test::Peer peer{FileDescriptor(fd)};
  clock.settle();
  ASSERT_EQ(accepted.size(), 1U);
  EXPECT_TRUE(ask(peer, "GetToken").contains("parameters"));
  ASSERT_EQ(::write(near.get(), "", 1), 1);
  ASSERT_EQ(join(pid), 0);
  EXPECT_TRUE(ask(peer, "GetToken").is_null());
  EXPECT_TRUE(peer.closed());
}

TEST_F(RealSocket, IsNotTakenFromAWardendThatRuns) {
  listen(0600);
  const auto second = listen_at(path, 0600);
  ASSERT_FALSE(second.has_value());
  EXPECT_NE(second.error().find("another wardend is running"), std::string::npos);
  EXPECT_NE(second.error().find("`systemctl stop 'wardend*'`"), std::string::npos) << "what to do";
  EXPECT_TRUE(connected().valid());
}

TEST_F(RealSocket, ReplacesOneThatNobodyAnswersOn) {
  {
    const auto dead = listen_at(path, 0600);
  }
  ASSERT_TRUE(std::filesystem::exists(path));
  listen(0640);
  EXPECT_TRUE(connected().valid());
  EXPECT_EQ(std::filesystem::status(path).permissions(), std::filesystem::perms(0640));
}

TEST_F(RealSocket, LeavesAFileThatIsNoSocketAlone) {
  start({});
  ::close(::creat(path.c_str(), 0600));
  EXPECT_FALSE(listen_at(path, 0600).has_value());
  EXPECT_TRUE(std::filesystem::is_regular_file(path));
}

}  // namespace
}  // namespace wardend::ipc
