#include "base/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <exception>

#include "base/log.hpp"

namespace wardend {
namespace {

void end_of_task(std::string_view name, const std::exception_ptr& failure) {
  if (!failure) return;
  try {
    std::rethrow_exception(failure);
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) return;
    log::critical("task failed", {{"task", name}, {"error", error.code().message()}});
  } catch (const std::exception& error) {
    log::critical("task failed", {{"task", name}, {"error", error.what()}});
  }
  std::terminate();
}

}  // namespace

TaskGroup::~TaskGroup() {
  if (tasks_.empty()) return;
  log::critical("task group destroyed with a task running", {{"task", tasks_.front().name}});
  std::terminate();
}

void TaskGroup::spawn(std::string_view name, asio::awaitable<void> task) {
  tasks_.emplace_back();
  const auto entry = std::prev(tasks_.end());
  entry->name = name;
  asio::co_spawn(executor_, std::move(task),
                 asio::bind_cancellation_slot(entry->signal.slot(), [this, entry](const std::exception_ptr& failure) {
                   const auto ended = entry->name;
                   tasks_.erase(entry);
                   end_of_task(ended, failure);
                   if (tasks_.empty()) emptied_.notify_all();
                 }));
}

void TaskGroup::cancel() {
  // A cancelled task may end inside emit and take itself off the list.
  for (auto task = tasks_.begin(); task != tasks_.end();) (task++)->signal.emit(asio::cancellation_type::terminal);
}

asio::awaitable<void> TaskGroup::shut_down(Clock& clock) {
  cancel();
  while (!tasks_.empty()) co_await clock.wait(emptied_, BootTime::max());
}

}  // namespace wardend
