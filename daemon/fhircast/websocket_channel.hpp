// ContextChannel over Beast: WebSocket over TLS, through the server's proxy where it has one, and without TLS on
// loopback. The one file that sees Beast's WebSocket.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "base/context_channel.hpp"

namespace wardend::fhircast {

class WebSocketChannels final : public ContextChannels {
 public:
  struct Options {
    std::string user_agent = "wardend";
    std::chrono::milliseconds open_within{10'000};
    std::chrono::milliseconds close_within{2'000};
  };
  WebSocketChannels(asio::io_context& loop, Clock& clock, Options options)
      : loop_(loop), clock_(clock), options_(std::move(options)) {}
  [[nodiscard]] std::unique_ptr<ContextChannel> make() override;

 private:
  asio::io_context& loop_;
  Clock& clock_;
  Options options_;
};

}  // namespace wardend::fhircast
