#pragma once

#include <iostream>
#include <mutex>
#include <string>

inline constexpr const char* empty_screen = "\033[2J\033[H";

// What the clinician sees. What comes for a session that is gone is not shown: it may come after the wipe.
class Screen {
 public:
  void open(const std::string& session) {
    const std::lock_guard guard(mutex_);
    session_ = session;
    text_.clear();
  }
  void show(const std::string& session, const std::string& text) {
    const std::lock_guard guard(mutex_);
    if (session.empty() || session != session_ || text == text_) return;
    text_ = text;
    std::cout << text << std::endl;
  }
  // false: it has been wiped already.
  bool wipe(const std::string& session, const std::string& why) {
    const std::lock_guard guard(mutex_);
    if (session.empty() || session != session_) return false;
    session_.clear();
    text_.clear();
    std::cout << empty_screen << why << std::endl;
    return true;
  }
  // Nobody tells of a lock now: nothing stays until the next answer comes.
  void hide() {
    std::unique_lock guard(mutex_);
    const std::string session = session_;
    guard.unlock();
    show(session, std::string(empty_screen) + "wardend does not answer. One moment, please.");
  }

 private:
  std::mutex mutex_;
  std::string session_, text_;
};
