// A thread for one kind of work that may block: the audit's disk, user look-ups, files, large JSON. Everything else in
// wardend runs on the one loop. Kinds that must not wait for each other have a Worker each. Work may hang for ever (a
// hard NFS mount, a directory server): a caller that must not hang gives a deadline, and goes on without a result.
#pragma once

#include <atomic>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>

#include "base/clock.hpp"

namespace wardend {

class Worker {
 public:
  template <typename R>
  class Job;

  // `inherited`: the thread has the priority of the one that starts it, which comes before what users run. `ordinary`:
  // it has the priority of what users run, for work that others can make large.
  enum class Standing { inherited, ordinary };

  // Starts the thread. `name` shows in ps and in debuggers; 15 characters count.
  explicit Worker(Clock& clock, std::string_view name = "worker", Standing standing = Standing::inherited);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  // As end().
  ~Worker() { static_cast<void>(end()); }

  // Queues `work` and returns at once; `loop` is where the Job is awaited. `work` must own all that it
  // touches and return a value: it may go on after its caller, and after this Worker.
  template <typename Work>
  [[nodiscard]] Job<std::invoke_result_t<Work&>> begin(asio::any_io_executor loop, Work work);

  // The result of `work`. Waits for ever if the work hangs.
  template <typename Work>
  [[nodiscard]] asio::awaitable<std::invoke_result_t<Work&>> run(Work work);

  // The result of `work`; nullopt when it has not ended at `deadline`. The work is given up then: its result goes
  // nowhere. Nothing queues behind work that was given up in this way: while it still runs the answer is nullopt at
  // once.
  template <typename Work>
  [[nodiscard]] asio::awaitable<std::optional<std::invoke_result_t<Work&>>> run_until(BootTime deadline, Work work);

  // The same, `span` from now.
  template <typename Work>
  [[nodiscard]] asio::awaitable<std::optional<std::invoke_result_t<Work&>>> run_for(Duration span, Work work) {
    return run_until(clock_.now() + span, std::move(work));
  }

  // Whether work that was given up at its deadline still runs.
  [[nodiscard]] bool stuck() const { return given_up_ != nullptr && !given_up_->ended(); }

  // Ends the thread, after the work that it runs now and before the work that is queued. False: the work has not ended
  // within a tenth of a second. The thread is left behind then; it touches nothing but its work when it comes back. The
  // process must then end by _exit: a thread must not come back while static objects are destroyed.
  [[nodiscard]] bool end();

 private:
  // One piece of work, shared by the loop and the thread. The last of them frees it.
  class Task : public std::enable_shared_from_this<Task> {
   public:
    explicit Task(asio::any_io_executor loop) : guard_(std::in_place, std::move(loop)) {}
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    virtual ~Task() = default;
    // On the thread.
    void perform_and_tell();
    // Whether the thread is done with it, or passed it over as it had been given up.
    [[nodiscard]] bool ended() const { return ended_; }
    // On the loop. After give_up() the thread never touches the loop again, and work that has not begun never begins.
    void give_up();
    [[nodiscard]] bool arrived() const { return arrived_; }
    [[nodiscard]] Event& arrival() { return arrival_; }

   private:
    virtual void perform() = 0;
    void arrive();

    std::mutex mutex_;
    std::optional<asio::executor_work_guard<asio::any_io_executor>> guard_;  // under the mutex; none: given up or told
    std::atomic<bool> ended_ = false;
    bool arrived_ = false;  // the loop's
    Event arrival_;         // the loop's
  };
  template <typename Work>
  class TaskOf;
  struct Shared;

  void queue(std::shared_ptr<Task> task);
  static void serve(const std::shared_ptr<Shared>& shared, Standing standing);

  Clock& clock_;
  std::shared_ptr<Shared> shared_;  // with the thread
  std::shared_ptr<Task> given_up_;  // at its deadline
  std::thread thread_;
  bool left_behind_ = false;
};

template <typename Work>
class Worker::TaskOf final : public Task {
 public:
  using Return = std::invoke_result_t<Work&>;
  static_assert(!std::is_void_v<Return>);

  TaskOf(asio::any_io_executor loop, Work work) : Task(std::move(loop)), work_(std::move(work)) {}
  Return take() {
    if (failure_) std::rethrow_exception(failure_);
    return std::move(*result_);
  }

 private:
  void perform() override {
    try {
      result_.emplace(work_());
    } catch (...) {
      failure_ = std::current_exception();
    }
  }
  Work work_;
  std::optional<Return> result_;
  std::exception_ptr failure_;
};

// Work under way. When this goes, work that has not ended is given up. For the loop's thread only.
template <typename R>
class Worker::Job {
 public:
  Job(Job&&) noexcept = default;
  Job& operator=(Job&&) = delete;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  ~Job() {
    if (task_ && !task_->arrived()) task_->give_up();
  }

  // Completes when the work has ended, or at `deadline`. True: it has ended, and take() may be called. Cancelled as any
  // other wait is.
  [[nodiscard]] asio::awaitable<bool> ended_by(BootTime deadline) {
    while (!task_->arrived())
      if (co_await clock_.wait(task_->arrival(), deadline) == Clock::Wake::deadline) break;
    co_return task_->arrived();
  }
  // The result, or the exception that the work threw. Once only.
  [[nodiscard]] R take() { return take_(*task_); }

 private:
  friend class Worker;
  Job(Clock& clock, std::shared_ptr<Task> task, R (*take)(Task&))
      : clock_(clock), task_(std::move(task)), take_(take) {}
  Clock& clock_;
  std::shared_ptr<Task> task_;
  R (*take_)(Task&);
};

template <typename Work>
Worker::Job<std::invoke_result_t<Work&>> Worker::begin(asio::any_io_executor loop, Work work) {
  auto task = std::make_shared<TaskOf<Work>>(std::move(loop), std::move(work));
  queue(task);
  return {clock_, std::move(task), [](Task& of) { return static_cast<TaskOf<Work>&>(of).take(); }};
}

template <typename Work>
asio::awaitable<std::invoke_result_t<Work&>> Worker::run(Work work) {
  asio::any_io_executor loop = co_await asio::this_coro::executor;
  auto job = begin(std::move(loop), std::move(work));
  static_cast<void>(co_await job.ended_by(BootTime::max()));
  co_return job.take();
}

template <typename Work>
asio::awaitable<std::optional<std::invoke_result_t<Work&>>> Worker::run_until(BootTime deadline, Work work) {
  if (stuck()) co_return std::nullopt;
  asio::any_io_executor loop = co_await asio::this_coro::executor;
  auto job = begin(std::move(loop), std::move(work));
  if (co_await job.ended_by(deadline)) co_return job.take();
  given_up_ = job.task_;
  co_return std::nullopt;
}

}  // namespace wardend
