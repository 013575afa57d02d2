// Reads resources as they stand on the server, with the session's token: what a write is about to change.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "base/result.hpp"
#include "config/live.hpp"
#include "daemon/guard/decision.hpp"
#include "daemon/server/server_health.hpp"

namespace wardend::judging {

// One that was read.
struct Stored {
  guard::Wanted what;
  std::shared_ptr<const nlohmann::json> resource = {};  // nullptr: the server has none
  bool gone = false;                                    // it was there, and was deleted
  std::string version = {};                             // of its ETag
  std::size_t bytes = 0;
};

class TargetReader {
 public:
  TargetReader(Clock& clock, HttpClient& http, const config::Live& config, server::ServerHealth& server_health)
      : clock_(clock), http_(http), config_(config), server_health_(server_health) {}

  struct Order {
    std::string server;
    guard::Wanted what = {};
    Secret token = {};
    BootTime until = {};
    std::string request_id = {};        // of the request that it is read for; empty: it has none
    std::function<bool()> wanted = {};  // false: the session has ended, and nobody waits
  };
  // Ends by `until`, and when a clear finds it unwanted. Errors: ServerUnavailable (no answer, or one that cannot be
  // read), ResourceRejected (a record that is too large), ScopeNotGranted (the server does not let the token read it).
  [[nodiscard]] asio::awaitable<Result<Stored>> read(Order order);

 private:
  Clock& clock_;
  HttpClient& http_;
  const config::Live& config_;
  server::ServerHealth& server_health_;
};

}  // namespace wardend::judging
