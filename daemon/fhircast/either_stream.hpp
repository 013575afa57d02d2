// A TCP connection with TLS over it, or without: one type for both, with handlers of one type, so that what is built on
// it is compiled once. Reads and writes go on with the first buffer that is not empty.
#pragma once

#include <boost/asio/async_result.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/role.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/clock.hpp"

namespace wardend::fhircast {

class EitherStream {
 public:
  using ErrorCode = boost::system::error_code;
  using executor_type = asio::any_io_executor;
  using Tcp = asio::ip::tcp::socket;
  using Tls = asio::ssl::stream<Tcp&>;

  explicit EitherStream(const asio::any_io_executor& executor) : tcp_(executor) {}
  [[nodiscard]] executor_type get_executor() { return tcp_.get_executor(); }
  [[nodiscard]] Tcp& tcp() { return tcp_; }
  Tls& add_tls(asio::ssl::context& context) { return tls_.emplace(tcp_, context); }
  void cut() {
    ErrorCode ignored;
    tcp_.close(ignored);
  }

  template <typename Buffers, typename Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
        [this](auto handler, asio::mutable_buffer buffer) { read(buffer, erased(std::move(handler))); }, token,
        first<asio::mutable_buffer>(buffers));
  }
  template <typename Buffers, typename Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
        [this](auto handler, asio::const_buffer buffer) { write(buffer, erased(std::move(handler))); }, token,
        first<asio::const_buffer>(buffers));
  }

 private:
  using Handler = std::function<void(ErrorCode, std::size_t)>;

  template <typename Of>
  static Handler erased(Of handler) {
    return [shared = std::make_shared<Of>(std::move(handler))](ErrorCode error, std::size_t size) {
      (*shared)(error, size);
    };
  }
  template <typename Buffer, typename Buffers>
  static Buffer first(const Buffers& buffers) {
    for (auto at = asio::buffer_sequence_begin(buffers); at != asio::buffer_sequence_end(buffers); ++at)
      if (const Buffer buffer(*at); buffer.size() != 0) return buffer;
    return {};
  }
  void read(asio::mutable_buffer buffer, Handler handler) {
    tls_ ? tls_->async_read_some(buffer, std::move(handler)) : tcp_.async_read_some(buffer, std::move(handler));
  }
  void write(asio::const_buffer buffer, Handler handler) {
    tls_ ? tls_->async_write_some(buffer, std::move(handler)) : tcp_.async_write_some(buffer, std::move(handler));
  }

  Tcp tcp_;
  std::optional<Tls> tls_;
};

// What Beast asks for at the end of a connection: the close frames have said everything by then.
inline void beast_close_socket(EitherStream& stream) { stream.cut(); }
inline void teardown(boost::beast::role_type /*role*/, EitherStream& stream, boost::system::error_code& error) {
  error = {};
  stream.cut();
}
template <typename Handler>
void async_teardown(boost::beast::role_type /*role*/, EitherStream& stream, Handler&& handler) {
  const auto executor = stream.get_executor();
  stream.cut();
  asio::post(executor, [done = std::forward<Handler>(handler)]() mutable { done(boost::system::error_code()); });
}

}  // namespace wardend::fhircast
