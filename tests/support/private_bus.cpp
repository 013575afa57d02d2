#include "tests/support/private_bus.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include "base/file_descriptor.hpp"

namespace wardend::test {
namespace {

constexpr int start_patience_ms = 20'000;

// Signals and calls go as on the system bus; names are free, so that a test may be logind.
constexpr auto config = R"(<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>custom</type>
  <auth>EXTERNAL</auth>
  <listen>)";
constexpr auto config_end = R"(</listen>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
  </policy>
</busconfig>
)";

[[noreturn]] void become_daemon(const std::string& config_option, int ready) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // a test that dies leaves nothing behind
  ::fcntl(ready, F_SETFD, 0);
  const std::string print = "--print-address=" + std::to_string(ready);
  ::execlp("dbus-daemon", "dbus-daemon", config_option.c_str(), "--nofork", "--nopidfile", print.c_str(), nullptr);
  ::_exit(127);
}

}  // namespace

PrivateBus::PrivateBus() {
  std::string folder = (std::filesystem::temp_directory_path() / "wardend-bus-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) throw std::system_error(errno, std::generic_category(), "mkdtemp");
  folder_ = folder;
  address_ = "unix:path=" + folder + "/bus";
  std::ofstream(folder_ / "bus.conf") << config << address_ << config_end;
  start();
}

PrivateBus::~PrivateBus() {
  kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void PrivateBus::start() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
  const FileDescriptor told(ends[0]);
  FileDescriptor tells(ends[1]);
  const std::string option = "--config-file=" + (folder_ / "bus.conf").string();
  daemon_ = ::fork();
  if (daemon_ == 0) become_daemon(option, tells.get());
  tells.reset();
  // The address is printed once the daemon listens; a daemon that could not start closes the pipe without a word.
  pollfd waiting{.fd = told.get(), .events = POLLIN, .revents = 0};
  char first = 0;
  if (::poll(&waiting, 1, start_patience_ms) != 1 || ::read(told.get(), &first, 1) != 1) {
    kill();
    throw std::runtime_error("dbus-daemon did not start: install the package dbus-daemon");
  }
}

void PrivateBus::kill() {
  if (daemon_ <= 0) return;
  ::kill(daemon_, SIGKILL);
  ::waitpid(daemon_, nullptr, 0);
  daemon_ = -1;
}

}  // namespace wardend::test
