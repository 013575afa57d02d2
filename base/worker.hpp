// The worker pool for what may block: fdatasync, directory look-ups, JSON texts over 64 KiB. One queue, few threads;
// everything else in wardend runs on the one loop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>
#include <utility>

#include "base/clock.hpp"

namespace wardend {

class Worker {
 public:
  explicit Worker(std::size_t threads = 1) : pool_(threads) {}
  // Waits for what runs.
  ~Worker() { pool_.join(); }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Runs `work` on the pool and resumes the caller on its own executor with what it returned. `work` must own all that
  // it touches. Cancellation does not interrupt it: a cancelled caller gets its result and stops at its next await.
  template <typename Work>
  [[nodiscard]] asio::awaitable<std::invoke_result_t<Work&>> run(Work work) {
    // Asio would post a cancellation to the pool by a plain pointer, and it may come there after the caller has gone.
    co_return co_await asio::co_spawn(pool_, invoke(std::move(work)),
                                      asio::bind_cancellation_slot(asio::cancellation_slot(), asio::use_awaitable));
  }

 private:
  template <typename Work>
  static asio::awaitable<std::invoke_result_t<Work&>> invoke(Work work) {
    co_return work();
  }
  asio::thread_pool pool_;
};

}  // namespace wardend
