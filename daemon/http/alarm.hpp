// One alarm that can be taken back, and then wakes nobody: Asio leaves its own timer armed where the last wait is
// cancelled, and the loop would turn for nothing some seconds after each request.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <cstdint>
#include <functional>

namespace wardend::http {

namespace asio = boost::asio;

class Alarm {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // `ring` is called on the loop, once for each set().
  Alarm(asio::io_context& loop, std::function<void()> ring);
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  ~Alarm() = default;

  // At `when`, and no longer at the moment that was set before.
  void set(Time when);
  void clear();

 private:
  void arm(std::chrono::nanoseconds since_start);
  void listen();

  asio::posix::stream_descriptor timer_;
  std::function<void()> ring_;
  bool listening_ = false;
  std::uint64_t wait_ = 0;
};

}  // namespace wardend::http
