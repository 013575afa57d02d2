// A small HTTP/1.1 server (Beast) on passed or bound TCP sockets: for the loopback launch pages and for /metrics.
// It bounds and parses; what a request means is the handler's business. Not for the internet: plain HTTP, literal
// loopback or an operator's metrics address.
#pragma once

#include <sys/types.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/connection_room.hpp"
#include "base/pace.hpp"
#include "base/secret.hpp"

namespace wardend::http {

struct InboundRequest {
  std::string method = {};
  std::string path = {};                                          // before "?"
  Secret query = {};                                              // after "?", undecoded; may hold a code
  std::vector<std::pair<std::string, std::string>> headers = {};  // names in lower case; a repeated name stands twice
  std::optional<uid_t> peer_uid = {};  // of the connecting process, where Options::identify_peer asked for it

  // The value if that lower-case name stands exactly once, else "".
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

struct Reply {
  int status = 200;
  std::string content_type = "text/html; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers = {};
  Secret body = {};
};

using Handler = std::function<asio::awaitable<Reply>(InboundRequest)>;

class Listener {
 public:
  struct Options {
    bool identify_peer = false;  // refuse (close) a connection whose uid the kernel does not tell
    // A user has 16 of 64 connections. The oldest that is not being answered goes for a new one.
    ConnectionPlaces places = {
        .all = 64, .a_known_user = 16, .a_stranger = 16, .own_taken = ConnectionPlaces::OwnTaken::oldest_goes};
    // The requests of one user, over all connections. Nobody waits longer than two seconds for what others asked in
    // that user's name: any page in a browser can make it ask.
    PaceLimits pace = {.at_once = 50, .each = 50ms, .longest_pause = 2s};
    PaceLimits door = {};  // nanoseconds of the loop that go into letting connections in; none: as many as it takes
    // Other programs may have set cookies for 127.0.0.1, whose ports share them. A head that is longer gets 431. Less
    // than 64 KiB: Beast throws at a field that is longer.
    std::size_t max_header_bytes = 60 * 1024;
    std::chrono::milliseconds request_deadline{5000};  // for a whole request to arrive
  };
  // `sockets` are listening TCP sockets (owned from here on).
  Listener(asio::io_context& loop, Clock& clock, std::vector<int> sockets, Options options, Handler handler);
  ~Listener();
  // Stops accepting, ends every connection, and completes when the last is gone.
  [[nodiscard]] asio::awaitable<void> shut_down();
  [[nodiscard]] std::size_t connections() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Listening sockets on 127.0.0.1:port and [::1]:port (the latter only where IPv6 is up). The error is a sentence.
[[nodiscard]] std::expected<std::vector<int>, std::string> listen_on_loopback(std::uint16_t port);
// One on "ADDRESS:PORT"; port 0 takes any.
[[nodiscard]] std::expected<int, std::string> listen_on(std::string_view address);
[[nodiscard]] std::uint16_t local_port(int socket);

}  // namespace wardend::http
