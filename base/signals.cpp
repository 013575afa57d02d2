#include "base/signals.hpp"

#include <signal.h>
#include <sys/signalfd.h>

#include <boost/asio/read.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <system_error>

namespace wardend {
namespace {

int open_descriptor(std::initializer_list<int> wanted) {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
  sigset_t set;
  sigemptyset(&set);
  for (const int number : wanted) sigaddset(&set, number);
  const int blocked = ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  const int fd = blocked == 0 ? ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK) : -1;
  if (fd < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
  return fd;
}

}  // namespace

Signals::Signals(asio::io_context& loop, std::initializer_list<int> wanted)
    : descriptor_(loop, open_descriptor(wanted)) {}

asio::awaitable<int> Signals::next() {
  signalfd_siginfo info{};
  co_await asio::async_read(descriptor_, asio::buffer(&info, sizeof info), asio::use_awaitable);
  co_return static_cast<int>(info.ssi_signo);
}

}  // namespace wardend
