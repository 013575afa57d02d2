// A byte stream to one client, plain or TLS, so that nothing above knows which.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace wardend::sandbox {

namespace asio = boost::asio;

class Stream {
 public:
  virtual ~Stream() = default;
  // False when the peer and we do not come together.
  [[nodiscard]] virtual asio::awaitable<bool> handshake() = 0;
  // The bytes read; 0 at the end, orderly or not.
  [[nodiscard]] virtual asio::awaitable<std::size_t> read(std::span<char> into) = 0;
  // Whether all of it was taken. `text` must outlive the call.
  [[nodiscard]] virtual asio::awaitable<bool> write(const std::string& text) = 0;
  virtual void close() = 0;
  // Closes so that the peer sees a reset.
  virtual void reset() = 0;
};

[[nodiscard]] std::unique_ptr<Stream> plain_stream(asio::ip::tcp::socket socket);
// `context` must outlive the stream.
[[nodiscard]] std::unique_ptr<Stream> tls_stream(asio::ip::tcp::socket socket, asio::ssl::context& context);

}  // namespace wardend::sandbox
