#include "tests/bench/process.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string_view>

#include "base/file_descriptor.hpp"

namespace wardend::bench {

Memory memory_of(pid_t pid) {
  Memory memory;
  std::ifstream rollup("/proc/" + std::to_string(pid) + "/smaps_rollup");
  for (std::string line; std::getline(rollup, line);) {
    const auto value = [&] { return std::stod(line.substr(line.find(':') + 1)); };
    if (line.starts_with("Rss:")) memory.resident_kib = value();
    if (line.starts_with("Private_Dirty:")) memory.own_kib = value();
  }
  return memory;
}

double worked_microseconds(pid_t pid) {
  double nanoseconds = 0;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    double of_thread = 0;
    std::ifstream(thread.path() / "schedstat") >> of_thread;
    nanoseconds += of_thread;
  }
  return nanoseconds / 1000;
}

void pin(pid_t pid, int processor) {
  cpu_set_t only;
  CPU_ZERO(&only);
  CPU_SET(static_cast<unsigned>(processor), &only);
  for (const auto& thread : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task"))
    if (::sched_setaffinity(std::stoi(thread.path().filename()), sizeof only, &only) != 0)
      throw std::runtime_error("cannot place process " + std::to_string(pid));
}

std::vector<double> starts(const std::string& program, const std::string& config, std::size_t times) {
  const std::string path = config + ".notify";
  const FileDescriptor notify(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  if (::bind(notify.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error("cannot bind " + path);
  std::vector<double> milliseconds;
  for (std::size_t run = 0; run < times; ++run) {
    const auto begun = std::chrono::steady_clock::now();
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
      const int nowhere = ::open("/dev/null", O_RDWR);
      ::dup2(nowhere, 1);
      ::dup2(nowhere, 2);
      ::execl(program.c_str(), program.c_str(), "--config", config.c_str(), nullptr);
      ::_exit(127);
    }
    std::array<char, 4096> message;
    for (bool ready = false; !ready;) {
      const ssize_t got = ::recv(notify.get(), message.data(), message.size(), 0);
      if (got <= 0) throw std::runtime_error("no word from wardend");
      ready = std::string_view(message.data(), static_cast<std::size_t>(got)).contains("READY=1");
    }
    milliseconds.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count());
    ::kill(pid, SIGTERM);
    ::waitpid(pid, nullptr, 0);
  }
  return milliseconds;
}

}  // namespace wardend::bench
