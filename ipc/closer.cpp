#include "ipc/closer.hpp"

#include <sys/ioctl.h>

#include <utility>

namespace wardend::ipc {
namespace {

// Of the process's descriptors, for each socket that it listens on.
constexpr std::size_t most_open = 64;

bool holds_unread(int socket) {
  int bytes = 0;
  return ::ioctl(socket, FIONREAD, &bytes) != 0 || bytes > 0;
}

}  // namespace

void Closer::close(FileDescriptor socket) {
  if (!socket.valid()) return;
  if (worker_ == nullptr || !holds_unread(socket.get()) || waiting_.size() + being_closed_ >= most_open)
    return socket.reset();
  waiting_.push_back(std::move(socket));
  came_.notify_all();
}

asio::awaitable<void> Closer::run() {
  for (;;) {
    while (waiting_.empty()) co_await clock_.wait(came_, BootTime::max());
    being_closed_ = waiting_.size();
    auto close_them = [those = std::exchange(waiting_, {})]() mutable {
      those.clear();
      return true;
    };
    co_await worker_->run(std::move(close_them));
    being_closed_ = 0;
  }
}

}  // namespace wardend::ipc
