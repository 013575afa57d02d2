#include <netinet/tcp.h>
#include <openssl/ssl.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <utility>

#include "daemon/forwarding/syslog_frame.hpp"
#include "daemon/forwarding/syslog_socket.hpp"

namespace wardend::forwarding {
namespace {

using tcp = asio::ip::tcp;
using ErrorCode = boost::system::error_code;
constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds time_to_refuse{1};

// What the socket's own handlers touch: it outlives the socket until the last of them has run.
struct Link {
  explicit Link(asio::io_context& loop) : resolver(loop), deadline(loop), settling(loop), tcp(loop) {}
  void cut() {
    ErrorCode ignored;
    resolver.cancel();
    tcp.close(ignored);
    settling.cancel();
    ended = true;
  }
  asio::ssl::context context{asio::ssl::context::tls_client};
  tcp::resolver resolver;
  asio::steady_timer deadline;
  asio::steady_timer settling;
  tcp::socket tcp;
  std::optional<asio::ssl::stream<tcp::socket&>> stream;  // made when the context has all that it takes from it
  std::array<char, 256> heard{};
  bool ended = false;
  bool too_late = false;
};

// A syslog receiver says nothing; what comes is the end of the connection.
void await_end(const std::shared_ptr<Link>& link) {
  link->stream->async_read_some(asio::buffer(link->heard),
                                [link](const ErrorCode& error, std::size_t) { error ? link->cut() : await_end(link); });
}

void cut_when_late(const std::shared_ptr<Link>& link) {
  link->too_late = false;
  link->deadline.expires_after(syslog_patience);
  link->deadline.async_wait([link](const ErrorCode& error) {
    if (error) return;
    link->too_late = true;
    link->cut();
  });
}

// A receiver that went without a word, or a firewall that forgot the connection, is noticed within two minutes.
void notice_silence(int socket) {
  const auto set = [&](int level, int option, int value) { ::setsockopt(socket, level, option, &value, sizeof value); };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, 60);
  set(IPPROTO_TCP, TCP_KEEPINTVL, 20);
  set(IPPROTO_TCP, TCP_USER_TIMEOUT, 60'000);
}

class TlsSyslog final : public SyslogSocket {
 public:
  TlsSyslog(asio::io_context& loop, TlsReceiver receiver, http::TlsIdentity identity, std::string own_name)
      : receiver_(std::move(receiver)),
        identity_(std::move(identity)),
        own_name_(std::move(own_name)),
        link_(std::make_shared<Link>(loop)) {}
  TlsSyslog(const TlsSyslog&) = delete;
  TlsSyslog& operator=(const TlsSyslog&) = delete;
  ~TlsSyslog() override {
    link_->deadline.cancel();
    link_->cut();
  }

  asio::awaitable<std::string> open() override;
  [[nodiscard]] bool ended() const override { return link_->ended; }
  asio::awaitable<Delivery> send(Entries entries) override;

 private:
  [[nodiscard]] asio::awaitable<std::string> connect();
  [[nodiscard]] asio::awaitable<std::string> settle();
  [[nodiscard]] std::string prepare();
  [[nodiscard]] std::string show_identity();

  TlsReceiver receiver_;
  http::TlsIdentity identity_;
  std::string own_name_;
  std::shared_ptr<Link> link_;
};

asio::awaitable<std::string> TlsSyslog::open() {
  cut_when_late(link_);
  std::string trouble = co_await connect();
  link_->deadline.cancel();
  if (!trouble.empty() && link_->too_late) trouble = "it could not be reached within twenty seconds";
  if (trouble.empty()) trouble = co_await settle();
  co_return trouble;
}

asio::awaitable<std::string> TlsSyslog::connect() {
  if (std::string trouble = prepare(); !trouble.empty()) co_return trouble;
  const auto [lookup, addresses] = co_await link_->resolver.async_resolve(receiver_.host, receiver_.port, use_tuple);
  if (lookup) co_return "its name is not known (" + lookup.message() + ")";
  const auto [unreached, endpoint] = co_await asio::async_connect(link_->tcp, addresses, use_tuple);
  if (unreached) co_return "it cannot be reached (" + unreached.message() + ")";
  notice_silence(link_->tcp.native_handle());
  const auto [failed] = co_await link_->stream->async_handshake(asio::ssl::stream_base::client, use_tuple);
  if (failed)
    co_return "there is no TLS with it (" + failed.message() +
        "): check syslog_ca_file, the name in its certificate, forward_certificate and forward_key";
  co_return std::string();
}

// In TLS 1.3 a receiver that does not take our certificate says so after the handshake. What was sent by then would be
// lost.
asio::awaitable<std::string> TlsSyslog::settle() {
  await_end(link_);
  link_->settling.expires_after(time_to_refuse);
  co_await link_->settling.async_wait(use_tuple);
  co_return link_->ended ? "it ended the connection at once: look into its log, and check forward_certificate"
                         : std::string();
}

// Spec: RFC 5425 section 5.2: the receiver's certificate is for the name that was configured.
std::string TlsSyslog::prepare() {
  ErrorCode error;
  SSL_CTX_set_min_proto_version(link_->context.native_handle(), TLS1_2_VERSION);
  link_->context.set_verify_mode(asio::ssl::verify_peer, error);
  if (!error && receiver_.ca_file.empty()) link_->context.set_default_verify_paths(error);
  if (!error && !receiver_.ca_file.empty()) link_->context.load_verify_file(receiver_.ca_file, error);
  if (error) return "syslog_ca_file cannot be used: " + error.message();
  if (std::string trouble = show_identity(); !trouble.empty()) return trouble;
  auto& stream = link_->stream.emplace(link_->tcp, link_->context);
  stream.set_verify_callback(asio::ssl::host_name_verification(receiver_.host), error);
  asio::ip::make_address(receiver_.host, error);
  if (error) SSL_set_tlsext_host_name(stream.native_handle(), receiver_.host.c_str());  // an address is no server name
  return {};
}

std::string TlsSyslog::show_identity() {
  if (identity_.certificate.empty()) return {};
  const auto bytes = [](const Secret& pem) { return asio::buffer(pem.reveal().data(), pem.size()); };
  ErrorCode error;
  link_->context.use_certificate_chain(bytes(identity_.certificate), error);
  if (error) return "forward_certificate cannot be used: " + error.message();
  link_->context.use_private_key(bytes(identity_.key), asio::ssl::context::pem, error);
  return error ? "forward_key cannot be used: " + error.message() : std::string();
}

asio::awaitable<Delivery> TlsSyslog::send(Entries entries) {
  std::string text;
  for (const Outgoing& entry : entries) text += framed(entry, own_name_);
  cut_when_late(link_);
  const auto [error, count] = co_await asio::async_write(*link_->stream, asio::buffer(text), use_tuple);
  link_->deadline.cancel();
  if (!error && !link_->ended) co_return Delivery{.done = entries.size()};
  co_return Delivery{.trouble =
                         link_->too_late ? "it takes nothing" : "the connection broke (" + error.message() + ")"};
}

}  // namespace

std::unique_ptr<SyslogSocket> tls_syslog(asio::io_context& loop, TlsReceiver receiver, http::TlsIdentity identity,
                                         std::string own_name) {
  return std::make_unique<TlsSyslog>(loop, std::move(receiver), std::move(identity), std::move(own_name));
}

}  // namespace wardend::forwarding
