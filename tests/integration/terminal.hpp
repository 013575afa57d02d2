// A program in a terminal, and the clinician before it.
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "tests/integration/child.hpp"
#include "tests/integration/site.hpp"

namespace wardend::test {

// Servers tell sign-ins by whole seconds: nobody signs in within the second of a lock.
inline void wait_for_the_next_second() {
  const std::time_t now = std::time(nullptr);
  EXPECT_TRUE(eventually([&] { return std::time(nullptr) > now; }));
}

// An example in a terminal: what is typed, and what it shows.
class Terminal {
 public:
  // Its pipe and its log lie in `folder`.
  Terminal(const std::filesystem::path& folder, Command app) : pipe_(folder / "typed") {
    EXPECT_EQ(::mkfifo(pipe_.c_str(), 0600), 0);
    keyboard_ = ::open(pipe_.c_str(), O_RDWR | O_CLOEXEC);
    const std::vector<std::string> shell = {"sh", "-c", R"(exec "$@" <")" + pipe_.string() + '"', "sh"};
    app.arguments.insert(app.arguments.begin(), shell.begin(), shell.end());
    app.environment.emplace_back("PYTHONDONTWRITEBYTECODE=1");
    app_.emplace(app, folder / "shown");
  }
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;
  ~Terminal() { ::close(keyboard_); }

  void type(const std::string& line) {
    seen_ = app_->output().size();
    EXPECT_GT(::write(keyboard_, (line + "\n").c_str(), line.size() + 1), 0);
  }
  // From now on only what comes anew counts.
  void look_away() { seen_ = app_->output().size(); }
  // What it has shown since the last look away.
  [[nodiscard]] std::string shown() const { return app_->output().substr(seen_); }
  [[nodiscard]] bool shows(const std::string& text, std::chrono::milliseconds patience = 20s) const {
    return eventually([&] { return shown().contains(text); }, patience);
  }
  // Types `launch` and opens the address as the clinician's browser does.
  void launch(const Browser& browser) {
    type("launch");
    ASSERT_TRUE(eventually([&] { return std::regex_search(shown(), std::regex("open: \\S+\n")); })) << shown();
    const std::string text = shown();
    const auto from = text.find("open: ") + 6;
    const Page page = browser.open(text.substr(from, text.find('\n', from) - from));
    EXPECT_EQ(page.status, 200) << page.body;
  }
  [[nodiscard]] int quit() {
    type("quit");
    return app_->wait_end();
  }

 private:
  std::filesystem::path pipe_;
  int keyboard_ = -1;
  std::size_t seen_ = 0;
  std::optional<Child> app_;
};

}  // namespace wardend::test
