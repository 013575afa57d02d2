#include "daemon/http/socket_owner.hpp"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstring>

namespace wardend::http {
namespace {

struct Query {
  nlmsghdr header{};
  inet_diag_req_v2 request{};
};

// The tuple as the peer sees it: its own address is our remote one.
bool fill(inet_diag_req_v2& request, const sockaddr_storage& peer, const sockaddr_storage& own) {
  request.sdiag_family = static_cast<__u8>(peer.ss_family);
  request.sdiag_protocol = IPPROTO_TCP;
  request.idiag_states = 1U << TCP_ESTABLISHED;
  request.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
  request.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  if (peer.ss_family == AF_INET && own.ss_family == AF_INET) {
    const auto& from = reinterpret_cast<const sockaddr_in&>(peer);
    const auto& to = reinterpret_cast<const sockaddr_in&>(own);
    request.id.idiag_sport = from.sin_port;
    request.id.idiag_dport = to.sin_port;
    request.id.idiag_src[0] = from.sin_addr.s_addr;
    request.id.idiag_dst[0] = to.sin_addr.s_addr;
    return true;
  }
  if (peer.ss_family != AF_INET6 || own.ss_family != AF_INET6) return false;
  const auto& from = reinterpret_cast<const sockaddr_in6&>(peer);
  const auto& to = reinterpret_cast<const sockaddr_in6&>(own);
  request.id.idiag_sport = from.sin6_port;
  request.id.idiag_dport = to.sin6_port;
  std::memcpy(request.id.idiag_src, &from.sin6_addr, sizeof from.sin6_addr);
  std::memcpy(request.id.idiag_dst, &to.sin6_addr, sizeof to.sin6_addr);
  return true;
}

// The kernel answers while sending: nothing here waits.
std::optional<uid_t> ask(const Query& query) {
  const int fd = ::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_SOCK_DIAG);
  if (fd < 0) return std::nullopt;
  alignas(nlmsghdr) std::array<char, 8192> buffer{};
  ssize_t size = -1;
  if (::send(fd, &query, sizeof query, 0) == static_cast<ssize_t>(sizeof query))
    size = ::recv(fd, buffer.data(), buffer.size(), 0);
  ::close(fd);
  if (size < static_cast<ssize_t>(NLMSG_LENGTH(sizeof(inet_diag_msg)))) return std::nullopt;
  nlmsghdr header{};
  std::memcpy(&header, buffer.data(), sizeof header);
  if (header.nlmsg_type != SOCK_DIAG_BY_FAMILY) return std::nullopt;
  inet_diag_msg message{};
  std::memcpy(&message, buffer.data() + NLMSG_HDRLEN, sizeof message);
  const bool same = message.idiag_state == TCP_ESTABLISHED && message.id.idiag_sport == query.request.id.idiag_sport &&
                    message.id.idiag_dport == query.request.id.idiag_dport;
  // A socket that nobody holds any more has no inode, and would pass for root's.
  return same && message.idiag_inode != 0 ? std::optional<uid_t>(message.idiag_uid) : std::nullopt;
}

}  // namespace

std::optional<uid_t> owner_of_peer(int accepted_socket) {
  sockaddr_storage peer{};
  sockaddr_storage own{};
  socklen_t peer_size = sizeof peer;
  socklen_t own_size = sizeof own;
  if (::getpeername(accepted_socket, reinterpret_cast<sockaddr*>(&peer), &peer_size) != 0 ||
      ::getsockname(accepted_socket, reinterpret_cast<sockaddr*>(&own), &own_size) != 0)
    return std::nullopt;
  Query query;
  query.header = {.nlmsg_len = sizeof query,
                  .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                  .nlmsg_flags = NLM_F_REQUEST,
                  .nlmsg_seq = 1,
                  .nlmsg_pid = 0};
  if (!fill(query.request, peer, own)) return std::nullopt;
  return ask(query);
}

}  // namespace wardend::http
