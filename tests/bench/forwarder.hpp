// The floor: what forwarding costs at least with the libraries that the gateway is made of. A process of its own with
// one loop takes requests on a Unix socket (Beast), asks the server on kept connections, reads the answer as JSON and
// sends it on. Nobody is asked who they are; nothing is judged, turned, recorded, searched for a token or wiped.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "tests/bench/http_load.hpp"

namespace wardend::bench {

class Forwarder {
 public:
  // libcurl: as daemon/http drives it, with the C library's allocator. beast: the client of beast_client.hpp.
  enum class Upstream { libcurl, beast };

  // Listens at `path`, before the server on that port of 127.0.0.1. Ends with the object.
  Forwarder(std::string path, std::uint16_t server, Upstream upstream);
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;
  ~Forwarder();

  [[nodiscard]] Door door() const { return {.path = path_}; }
  [[nodiscard]] pid_t process() const { return process_; }

 private:
  std::string path_;
  pid_t process_;
};

}  // namespace wardend::bench
