// A gate for work on another thread: it waits there until the test lets it pass.
#pragma once

#include <atomic>

namespace wardend::test {

class Gate {
 public:
  void open() { set(open_); }
  // On the working thread.
  void pass() {
    set(entered_);
    open_.wait(false);
    set(passed_);
  }
  // Where nobody comes, these wait until CTest gives up.
  void await_entry() const { entered_.wait(false); }
  void await_passage() const { passed_.wait(false); }
  [[nodiscard]] bool entered() const { return entered_; }

 private:
  static void set(std::atomic<bool>& flag) {
    flag = true;
    flag.notify_all();
  }
  std::atomic<bool> open_ = false;
  std::atomic<bool> entered_ = false;
  std::atomic<bool> passed_ = false;
};

}  // namespace wardend::test
