#include "wardctl/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/file_descriptor.hpp"

namespace wardend::wardctl {
namespace {

using Deadline = std::optional<std::chrono::steady_clock::time_point>;  // nullopt: never

// A program that the kernel holds in a call does not even end then.
constexpr std::chrono::milliseconds after_a_kill{200};

// As poll() wants it.
int milliseconds_until(Deadline deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

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
  void send_to(int fd, int stream) { ::posix_spawn_file_actions_adddup2(&actions_, fd, stream); }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_{};
};

std::optional<pid_t> spawn(std::vector<std::string> arguments, const FileActions& actions) {
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

Ended ended(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0)
    if (errno != EINTR) return {.started = true};
  return {.started = true, .exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status)};
}

// All that comes through `fd` until its other end is closed or `deadline` has come; of more than `most_bytes` the rest
// is dropped.
std::string read_all(int fd, std::size_t most_bytes, Deadline deadline) {
  std::string text;
  std::array<char, 16384> piece{};
  while (true) {
    pollfd watched{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&watched, 1, milliseconds_until(deadline));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return text;
    const auto got = ::read(fd, piece.data(), piece.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(piece.data(), std::min(static_cast<std::size_t>(got), most_bytes - text.size()));
  }
}

}  // namespace

Captured capture_program(const std::vector<std::string>& arguments, std::size_t most_bytes, Errors errors,
                         std::optional<std::chrono::milliseconds> patience) {
  const Deadline deadline = patience ? Deadline(std::chrono::steady_clock::now() + *patience) : std::nullopt;
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {};
  const FileDescriptor output(ends[0]);
  FileDescriptor input(ends[1]);
  FileActions actions;
  actions.send_to(input.get(), STDOUT_FILENO);
  if (errors == Errors::captured) actions.send_to(input.get(), STDERR_FILENO);
  const auto child = spawn(arguments, actions);
  input = FileDescriptor();
  if (!child) return {};
  std::string text = read_all(output.get(), most_bytes, deadline);
  if (deadline && !wait_for_end(*child, std::chrono::milliseconds(milliseconds_until(deadline)))) {
    ::kill(*child, SIGKILL);
    if (!wait_for_end(*child, after_a_kill)) return {.ended = {.started = true}, .output = std::move(text)};
  }
  return {.ended = ended(*child), .output = std::move(text)};
}

Ended run_program(const std::vector<std::string>& arguments, Streams streams,
                  std::optional<std::chrono::milliseconds> patience) {
  FileActions actions;
  if (streams == Streams::discard) actions.discard_standard_streams();
  const auto child = spawn(arguments, actions);
  if (!child) return {};
  if (patience && !wait_for_end(*child, *patience)) return {.started = true};
  return ended(*child);
}

std::string sibling_program(const std::string& name) {
  std::error_code failed;
  const auto own = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (failed) return name;
  auto sibling = own.parent_path() / name;
  return ::access(sibling.c_str(), X_OK) == 0 ? sibling.string() : name;
}

}  // namespace wardend::wardctl
