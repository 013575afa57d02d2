#include "tests/bench/wire.hpp"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <map>
#include <stdexcept>
#include <thread>

namespace wardend::bench {
namespace {

using Now = std::chrono::steady_clock;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return address;
}

void send_all(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t sent = ::send(fd, bytes, size, MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("the connection was cut while sending");
    bytes += sent;
    size -= static_cast<std::size_t>(sent);
  }
}

// Reads some, and says how many frames ended in it.
std::size_t receive_frames(int fd, std::string* keep = nullptr) {
  std::array<char, 65536> buffer;
  const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
  if (got <= 0) throw std::runtime_error("the connection was cut while receiving");
  if (keep != nullptr) keep->append(buffer.data(), static_cast<std::size_t>(got));
  return static_cast<std::size_t>(std::count(buffer.data(), buffer.data() + got, '\0'));
}

[[noreturn]] void serve(int listener, const std::string& reply) {
  const int loop = ::epoll_create1(EPOLL_CLOEXEC);
  epoll_event interest{.events = EPOLLIN, .data = {.fd = listener}};
  ::epoll_ctl(loop, EPOLL_CTL_ADD, listener, &interest);
  std::array<char, 65536> buffer;
  for (;;) {
    std::array<epoll_event, 16> events;
    const int ready = ::epoll_wait(loop, events.data(), events.size(), -1);
    for (int i = 0; i < ready; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd == listener) {
        interest.data.fd = ::accept(listener, nullptr, nullptr);
        ::epoll_ctl(loop, EPOLL_CTL_ADD, interest.data.fd, &interest);
        continue;
      }
      const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
      if (got <= 0) {
        ::close(fd);
        continue;
      }
      const auto frames = std::count(buffer.data(), buffer.data() + got, '\0');
      for (std::ptrdiff_t n = 0; n < frames; ++n) send_all(fd, reply.data(), reply.size());
    }
  }
}

}  // namespace

FileDescriptor connect(const std::string& path) {
  FileDescriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_un address = address_of(path);
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw std::runtime_error(path + ": " + std::strerror(errno));
  return fd;
}

std::vector<double> round_trips(int fd, const std::string& frame, std::size_t calls) {
  std::vector<double> microseconds;
  microseconds.reserve(calls);
  for (std::size_t call = 0; call < calls; ++call) {
    const auto begun = Now::now();
    send_all(fd, frame.data(), frame.size());
    while (receive_frames(fd) == 0) {
    }
    microseconds.push_back(std::chrono::duration<double, std::micro>(Now::now() - begun).count());
  }
  return microseconds;
}

std::vector<double> new_connection_calls(const std::string& path, const std::string& frame, std::size_t calls,
                                         std::size_t workers) {
  std::vector<std::vector<double>> each(workers);
  std::vector<std::thread> threads;
  for (std::vector<double>& microseconds : each)
    threads.emplace_back([&] {
      microseconds.reserve(calls);
      for (std::size_t call = 0; call < calls; ++call) {
        const auto begun = Now::now();
        const FileDescriptor fd = connect(path);
        send_all(fd.get(), frame.data(), frame.size());
        while (receive_frames(fd.get()) == 0) {
        }
        microseconds.push_back(std::chrono::duration<double, std::micro>(Now::now() - begun).count());
      }
    });
  for (std::thread& thread : threads) thread.join();
  std::vector<double> all;
  for (const std::vector<double>& microseconds : each) all.insert(all.end(), microseconds.begin(), microseconds.end());
  return all;
}

double pipelined(int fd, const std::string& frame, std::size_t calls, std::size_t depth) {
  std::string batch;
  for (std::size_t i = 0; i < depth; ++i) batch += frame;
  const auto begun = Now::now();
  send_all(fd, batch.data(), batch.size());
  for (std::size_t sent = depth, answered = 0; answered < calls;) {
    const std::size_t frames = receive_frames(fd);
    answered += frames;
    const std::size_t more = std::min(frames, calls - sent);
    send_all(fd, batch.data(), more * frame.size());
    sent += more;
  }
  return static_cast<double>(calls) / std::chrono::duration<double>(Now::now() - begun).count();
}

std::string reply_to(int fd, const std::string& frame) {
  send_all(fd, frame.data(), frame.size());
  std::string reply;
  while (receive_frames(fd, &reply) == 0) {
  }
  return reply;
}

Echo::Echo(const std::string& path, std::size_t reply_bytes) {
  const int listener = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_un address = address_of(path);
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(listener, 16) != 0)
    throw std::runtime_error("cannot listen on " + path);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    serve(listener, std::string(reply_bytes - 1, 'x') + '\0');
  }
  ::close(listener);
}

Echo::~Echo() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

double percentile(std::vector<double> samples, std::size_t percent) {
  std::ranges::sort(samples);
  return samples.empty() ? 0 : samples[(samples.size() - 1) * percent / 100];
}

}  // namespace wardend::bench
