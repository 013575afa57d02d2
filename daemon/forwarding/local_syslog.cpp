#include <sys/socket.h>
#include <sys/un.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file_descriptor.hpp"
#include "daemon/forwarding/syslog_frame.hpp"
#include "daemon/forwarding/syslog_socket.hpp"

namespace wardend::forwarding {
namespace {

constexpr int room = 1024 * 1024;  // of a datagram: the largest entry

std::string in_words(int error) { return std::strerror(error); }  // NOLINT(concurrency-mt-unsafe): glibc's is safe

class LocalSyslog final : public SyslogSocket {
 public:
  LocalSyslog(asio::io_context& loop, std::filesystem::path path)
      : path_(std::move(path)), socket_(loop), deadline_(loop) {}

  asio::awaitable<std::string> open() override;
  [[nodiscard]] bool ended() const override { return false; }
  asio::awaitable<Delivery> send(Entries entries) override;

 private:
  [[nodiscard]] int connect(int type);
  [[nodiscard]] asio::awaitable<int> send_whole(std::string text);
  [[nodiscard]] asio::awaitable<bool> room_within_patience();

  std::filesystem::path path_;
  int type_ = SOCK_DGRAM;
  asio::posix::stream_descriptor socket_;
  asio::steady_timer deadline_;
};

// An errno; 0: connected.
int LocalSyslog::connect(int type) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.native().size() >= sizeof(address.sun_path)) return ENAMETOOLONG;
  std::memcpy(address.sun_path, path_.c_str(), path_.native().size() + 1);
  FileDescriptor fd(::socket(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return errno;
  ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) return errno;
  type_ = type;
  socket_.assign(fd.release());
  return 0;
}

asio::awaitable<std::string> LocalSyslog::open() {
  int error = connect(SOCK_DGRAM);
  if (error == EPROTOTYPE) error = connect(SOCK_STREAM);
  co_return error == 0
      ? std::string()
      : path_.string() + " takes nothing (" + in_words(error) + "): look whether a syslog service runs";
}

asio::awaitable<bool> LocalSyslog::room_within_patience() {
  deadline_.expires_after(syslog_patience);
  deadline_.async_wait([this](const boost::system::error_code& error) {
    if (!error) socket_.cancel();
  });
  const auto [error] =
      co_await socket_.async_wait(asio::posix::descriptor_base::wait_write, asio::as_tuple(asio::use_awaitable));
  deadline_.cancel();
  co_return !error;
}

// An errno; 0: all of it is with the receiver's kernel.
asio::awaitable<int> LocalSyslog::send_whole(std::string text) {
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t count = ::send(socket_.native_handle(), rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN || errno == ENOBUFS) {
      if (!co_await room_within_patience()) co_return ETIMEDOUT;
    } else if (errno != EINTR) {
      co_return errno;
    }
  }
  co_return 0;
}

asio::awaitable<Delivery> LocalSyslog::send(Entries entries) {
  Delivery delivery;
  for (const Outgoing& entry : entries) {
    std::string message = for_local_socket(entry);
    if (type_ == SOCK_STREAM) message += '\0';
    const int error = co_await send_whole(std::move(message));
    if (error == EMSGSIZE) {
      delivery.refused.push_back({entry.behind.link.sequence, "it is larger than a message may be"});
    } else if (error != 0) {
      delivery.trouble = path_.string() + " takes nothing (" + in_words(error) + "): look whether its service runs";
      break;
    }
    ++delivery.done;
  }
  co_return delivery;
}

}  // namespace

std::unique_ptr<SyslogSocket> local_syslog(asio::io_context& loop, std::filesystem::path path) {
  return std::make_unique<LocalSyslog>(loop, std::move(path));
}

}  // namespace wardend::forwarding
