// A connection that another process made, which ends when this goes.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "tests/unit/ipc/real_socket.hpp"

namespace wardend::ipc::test {

class FromAChild {
 public:
  FromAChild() {
    const FileDescriptor listening(::socket(AF_UNIX, SOCK_STREAM, 0));
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    ::bind(listening.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address.sun_family);  // any free name
    ::listen(listening.get(), 1);
    socklen_t size = sizeof address;
    ::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size);
    pid_ = RealSocket::child([&] {
      const FileDescriptor connection(::socket(AF_UNIX, SOCK_STREAM, 0));
      if (::connect(connection.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return 1;
      ::pause();
      return 0;
    });
    socket = FileDescriptor(::accept(listening.get(), nullptr, nullptr));
  }
  ~FromAChild() { end(); }
  // Also after its end.
  [[nodiscard]] pid_t pid() const { return pid_; }
  FromAChild(const FromAChild&) = delete;
  FromAChild& operator=(const FromAChild&) = delete;
  void end() {
    if (std::exchange(ended_, true)) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  FileDescriptor socket;

 private:
  pid_t pid_ = 0;
  bool ended_ = false;
};

}  // namespace wardend::ipc::test
