// Listening TCP sockets.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

#include "daemon/http/listener.hpp"

namespace wardend::http {
namespace {

struct Address {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

Address loopback_v4(std::uint16_t port) {
  Address address;
  auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage);
  v4.sin_family = AF_INET;
  v4.sin_port = htons(port);
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.size = sizeof v4;
  return address;
}

Address loopback_v6(std::uint16_t port) {
  Address address;
  auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage);
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(port);
  v6.sin6_addr = in6addr_loopback;
  address.size = sizeof v6;
  return address;
}

std::expected<int, int> bind_and_listen(const Address& address) {
  const int fd = ::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return std::unexpected(errno);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (address.storage.ss_family == AF_INET6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address.storage), address.size) == 0 && ::listen(fd, 64) == 0)
    return fd;
  const int error = errno;
  ::close(fd);
  return std::unexpected(error);
}

}  // namespace

std::uint16_t local_port(int socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return 0;
  if (storage.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(storage).sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in&>(storage).sin_port);
}

std::expected<std::vector<int>, std::string> listen_on_loopback(std::uint16_t port) {
  const auto v4 = bind_and_listen(loopback_v4(port));
  if (!v4)
    return std::unexpected("127.0.0.1:" + std::to_string(port) + " cannot be had (" + std::strerror(v4.error()) +
                           "): find what holds the port, or change loopback_port");
  std::vector<int> sockets = {*v4};
  const auto v6 = bind_and_listen(loopback_v6(local_port(*v4)));
  if (v6) {
    sockets.push_back(*v6);
  } else if (v6.error() == EADDRINUSE) {
    ::close(*v4);
    return std::unexpected("[::1]:" + std::to_string(port) +
                           " is held by another program: end it, or change loopback_port");
  }
  return sockets;
}

std::expected<int, std::string> listen_on(std::string_view text) {
  const auto colon = text.rfind(':');
  std::string host(text.substr(0, colon));
  std::uint16_t port = 0;
  const auto digits = colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
    return std::unexpected(std::string(text) + " is not ADDRESS:PORT");
  Address address = loopback_v4(port);
  auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage);
  if (host.starts_with('[') && host.ends_with(']')) {
    address = loopback_v6(port);
    host = host.substr(1, host.size() - 2);
    if (::inet_pton(AF_INET6, host.c_str(), &reinterpret_cast<sockaddr_in6&>(address.storage).sin6_addr) != 1)
      return std::unexpected(host + " is not an IPv6 address");
  } else if (::inet_pton(AF_INET, host.c_str(), &v4.sin_addr) != 1) {
    return std::unexpected(host + " is not a numeric address");
  }
  const auto fd = bind_and_listen(address);
  if (!fd) return std::unexpected(std::string(text) + " cannot be had: " + std::strerror(fd.error()));
  return *fd;
}

}  // namespace wardend::http
