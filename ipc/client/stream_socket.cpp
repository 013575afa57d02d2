#include "ipc/client/stream_socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <limits>

#include "base/secret.hpp"

namespace wardend::client {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using Kind = Failure::Kind;

std::string system_text(int error) { return std::strerror(error); }

bool passed(Deadline deadline) { return deadline && steady_clock::now() >= *deadline; }

// For poll(2): -1 waits for ever; rounded up, so that a wait never ends before its deadline.
int poll_timeout(Deadline deadline) {
  if (!deadline) return -1;
  const auto left = std::chrono::ceil<milliseconds>(*deadline - steady_clock::now()).count();
  return static_cast<int>(std::clamp<milliseconds::rep>(left, 0, std::numeric_limits<int>::max()));
}

// For calls that block: at least a millisecond, as zero would mean for ever.
void limit_sending(int fd, Deadline deadline) {
  if (!deadline) return;
  const auto left = std::max<std::chrono::microseconds>(
      milliseconds(1), std::chrono::ceil<std::chrono::microseconds>(*deadline - steady_clock::now()));
  const auto seconds = std::chrono::floor<std::chrono::seconds>(left);
  const timeval limit{.tv_sec = seconds.count(), .tv_usec = (left - seconds).count()};
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

Outcome<void> wait_for(int fd, short events, Deadline deadline) {
  for (;;) {
    pollfd watched{.fd = fd, .events = events, .revents = 0};
    const int ready = ::poll(&watched, 1, poll_timeout(deadline));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return failure(Kind::closed, system_text(errno));
    if (passed(deadline)) return failure(Kind::timed_out, "no answer in time");
  }
}

Failure connect_failure(const std::string& path, int error) {
  const bool denied = error == EACCES || error == EPERM;
  return {.kind = denied ? Kind::not_permitted : Kind::unreachable,
          .detail = "cannot connect to " + path + ": " + system_text(error)};
}

}  // namespace

StreamSocket::StreamSocket(FileDescriptor connected) : fd_(std::move(connected)) {
  const int flags = ::fcntl(fd_.get(), F_GETFL);
  if (flags >= 0) ::fcntl(fd_.get(), F_SETFL, flags | O_NONBLOCK);
}

Outcome<StreamSocket> StreamSocket::connect(const std::string& path, Deadline deadline) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    return failure(Kind::unreachable, "the socket's path is empty or longer than " +
                                          std::to_string(sizeof address.sun_path - 1) + " bytes: " + path);
  path.copy(address.sun_path, path.size());
  FileDescriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!made.valid()) return std::unexpected(connect_failure(path, errno));
  for (;;) {
    // A Unix socket is connected at once, or its backlog is full. A caller that blocks waits in the kernel's own queue
    // then; one that comes back now and then may never find room. Spec: unix(7), SO_SNDTIMEO.
    limit_sending(made.get(), deadline);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): what connect(2) asks for
    if (::connect(made.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
      return StreamSocket(std::move(made));
    const int error = errno;
    if (error != EINTR && error != EAGAIN) return std::unexpected(connect_failure(path, error));
    if (passed(deadline)) return failure(Kind::timed_out, path + " takes no connection in time");
  }
}

Outcome<void> StreamSocket::send_all(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      if (auto ready = wait_for(fd_.get(), POLLOUT, deadline); !ready) return ready;
    } else if (errno != EINTR) {
      return failure(Kind::closed, system_text(errno));
    }
  }
  return {};
}

Outcome<void> StreamSocket::receive_some(std::string& bytes, Deadline deadline) {
  std::array<char, 64UL * 1024> chunk;
  for (;;) {
    const auto count = ::recv(fd_.get(), chunk.data(), chunk.size(), 0);
    if (count > 0) {
      const auto size = static_cast<std::size_t>(count);
      std::string grown;
      grown.reserve(bytes.size() + size);
      grown.append(bytes).append(chunk.data(), size);
      wipe(chunk.data(), size);
      wipe(bytes);
      bytes = std::move(grown);
      return {};
    }
    if (count == 0) return failure(Kind::closed, "the broker closed the connection");
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return failure(Kind::closed, system_text(errno));
    if (auto ready = wait_for(fd_.get(), POLLIN, deadline); !ready) return ready;
  }
}

}  // namespace wardend::client
