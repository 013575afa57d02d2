// Seam: a WebSocket on which a FHIRcast hub tells what an EHR shows. daemon/fhircast/websocket_channel.hpp implements
// it over TLS; tests give a fake. It carries texts and knows nothing of what they say.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/http_route.hpp"
#include "base/secret.hpp"

namespace wardend {

struct ChannelAddress {
  enum class Transport : std::uint8_t { tls, plain };  // plain: on loopback only, and never by a proxy
  Transport transport = Transport::tls;
  std::string host = {};  // brackets kept
  std::string port = {};
  Secret target = {};  // path and query: whoever knows them can read the channel
  HttpRoute route = {};
};

struct ChannelFailure {
  enum class Kind : std::uint8_t {
    network,  // no connection, or it broke
    tls,      // the certificate is not good
    refused,  // something answered, and it was no WebSocket
    timeout,
    closed,  // the hub has closed it
  };
  Kind kind = Kind::network;
  std::string detail = {};  // for the log: nothing of the address or of a message
};

// A part of a message, in the order of sending.
struct ChannelPiece {
  Secret bytes = {};  // at most 64 KiB; may be empty
  bool last = false;  // the message ends with it
};

// One connection: opened once, not opened again. Every operation that is under way must have ended before it goes.
class ContextChannel {
 public:
  virtual ~ContextChannel() = default;
  // Connects, within ten seconds. TLS is verified, for the host's name.
  [[nodiscard]] virtual asio::awaitable<std::expected<void, ChannelFailure>> open(ChannelAddress address) = 0;
  // The next piece of a message, text or binary, whatever the message's size. What is not UTF-8 comes too, as the last
  // piece before the failure. To be asked again at once: nothing is heard of the hub in between.
  [[nodiscard]] virtual asio::awaitable<std::expected<ChannelPiece, ChannelFailure>> read() = 0;
  // False: the channel is broken; read() tells how. One at a time.
  [[nodiscard]] virtual asio::awaitable<bool> write(std::string text) = 0;
  // Asks the hub for a sign of life. One at a time.
  [[nodiscard]] virtual asio::awaitable<bool> ping() = 0;
  // When anything last came from the hub: a message, an answer to a ping.
  [[nodiscard]] virtual BootTime heard_at() const = 0;
  // Closes as one who has finished (1000): within two seconds, whatever the hub does. read() ends by it.
  [[nodiscard]] virtual asio::awaitable<void> close() = 0;
  // Cuts the connection: whatever is under way fails.
  virtual void drop() = 0;
};

class ContextChannels {
 public:
  virtual ~ContextChannels() = default;
  // A channel that is not connected yet.
  [[nodiscard]] virtual std::unique_ptr<ContextChannel> make() = 0;
};

}  // namespace wardend
