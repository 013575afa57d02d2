#include <boost/asio/ssl/stream.hpp>

#include "tests/sandbox/stream_of.hpp"

namespace wardend::sandbox {
namespace {

class TlsStream final : public StreamOf<asio::ssl::stream<asio::ip::tcp::socket>> {
 public:
  using StreamOf::StreamOf;
  asio::awaitable<bool> handshake() override {
    const auto [error] =
        co_await layer_.async_handshake(asio::ssl::stream_base::server, asio::as_tuple(asio::use_awaitable));
    co_return !error;
  }
};

}  // namespace

std::unique_ptr<Stream> tls_stream(asio::ip::tcp::socket socket, asio::ssl::context& context) {
  return std::make_unique<TlsStream>(std::move(socket), context);
}

}  // namespace wardend::sandbox
