#include "wardctl/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "base/file_descriptor.hpp"

namespace wardend::wardctl {
namespace {

class FileActions {
 public:
  FileActions() { ::posix_spawn_file_actions_init(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  void discard_standard_streams() {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
      ::posix_spawn_file_actions_addopen(&actions_, fd, "/dev/null", O_RDWR, 0);
  }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

std::optional<pid_t> spawn(std::vector<std::string> arguments, Streams streams) {
  FileActions actions;
  if (streams == Streams::discard) actions.discard_standard_streams();
  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (auto& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  pid_t child = 0;
  if (::posix_spawnp(&child, pointers.front(), actions.get(), nullptr, pointers.data(), environ) != 0)
    return std::nullopt;
  return child;
}

// False: it still runs.
bool wait_for_end(pid_t child, std::chrono::milliseconds patience) {
  const FileDescriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  pollfd watched{.fd = handle.get(), .events = POLLIN, .revents = 0};
  return ::poll(&watched, 1, static_cast<int>(patience.count())) > 0;
}

}  // namespace

Ended run_program(const std::vector<std::string>& arguments, Streams streams,
                  std::optional<std::chrono::milliseconds> patience) {
  const auto child = spawn(arguments, streams);
  if (!child) return {};
  if (patience && !wait_for_end(*child, *patience)) return {.started = true};
  int status = 0;
  while (::waitpid(*child, &status, 0) < 0)
    if (errno != EINTR) return {.started = true};
  return {.started = true, .exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)};
}

std::string sibling_program(const std::string& name) {
  std::error_code failed;
  const auto own = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (failed) return name;
  auto sibling = own.parent_path() / name;
  return ::access(sibling.c_str(), X_OK) == 0 ? sibling.string() : name;
}

}  // namespace wardend::wardctl
