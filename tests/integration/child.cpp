#include "tests/integration/child.hpp"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <thread>

namespace wardend::test {
namespace {

std::string read_all(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// From descriptor 3 on, in this order; the environment says how many, which names, and whose they are.
void pass(const std::vector<std::pair<std::string, int>>& passed) {
  if (passed.empty()) return;
  std::vector<int> sources;
  std::string names;
  // Out of the way first: a source may have the number that another one is to get.
  for (const auto& [name, fd] : passed) {
    sources.push_back(::fcntl(fd, F_DUPFD_CLOEXEC, 100));
    names += (names.empty() ? "" : ":") + name;
  }
  for (std::size_t i = 0; i < sources.size(); ++i) ::dup2(sources[i], 3 + static_cast<int>(i));
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  ::setenv("LISTEN_FDS", std::to_string(passed.size()).c_str(), 1);
  ::setenv("LISTEN_FDNAMES", names.c_str(), 1);
}

[[noreturn]] void become(const Command& command, int input, int output, int errors) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(input, 0);
  ::dup2(output, 1);
  ::dup2(errors, 2);
  pass(command.passed);
  if (command.uid) {
    if (::setgroups(0, nullptr) != 0 || ::setgid(*command.uid) != 0 || ::setuid(*command.uid) != 0) ::_exit(126);
  }
  for (const std::string& entry : command.environment) ::putenv(const_cast<char*>(entry.c_str()));
  std::vector<char*> arguments;
  for (const std::string& argument : command.arguments) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  ::execvp(arguments.front(), arguments.data());
  ::_exit(127);
}

pid_t spawn(const Command& command, const std::filesystem::path& input, const std::filesystem::path& output,
            const std::filesystem::path& errors) {
  const int in = ::open(input.c_str(), O_RDONLY | O_CLOEXEC);
  const int out = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const int err = ::open(errors.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  const pid_t pid = ::fork();
  if (pid == 0) become(command, in, out, err);
  for (const int fd : {in, out, err}) ::close(fd);
  return pid;
}

// nullopt: still running.
std::optional<int> reap(pid_t pid) {
  int status = 0;
  if (::waitpid(pid, &status, WNOHANG) != pid) return std::nullopt;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Leaves it to be reaped.
bool ended(pid_t pid) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == pid;
}

}  // namespace

void pause_briefly() { std::this_thread::sleep_for(2ms); }

Finished run(const Command& command, std::chrono::milliseconds patience) {
  char name[] = "/tmp/wardend-run.XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name);
  std::ofstream(folder / "in") << command.input;
  const pid_t pid = spawn(command, folder / "in", folder / "out", folder / "err");
  std::optional<int> code;
  if (!eventually([&] { return (code = reap(pid)).has_value(); }, patience)) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    code = 128 + SIGKILL;
  }
  Finished finished{*code, read_all(folder / "out"), read_all(folder / "err")};
  std::filesystem::remove_all(folder);
  return finished;
}

Child::Child(const Command& command, std::filesystem::path log)
    : log_(std::move(log)), pid_(spawn(command, "/dev/null", log_, log_)) {}

Child::~Child() {
  if (exit_code_ || pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::string Child::output() const { return read_all(log_); }

bool Child::wait_for(const std::string& text, std::chrono::milliseconds patience) const {
  bool found = false;
  return eventually(
             [&] {
               const bool over = ended(pid_);  // asked first: what it wrote before its end is still read
               found = output().contains(text);
               return found || over;
             },
             patience) &&
         found;
}

void Child::send_signal(int number) const { ::kill(pid_, number); }

int Child::wait_end(std::chrono::milliseconds patience) {
  if (!exit_code_) (void)eventually([this] { return (exit_code_ = reap(pid_)).has_value(); }, patience);
  return exit_code_.value_or(-1);
}

}  // namespace wardend::test
