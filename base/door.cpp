#include "base/door.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

#include "base/log.hpp"

namespace wardend {
namespace {

// Then the loop sees to everybody else.
constexpr std::chrono::nanoseconds longest_at_once = 150us;
constexpr Duration pause_after_failure = 100ms;

}  // namespace

Door::Door(asio::io_context& loop, Clock& clock, FileDescriptor listening, Options options, Entered entered)
    : clock_(clock),
      options_(std::move(options)),
      entered_(std::move(entered)),
      listening_(loop.get_executor(), listening.release()) {
  listening_.native_non_blocking(true);
}

asio::awaitable<void> Door::keep() {
  while (listening_.is_open()) {
    const auto [error] =
        co_await listening_.async_wait(asio::posix::descriptor_base::wait_read, asio::as_tuple(asio::use_awaitable));
    if (error) co_return;
    if (const Duration pause = let_some_in(); pause > Duration(0)) co_await clock_.sleep_for(pause);
  }
}

Duration Door::let_some_in() {
  const auto until = std::chrono::steady_clock::now() + longest_at_once;
  while (listening_.is_open() && std::chrono::steady_clock::now() < until) {
    FileDescriptor socket(::accept4(listening_.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (socket.valid()) {
      if (const Duration pause = let_in(std::move(socket)); pause > Duration(0)) return pause;
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      return Duration(0);
    } else if (errno != EINTR && errno != ECONNABORTED) {
      // Out of descriptors or memory: the socket stays ready, so pause instead of spinning.
      log::warn("accept failed", {{"socket", options_.label}, {"error", std::system_category().message(errno)}});
      return pause_after_failure;
    }
  }
  return Duration(0);
}

Duration Door::let_in(FileDescriptor socket) {
  const auto began = std::chrono::steady_clock::now();
  if (entered_(std::move(socket)) == Rank::known) return Duration(0);
  const auto spent = nanoseconds_of(std::chrono::steady_clock::now() - began);
  return strangers_.spend(clock_.now(), spent, options_.strangers);
}

bool Door::somebody_waits() {
  pollfd door{.fd = listening_.native_handle(), .events = POLLIN, .revents = 0};
  return listening_.is_open() && ::poll(&door, 1, 0) > 0;
}

void Door::shut() {
  boost::system::error_code ignored;
  listening_.close(ignored);
}

}  // namespace wardend
