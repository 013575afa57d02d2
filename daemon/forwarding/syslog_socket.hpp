// A way to a syslog receiver: this machine's socket, or TLS.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "daemon/forwarding/delivery.hpp"
#include "daemon/forwarding/outgoing.hpp"
#include "daemon/http/tls_identity.hpp"

namespace wardend::forwarding {

// How long a receiver may take to be reached, and to take what is sent.
inline constexpr std::chrono::seconds syslog_patience{20};

class SyslogSocket {
 public:
  virtual ~SyslogSocket() = default;
  // Why it cannot be reached; empty: it was. Once, before anything else.
  [[nodiscard]] virtual asio::awaitable<std::string> open() = 0;
  // Whether the receiver has ended the connection.
  [[nodiscard]] virtual bool ended() const = 0;
  // Hands the entries to the kernel. After trouble the socket is of no use.
  [[nodiscard]] virtual asio::awaitable<Delivery> send(Entries entries) = 0;
};

// `path`: /dev/log.
[[nodiscard]] std::unique_ptr<SyslogSocket> local_syslog(asio::io_context& loop, std::filesystem::path path);

struct TlsReceiver {
  std::string host = {};  // a name or an address; the certificate must be for it
  std::string port = {};
  std::string ca_file = {};  // PEM bundle; empty: the system's
};
// `own_name`: this machine's.
[[nodiscard]] std::unique_ptr<SyslogSocket> tls_syslog(asio::io_context& loop, TlsReceiver receiver,
                                                       http::TlsIdentity identity, std::string own_name);

}  // namespace wardend::forwarding
