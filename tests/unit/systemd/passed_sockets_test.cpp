// What systemd passes begins at descriptor 3, once a process: each case is a process of its own.
#include "systemd/passed_sockets.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/unit/systemd/own_process.hpp"

namespace wardend::systemd {
namespace {

// As systemd leaves a process that it starts: sockets from 3 on, open across exec, and the variables. `names` in the
// order of the descriptors, with colons between them.
void pass(int count, const char* names, pid_t to = ::getpid()) {
  for (int i = 0; i < count; ++i) {
    const int made = ::socket(AF_UNIX, SOCK_STREAM, 0);
    const int high = ::fcntl(made, F_DUPFD, 50);
    ::close(made);
    ::dup2(high, 3 + i);
    ::close(high);
  }
  ::setenv("LISTEN_PID", std::to_string(to).c_str(), 1);
  ::setenv("LISTEN_FDS", std::to_string(count).c_str(), 1);
  if (names == nullptr)
    ::unsetenv("LISTEN_FDNAMES");
  else
    ::setenv("LISTEN_FDNAMES", names, 1);
}

std::string numbers(const std::vector<FileDescriptor>& sockets) {
  std::string text;
  for (const FileDescriptor& socket : sockets) text += std::to_string(socket.get()) + " ";
  return text;
}
std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += name + " ";
  return text;
}

TEST(PassedSockets, AreClaimedByTheirNames) {
  EXPECT_EQ(test::in_own_process([] {
              pass(3, "broker:loopback:broker");
              PassedSockets passed = PassedSockets::take();
              return numbers(passed.claim("broker")) + "| " + numbers(passed.claim("loopback"));
            }),
            "3 5 | 4 ");
}

TEST(PassedSockets, AreGivenOnce) {
  EXPECT_EQ(test::in_own_process([] {
              pass(2, "broker:broker");
              PassedSockets passed = PassedSockets::take();
              const auto first = passed.claim("broker");
              return numbers(first) + "| " + numbers(passed.claim("broker"));
            }),
            "3 4 | ");
}

TEST(PassedSockets, ThatNobodyClaimedAreNamed) {
  EXPECT_EQ(test::in_own_process([] {
              pass(3, "broker:new-in-2.0:loopback");
              PassedSockets passed = PassedSockets::take();
              const auto before = joined(passed.unclaimed());
              const auto broker = passed.claim("broker");
              const auto control = passed.claim("control");
              return before + "| " + joined(passed.unclaimed()) + "| " + std::to_string(control.size());
            }),
            "broker new-in-2.0 loopback | new-in-2.0 loopback | 0");
}

TEST(PassedSockets, AreClosedOnExecAndByTheirOwner) {
  EXPECT_EQ(test::in_own_process([] {
              pass(1, "broker");
              if ((::fcntl(3, F_GETFD) & FD_CLOEXEC) != 0) return "closed on exec before they were taken";
              {
                const PassedSockets passed = PassedSockets::take();
                if ((::fcntl(3, F_GETFD) & FD_CLOEXEC) == 0) return "left open on exec";
              }
              return ::fcntl(3, F_GETFD) == -1 ? "closed" : "leaked";
            }),
            "closed");
}

TEST(PassedSockets, LeaveNoVariableForChildren) {
  EXPECT_EQ(test::in_own_process([] {
              pass(1, "broker");
              const PassedSockets passed = PassedSockets::take();
              std::string left;
              for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"})
                if (::getenv(name) != nullptr) left += name;
              return left;
            }),
            "");
}

TEST(PassedSockets, OfAnotherProcessAreNotTaken) {
  EXPECT_EQ(test::in_own_process([] {
              pass(1, "broker", ::getppid());
              const PassedSockets passed = PassedSockets::take();
              return joined(passed.unclaimed()) + (::fcntl(3, F_GETFD) == -1 ? "closed" : "left alone");
            }),
            "left alone");
}

TEST(PassedSockets, WithoutNamesAreUnknown) {
  EXPECT_EQ(test::in_own_process([] {
              pass(2, nullptr);
              return joined(PassedSockets::take().unclaimed());
            }),
            "unknown unknown ");
}

TEST(PassedSockets, AreNoneWithoutAManagerAndNoneWhenItsWordsAreNotUnderstood) {
  EXPECT_EQ(test::in_own_process([] {
              ::unsetenv("LISTEN_PID");
              ::unsetenv("LISTEN_FDS");
              std::string found = joined(PassedSockets::take().unclaimed());
              pass(2, "one-name-for-two");
              found += joined(PassedSockets::take().unclaimed());
              pass(1, "broker");
              ::setenv("LISTEN_FDS", "many", 1);
              return found + joined(PassedSockets::take().unclaimed());
            }),
            "");
}

}  // namespace
}  // namespace wardend::systemd
