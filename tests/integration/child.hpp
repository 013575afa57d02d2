// Programs that a test runs: to their end with what they wrote, or in the background until the test is over.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace wardend::test {

using namespace std::chrono_literals;

struct Command {
  std::vector<std::string> arguments;         // the first is the program, looked up in PATH
  std::vector<std::string> environment = {};  // NAME=VALUE, beside the test's own
  std::string input = {};                     // for standard input
  std::optional<uid_t> uid = {};              // run as this user (the test must be root)
  // Descriptors as a service manager passes them, by name. Spec: sd_listen_fds(3)
  std::vector<std::pair<std::string, int>> passed = {};
};

struct Finished {
  int exit_code = -1;  // 128 + signal when a signal ended it
  std::string out;
  std::string err;
};

// Runs to the end, at most `patience`; a program that takes longer is killed and has exit code 128 + 9.
[[nodiscard]] Finished run(const Command& command, std::chrono::milliseconds patience = 30s);

// A program in the background. Its output goes to `log`. Killed when it goes out of scope.
class Child {
 public:
  Child(const Command& command, std::filesystem::path log);
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child();

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::string output() const;
  // Waits until its output has `text`; false when it ended, or after `patience`.
  [[nodiscard]] bool wait_for(const std::string& text, std::chrono::milliseconds patience = 20s) const;
  void send_signal(int number) const;
  // The exit code, as in Finished; -1 when it still runs after `patience`.
  [[nodiscard]] int wait_end(std::chrono::milliseconds patience = 20s);

 private:
  std::filesystem::path log_;
  pid_t pid_ = -1;
  std::optional<int> exit_code_;
};

// Looks every few milliseconds until `condition` holds; false after `patience`. For what only real time brings.
template <typename Condition>
[[nodiscard]] bool eventually(Condition condition, std::chrono::milliseconds patience = 10s);

void pause_briefly();

template <typename Condition>
bool eventually(Condition condition, std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    pause_briefly();
  }
  return true;
}

}  // namespace wardend::test
