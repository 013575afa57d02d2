#include "wardctl/rehearsal/stage.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <string_view>
#include <thread>
#include <vector>

#include "base/file_descriptor.hpp"
#include "base/json.hpp"
#include "ipc/client/wardend/client.hpp"
#include "wardctl/process.hpp"
#include "wardctl/rehearsal/keeper.hpp"
#include "wardctl/rehearsal/sandbox.hpp"

namespace wardend::wardctl {
namespace {

using namespace std::chrono_literals;

constexpr auto start_patience = 15s;
constexpr auto look_again = 20ms;

StageFault no_program(const std::string& name) {
  return {"NotSupported", "the program " + name + " cannot be started",
          "install it beside wardctl or in PATH: `cmake --build --preset release --target " + name + "`"};
}

// What a program that is started gets of this one.
struct Given {
  int out = -1;
  int err = -1;
  int loopback = -1;  // passed as a service manager passes it; -1: none. Spec: sd_listen_fds(3)
};

void take_over(const Given& given) {
  for (const char* name : {"NOTIFY_SOCKET", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES", "WATCHDOG_USEC",
                           "JOURNAL_STREAM", "CREDENTIALS_DIRECTORY"})
    ::unsetenv(name);
  ::dup2(given.out, STDOUT_FILENO);
  ::dup2(given.err, STDERR_FILENO);
  if (given.loopback < 0) return;
  constexpr int first_passed = 3;
  if (given.loopback == first_passed)
    ::fcntl(first_passed, F_SETFD, 0);
  else
    ::dup2(given.loopback, first_passed);
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  ::setenv("LISTEN_FDS", "1", 1);
  ::setenv("LISTEN_FDNAMES", "loopback", 1);
}

// A program that dies with this one. It is no part of the terminal's group, so that Ctrl-C reaches the keeper alone; a
// service manager of ours is none of its business.
pid_t start(std::vector<std::string> words, const Given& given) {
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const int parent = ::getpid();
  const pid_t child = ::fork();
  if (child != 0) return child;
  die_with(parent);
  ::setpgid(0, 0);
  take_over(given);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execvp(pointers.front(), pointers.data());
  ::_exit(127);
}

// A line that comes through `fd`, without its end; what came by then, if it ends or takes too long.
std::string first_line(int fd) {
  std::string line;
  pollfd watched{.fd = fd, .events = POLLIN, .revents = 0};
  while (::poll(&watched, 1, std::chrono::milliseconds(start_patience).count()) > 0) {
    char letter = 0;
    if (::read(fd, &letter, 1) != 1 || letter == '\n') return line;
    line.push_back(letter);
  }
  return line;
}

// How a program ended that has said that it cannot go on; nullopt: it did not end by itself within a moment.
std::optional<int> exit_code_of(pid_t child) {
  const auto until = std::chrono::steady_clock::now() + start_patience;
  for (; std::chrono::steady_clock::now() < until; std::this_thread::sleep_for(look_again)) {
    int status = 0;
    if (::waitpid(child, &status, WNOHANG) == child)
      return WIFEXITED(status) ? std::optional(WEXITSTATUS(status)) : std::nullopt;
  }
  return std::nullopt;
}

// The sandbox's address.
std::expected<std::string, StageFault> start_sandbox(const std::string& like, const std::filesystem::path& folder) {
  constexpr std::string_view greeting = "listening on ";
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return std::unexpected(no_program("wardend-sandbox"));
  const FileDescriptor output(ends[0]);
  FileDescriptor input(ends[1]);
  const FileDescriptor log(::open((folder / "sandbox.log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  std::vector<std::string> words = {sibling_program("wardend-sandbox")};
  if (!like.empty()) words.insert(words.end(), {"--profile", like});
  const pid_t child = start(std::move(words), {.out = input.get(), .err = log.get()});
  input.reset();
  const std::string line = child < 0 ? std::string() : first_line(output.get());
  if (line.starts_with(greeting)) return line.substr(greeting.size());
  if (child > 0 && !like.empty() && exit_code_of(child) == 2)
    return std::unexpected(StageFault{"InvalidRequest", "wardend-sandbox cannot be like " + like,
                                      "`wardend-sandbox --list-profiles` names what it can be", ExitCode::usage});
  return std::unexpected(no_program("wardend-sandbox"));
}

// A socket for wardend's pages, on a port that is held from now on: between a look and a use others take it.
struct Pages {
  FileDescriptor socket;
  std::uint16_t port = 0;  // 0: none can be had
};
Pages open_pages() {
  Pages pages{.socket = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))};
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const int socket = pages.socket.get();
  if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0 && ::listen(socket, SOMAXCONN) == 0 &&
      ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0)
    pages.port = ntohs(address.sin_port);
  return pages;
}

std::expected<Subject, StageFault> ask_for_subject(const StageOptions& options, const Stage& stage) {
  constexpr int usage = 2, unknown_name = 67, config = 78;
  const auto captured = capture_program({sibling_program("wardend"), "--config", options.config, "--stage", options.app,
                                         options.server, "--stage-folder", stage.folder.string(), "--stage-base",
                                         stage.sandbox + "/fhir", "--stage-port", std::to_string(stage.loopback_port)},
                                        client::Client::max_frame_bytes);
  if (captured.ended.exit_code == usage)
    return std::unexpected(
        StageFault{"InvalidRequest", "which server? The app has several", "name one after the app", ExitCode::usage});
  if (captured.ended.exit_code == unknown_name)
    return std::unexpected(StageFault{"InvalidRequest", "the configuration has no such app and server",
                                      "name an app of it, and one of that app's servers; --config names the file"});
  if (captured.ended.exit_code == config)
    return std::unexpected(StageFault{"ConfigInvalid", "the configuration cannot be used as it is",
                                      "correct what is named above, or name another file with --config"});
  if (captured.ended.exit_code != 0) return std::unexpected(no_program("wardend"));
  const auto told = parse_json(captured.output, client::Client::max_frame_bytes);
  auto subject = told ? read_subject(*told) : std::nullopt;
  if (!subject)
    return std::unexpected(StageFault{"ProtocolError", "wardend did not say what stands on the stage",
                                      "check that wardctl and wardend are of one version"});
  return std::move(*subject);
}

std::string last_line_of(const std::filesystem::path& log) {
  std::ifstream lines(log);
  std::string last;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) last = line;
  return last;
}

std::optional<StageFault> start_wardend(const Stage& stage, const Pages& pages) {
  const auto file = stage.folder / "wardend.toml";
  std::ofstream(file) << stage.subject.configuration;
  const auto log_file = stage.folder / "wardend.log";
  const FileDescriptor log(::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  const pid_t child = start({sibling_program("wardend"), "--config", file.string()},
                            {.out = log.get(), .err = log.get(), .loopback = pages.socket.get()});
  if (child < 0) return no_program("wardend");
  const auto until = std::chrono::steady_clock::now() + start_patience;
  while (std::chrono::steady_clock::now() < until) {
    if (client::Client::connect(stage.folder / "control.sock")) return std::nullopt;
    int status = 0;
    if (::waitpid(child, &status, WNOHANG) == child) break;
    std::this_thread::sleep_for(look_again);
  }
  return StageFault{"NotStarted", "the wardend of its own did not start: " + last_line_of(log_file),
                    "try the configuration with `wardctl check FILE`"};
}

}  // namespace

std::expected<Stage, StageFault> set_stage(const StageOptions& options, const std::filesystem::path& folder) {
  const Pages pages = open_pages();
  if (pages.port == 0)
    return std::unexpected(StageFault{"NotStarted", "no port of this machine can be had", "free some, then try again"});
  Stage stage{.folder = folder, .loopback_port = pages.port};
  auto sandbox = start_sandbox(options.like, folder);
  if (!sandbox) return std::unexpected(sandbox.error());
  stage.sandbox = std::move(*sandbox);
  // What a vendor wants as `aud` belongs to its address, which is another one here.
  Sandbox(stage.sandbox).set("config", {{"aud", "{base}"}});
  auto subject = ask_for_subject(options, stage);
  if (!subject) return std::unexpected(subject.error());
  stage.subject = std::move(*subject);
  if (auto fault = start_wardend(stage, pages)) return std::unexpected(std::move(*fault));
  return stage;
}

}  // namespace wardend::wardctl
