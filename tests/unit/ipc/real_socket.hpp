// A real listening socket of a server over the fake broker, and child processes that connect to it.
#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "ipc/listener.hpp"
#include "tests/unit/ipc/served.hpp"

namespace wardend::ipc::test {

class RealSocket : public Served {
 public:
  RealSocket() {
    ::mkdtemp(folder.data());
    ::chmod(folder.c_str(), 0755);
    path = folder + "/s";
  }
  ~RealSocket() override { std::filesystem::remove_all(folder); }

  void listen(mode_t mode) {
    auto listening = listen_at(path, {.mode = mode});
    ASSERT_TRUE(listening.has_value()) << listening.error();
    server.emplace(loop, clock, unsent, ServerOptions{}, std::vector<Dispatcher*>{&dispatcher},
                   [this](const Caller& caller) {
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

}  // namespace wardend::ipc::test
