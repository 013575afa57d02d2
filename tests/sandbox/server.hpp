// The sockets of the simulated EHR: accepts on 127.0.0.1, reads requests, and delivers replies as they ask to be.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/task_group.hpp"
#include "tests/sandbox/certificate.hpp"
#include "tests/sandbox/ehr.hpp"
#include "tests/sandbox/http_text.hpp"
#include "tests/sandbox/stream.hpp"

namespace wardend::sandbox {

class Server {
 public:
  Server(asio::io_context& loop, Clock& clock, Ehr& ehr, std::optional<TlsContexts> tls)
      : clock_(clock), ehr_(ehr), tls_(std::move(tls)), acceptor_(loop), tasks_(loop.get_executor()) {}

  // Binds (0: any port), tells the EHR its origin unless it has one, and begins to accept. The error is a sentence.
  [[nodiscard]] std::expected<void, std::string> start(std::uint16_t port);
  // http://127.0.0.1:PORT, or https.
  [[nodiscard]] std::string address() const;
  [[nodiscard]] asio::awaitable<void> shut_down();

 private:
  [[nodiscard]] asio::awaitable<void> accept();
  [[nodiscard]] asio::awaitable<void> serve(std::unique_ptr<Stream> stream);
  // Whether the connection goes on.
  [[nodiscard]] asio::awaitable<bool> deliver(Stream& stream, const Reply& reply, const Inbound& inbound);
  [[nodiscard]] asio::awaitable<void> wait_for_end(Stream& stream);

  static constexpr std::size_t max_connections = 1024;

  Clock& clock_;
  Ehr& ehr_;
  std::optional<TlsContexts> tls_;
  asio::ip::tcp::acceptor acceptor_;
  TaskGroup tasks_;
};

}  // namespace wardend::sandbox
