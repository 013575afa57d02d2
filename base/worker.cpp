#include "base/worker.hpp"

#include <pthread.h>
#include <sys/resource.h>

#include <boost/asio/post.hpp>
#include <condition_variable>
#include <deque>
#include <string>

namespace wardend {
namespace {

constexpr std::chrono::milliseconds patience_at_end{100};

}  // namespace

struct Worker::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::shared_ptr<Task>> queue;
  bool busy = false;
  bool ending = false;
};

void Worker::Task::perform_and_tell() {
  {
    const std::scoped_lock lock(mutex_);
    ended_ = !guard_;
    if (ended_) return;
  }
  perform();
  ended_ = true;
  const std::scoped_lock lock(mutex_);
  if (!guard_) return;
  asio::post(guard_->get_executor(), [self = shared_from_this()] { self->arrive(); });
  guard_.reset();  // here, as the loop may be gone when the thread lets go of this
}

void Worker::Task::give_up() {
  const std::scoped_lock lock(mutex_);
  guard_.reset();
}

void Worker::Task::arrive() {
  arrived_ = true;
  arrival_.notify_all();
}

Worker::Worker(Clock& clock, std::string_view name, Standing standing)
    : clock_(clock),
      shared_(std::make_shared<Shared>()),
      thread_([shared = shared_, standing] { serve(shared, standing); }) {
  ::pthread_setname_np(thread_.native_handle(), std::string(name.substr(0, 15)).c_str());
}

void Worker::queue(std::shared_ptr<Task> task) {
  {
    const std::scoped_lock lock(shared_->mutex);
    shared_->queue.push_back(std::move(task));
  }
  shared_->changed.notify_all();  // not before: the thread would wake up and wait for the lock
}

void Worker::serve(const std::shared_ptr<Shared>& shared, Standing standing) {
  // Number 0 is this thread. It may always lower itself.
  if (standing == Standing::ordinary) ::setpriority(PRIO_PROCESS, 0, 0);
  std::unique_lock lock(shared->mutex);
  for (;;) {
    shared->changed.wait(lock, [&] { return shared->ending || !shared->queue.empty(); });
    if (shared->ending) return;
    auto task = std::move(shared->queue.front());
    shared->queue.pop_front();
    shared->busy = true;
    lock.unlock();
    task->perform_and_tell();
    task.reset();
    lock.lock();
    shared->busy = false;
    shared->changed.notify_all();
  }
}

bool Worker::end() {
  if (!thread_.joinable()) return !left_behind_;
  std::unique_lock lock(shared_->mutex);
  shared_->ending = true;
  shared_->changed.notify_all();
  const bool idle = shared_->changed.wait_for(lock, patience_at_end, [&] { return !shared_->busy; });
  shared_->queue.clear();
  lock.unlock();
  if (idle)
    thread_.join();
  else
    thread_.detach();
  left_behind_ = !idle;
  return idle;
}

}  // namespace wardend
