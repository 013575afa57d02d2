#include "wardctl/rehearsal/keeper.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <iostream>
#include <optional>
#include <ostream>
#include <string>
#include <system_error>

#include "base/file_descriptor.hpp"
#include "wardctl/explain.hpp"

namespace wardend::wardctl {
namespace {

constexpr const char* held_file = "held";
constexpr time_t young_seconds = 60;

sigset_t ending_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) ::sigaddset(&set, number);
  return set;
}

std::string prefix_of(const Occasion& occasion) { return std::string("wardend-") + occasion.name + '.'; }

// Where a user's own short-lived files belong; it is empty after a logout.
std::filesystem::path base_folder() {
  const char* own = std::getenv("XDG_RUNTIME_DIR");
  return own != nullptr && own[0] == '/' && ::access(own, W_OK) == 0 ? own : "/tmp";
}

// The lock that says that a folder is in use; not valid: somebody else has it.
FileDescriptor hold(const std::filesystem::path& folder) {
  FileDescriptor file(::open((folder / held_file).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  return file.valid() && ::flock(file.get(), LOCK_EX | LOCK_NB) == 0 ? std::move(file) : FileDescriptor();
}

// Folders of earlier calls whose processes were all killed at once. One that has just been made may not be held yet.
void sweep(const std::filesystem::path& base, const std::string& prefix) {
  std::error_code failed;
  for (const auto& entry : std::filesystem::directory_iterator(base, failed)) {
    struct stat info{};
    const bool own = entry.path().filename().string().starts_with(prefix) &&
                     ::lstat(entry.path().c_str(), &info) == 0 && S_ISDIR(info.st_mode) && info.st_uid == ::geteuid() &&
                     info.st_mtime + young_seconds < ::time(nullptr);
    if (!own) continue;
    const FileDescriptor unused = hold(entry.path());
    std::error_code ignored;
    if (unused.valid()) std::filesystem::remove_all(entry.path(), ignored);
  }
}

// Waits for the end of `player` or for a signal that ends everything, which is returned.
std::optional<int> wait_for(pid_t player, const sigset_t& signals) {
  const FileDescriptor ended(static_cast<int>(::syscall(SYS_pidfd_open, player, 0)));
  const FileDescriptor signalled(::signalfd(-1, &signals, SFD_CLOEXEC));
  std::array<pollfd, 2> watched = {pollfd{.fd = signalled.get(), .events = POLLIN, .revents = 0},
                                   pollfd{.fd = ended.get(), .events = POLLIN, .revents = 0}};
  while (::poll(watched.data(), watched.size(), -1) < 0 && errno == EINTR) {
  }
  signalfd_siginfo info{};
  if ((watched[0].revents & POLLIN) == 0 || ::read(signalled.get(), &info, sizeof info) != sizeof info)
    return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

// Kills the player; what it started dies with it, comes to this process, and is waited for too. The player's status.
int reap(pid_t player) {
  ::kill(player, SIGKILL);
  int status = 0;
  int one = 0;
  for (pid_t child = ::waitpid(-1, &one, 0); child > 0 || errno == EINTR; child = ::waitpid(-1, &one, 0))
    if (child == player) status = one;
  return status;
}

[[noreturn]] void play_and_end(const Context& context,
                               const std::function<ExitCode(const std::filesystem::path&)>& play,
                               const std::filesystem::path& folder, int parent) {
  die_with(parent);
  const ExitCode code = play(folder);
  context.out.flush();
  context.err.flush();
  ::_exit(static_cast<int>(code));
}

[[noreturn]] void end_by(int number) {
  ::signal(number, SIG_DFL);
  ::raise(number);
  const sigset_t signals = ending_signals();
  ::sigprocmask(SIG_UNBLOCK, &signals, nullptr);
  ::_exit(128 + number);
}

ExitCode no_folder(const Context& context, const Occasion& occasion) {
  const std::string cause = std::string("no folder can be made for the ") + occasion.name + ": " + std::strerror(errno);
  return refuse(context, {"NotWritten", cause, "make room in XDG_RUNTIME_DIR or /tmp", ExitCode::refused});
}

}  // namespace

void die_with(int parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(128 + SIGKILL);  // it has ended in between
}

ExitCode in_a_folder(const Context& context, const Occasion& occasion,
                     const std::function<ExitCode(const std::filesystem::path&)>& play) {
  const auto base = base_folder();
  const std::string prefix = prefix_of(occasion);
  sweep(base, prefix);
  std::string folder = (base / prefix).string() + "XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) return no_folder(context, occasion);
  const FileDescriptor held = hold(folder);
  const sigset_t signals = ending_signals();
  sigset_t before;
  ::sigprocmask(SIG_BLOCK, &signals, &before);
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  context.out.flush();
  context.err.flush();
  const int self = ::getpid();
  const pid_t player = ::fork();
  if (player == 0) play_and_end(context, play, folder, self);
  const auto signalled = player < 0 ? std::nullopt : wait_for(player, signals);
  const int status = player < 0 ? 0 : reap(player);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  if (player < 0) return no_folder(context, occasion);
  if (signalled) {
    context.err << "wardctl: " << occasion.signalled << '\n' << std::flush;
    end_by(*signalled);
  }
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
  if (WIFEXITED(status)) return static_cast<ExitCode>(WEXITSTATUS(status));
  const std::string cause = std::string("somebody killed the ") + occasion.name + ": nothing of it is left";
  return refuse(context, {"Killed", cause, occasion.again, ExitCode::try_again});
}

}  // namespace wardend::wardctl
