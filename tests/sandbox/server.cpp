#include "tests/sandbox/server.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace wardend::sandbox {

using tcp = asio::ip::tcp;

std::expected<void, std::string> Server::start(std::uint16_t port) {
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), port);
  boost::system::error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return std::unexpected("127.0.0.1:" + std::to_string(port) + " cannot be had (" + error.message() +
                           "): end what holds it, or use --port 0");
  if (ehr_.settings().origin.empty()) ehr_.set_origin(address());
  tasks_.spawn("accept", accept());
  return {};
}

std::string Server::address() const {
  boost::system::error_code ignored;
  const auto port = acceptor_.local_endpoint(ignored).port();
  return std::string(tls_ ? "https" : "http") + "://127.0.0.1:" + std::to_string(port);
}

asio::awaitable<void> Server::shut_down() { return tasks_.shut_down(clock_); }

asio::awaitable<void> Server::accept() {
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
    if (error == asio::error::operation_aborted) co_return;
    if (error) {
      co_await clock_.sleep_for(100ms);
      continue;
    }
    if (tasks_.size() > max_connections) continue;
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    if (!tls_) {
      tasks_.spawn("connection", serve(plain_stream(std::move(socket))));
      continue;
    }
    const auto fault = ehr_.certificate_fault();
    auto& context = !fault ? tls_->valid : *fault == Kind::expired_certificate ? tls_->expired : tls_->foreign;
    tasks_.spawn("connection", serve(tls_stream(std::move(socket), context)));
  }
}

asio::awaitable<void> Server::serve(std::unique_ptr<Stream> stream) {
  const bool met = co_await stream->handshake();
  std::string buffer;
  bool open = met;
  while (open) {
    const auto inbound = co_await read_request(*stream, buffer);
    if (!inbound) {
      if (inbound.error() == ReadEnd::closed) break;
      const Reply reply = oauth_error(400, "invalid_request", "not HTTP, or too large");
      const std::string text = reply_text(reply, Body::sent, Connection::ended, ehr_.clock(clock_.wall_now()));
      co_await stream->write(text);
      break;
    }
    const Reply reply = ehr_.handle(inbound->request, clock_.wall_now());
    open = co_await deliver(*stream, reply, *inbound);
  }
  stream->close();
}

asio::awaitable<bool> Server::deliver(Stream& stream, const Reply& reply, const Inbound& inbound) {
  if (reply.delay.count() > 0) co_await clock_.sleep_for(reply.delay);
  if (reply.delivery == Delivery::hung) co_await wait_for_end(stream);
  if (reply.delivery == Delivery::reset) stream.reset();
  if (reply.delivery != Delivery::whole && reply.delivery != Delivery::truncated) co_return false;
  const bool goes_on = inbound.keep_alive && reply.delivery == Delivery::whole;
  const Body body = inbound.request.method == "HEAD" ? Body::left_out : Body::sent;
  const WallTime now = ehr_.clock(clock_.wall_now());
  const std::string text = reply_text(reply, body, goes_on ? Connection::kept : Connection::ended, now);
  const bool written = co_await stream.write(text);
  co_return goes_on&& written;
}

asio::awaitable<void> Server::wait_for_end(Stream& stream) {
  std::array<char, 256> ignored{};
  while (co_await stream.read(ignored) > 0) {
  }
}

}  // namespace wardend::sandbox
