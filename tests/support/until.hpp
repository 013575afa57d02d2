// For what takes real time: sockets, worker threads, other processes.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>

namespace wardend::test {

// Runs the loop until `reached`, ten seconds at most; whether it was. `before` each of its turns goes a fake's own, so
// that what it has answered is heard before anybody looks; `after` it what a virtual clock has ready.
inline bool until(
    boost::asio::io_context& loop, const std::function<bool()>& reached, const std::function<void()>& after = [] {},
    const std::function<void()>& before = [] {}) {
  const auto guard = boost::asio::make_work_guard(loop);
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  after();
  while (!reached() && std::chrono::steady_clock::now() < give_up) {
    before();
    loop.restart();
    loop.run_one_for(std::chrono::milliseconds(2));
    after();
  }
  return reached();
}

}  // namespace wardend::test
