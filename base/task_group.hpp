// Background coroutines with an owner. A group is cancelled *and joined* before its owner goes. A task that ends by
// cancellation ends quietly; any other exception is a bug and terminates the process (systemd restarts it).
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <list>
#include <string_view>

#include "base/clock.hpp"

namespace wardend {

class TaskGroup {
 public:
  explicit TaskGroup(asio::any_io_executor executor) : executor_(std::move(executor)) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;
  // Terminates when a task is still there: its frame may point into the owner.
  ~TaskGroup();

  // Starts `task`. `name` is a literal, for the log line of a task that fails.
  void spawn(std::string_view name, asio::awaitable<void> task);
  // From within the loop: elsewhere a task could end between the order and its effect.
  void cancel();
  [[nodiscard]] std::size_t size() const { return tasks_.size(); }

  // Cancels all, and completes when the last task has ended. Every task observes cancellation at its next await.
  [[nodiscard]] asio::awaitable<void> shut_down(Clock& clock);

 private:
  struct Task {
    std::string_view name;
    asio::cancellation_signal signal;
  };
  asio::any_io_executor executor_;
  std::list<Task> tasks_;
  Event emptied_;
};

}  // namespace wardend
