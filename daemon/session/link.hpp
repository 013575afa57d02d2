// The link to a server as the session modules see it: they report what each request showed, and ask whether it is down.
// daemon/health keeps what is known of each server.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/http_client.hpp"

namespace wardend::session {

// What one request to a server told about the link.
struct LinkEvidence {
  enum class Kind {
    answered,      // it spoke HTTP and was no server error: alive
    failing,       // 5xx, 408, or something that is not the server (a captive portal)
    unreachable,   // no connection, no answer
    untrusted,     // its certificate is not good: security, not downtime
    inconclusive,  // 429 and the like: says nothing
  };
  Kind kind = Kind::inconclusive;
  std::string detail = {};
  Duration latency = {};
  std::optional<WallTime> certificate_expires_at = {};
};

// The evidence in an answer, in a failure, and in whichever of the two a request ended with.
[[nodiscard]] LinkEvidence evidence_of(const HttpResponse& response);
[[nodiscard]] LinkEvidence evidence_of(const HttpFailure& failure);
[[nodiscard]] LinkEvidence evidence_of(const std::expected<HttpResponse, HttpFailure>& outcome);

class Link {
 public:
  virtual ~Link() = default;
  virtual void observe(const std::string& server, const LinkEvidence& evidence) = 0;
  [[nodiscard]] virtual bool down(const std::string& server) const = 0;
  // `call` runs whenever a server that was down is no longer.
  virtual void on_recovery(std::function<void(const std::string& server)> call) = 0;
};

}  // namespace wardend::session
