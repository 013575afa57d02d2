#include "ipc/closer.hpp"

#include <sys/ioctl.h>

#include <utility>

namespace wardend::ipc {
namespace {

// Of the process's descriptors, for each socket that it listens on.
constexpr std::size_t most_open = 64;
constexpr std::size_t most_turned_away = 512;
constexpr Duration turned_away_for = 1s;

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

void Closer::turn_away(FileDescriptor socket) {
  if (worker_ == nullptr || turned_away_.size() >= most_turned_away) return close(std::move(socket));
  turned_away_.push_back({.socket = std::move(socket), .until = clock_.now() + turned_away_for});
  if (turned_away_.size() == 1) came_.notify_all();
}

void Closer::let_go() {
  for (const BootTime now = clock_.now(); !turned_away_.empty() && turned_away_.front().until <= now;) {
    waiting_.push_back(std::move(turned_away_.front().socket));
    turned_away_.pop_front();
  }
}

asio::awaitable<void> Closer::run() {
  for (;;) {
    for (let_go(); waiting_.empty(); let_go())
      co_await clock_.wait(came_, turned_away_.empty() ? BootTime::max() : turned_away_.front().until);
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
