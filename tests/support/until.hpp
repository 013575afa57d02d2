// For what takes real time: sockets, worker threads, other processes.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>

namespace wardend::test {

// Runs the loop until `reached`, ten seconds at most; whether it was. `between` the turns: what a virtual clock has
// ready, the turn of a fake.
inline bool until(
    boost::asio::io_context& loop, const std::function<bool()>& reached, const std::function<void()>& between = [] {}) {
  const auto guard = boost::asio::make_work_guard(loop);
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  between();
  while (!reached() && std::chrono::steady_clock::now() < give_up) {
    loop.restart();
    loop.run_one_for(std::chrono::milliseconds(2));
    between();
  }
  return reached();
}

}  // namespace wardend::test
