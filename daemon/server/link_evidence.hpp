// What one request to a server showed of the link to it. Whoever sends requests tells `server_health`.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/http_client.hpp"

namespace wardend::server {

// What one request to a server told about the link.
struct LinkEvidence {
  enum class Kind {
    answered,      // it spoke HTTP and was no server error: alive
    slow,          // the same, and it took long
    failing,       // 5xx, 408, a document that cannot be used, or something that is not the server (a captive portal)
    unreachable,   // no connection, no answer
    untrusted,     // its certificate is not good: security, not downtime
    inconclusive,  // 429, and what a cache on the way has kept: says nothing
  };
  // time: it may pass by itself. people: it stays until somebody mends it, here or at the server.
  enum class Remedy { time, people };
  Kind kind = Kind::inconclusive;
  std::string detail = {};  // of a trouble: what is wrong and what to do, in one sentence; also of a server that lives
  Remedy remedy = Remedy::time;
  Duration latency = {};
  Duration quiet = {};  // for so long the server wants to be left alone; zero: it did not say
  std::optional<WallTime> certificate_expires_at = {};
};

// Whether somebody answered, and it was the server.
[[nodiscard]] inline bool shows_life(const LinkEvidence& evidence) {
  return evidence.kind == LinkEvidence::Kind::answered || evidence.kind == LinkEvidence::Kind::slow;
}

// From then on an answer counts as slow.
inline constexpr Duration slow_answer = 2s;

// Whether an answer was kept by a cache on the way: that says nothing of the server now. Spec: RFC 9111 §5.1, and
// §5.5 for old proxies
[[nodiscard]] bool is_from_cache(const HttpResponse& response);

// The evidence in an answer, in a failure, and in whichever of the two a request ended with.
[[nodiscard]] LinkEvidence evidence_of(const HttpResponse& response);
[[nodiscard]] LinkEvidence evidence_of(const HttpFailure& failure);
// The same of a token or a revocation endpoint: a page is no answer of it, whatever its status says.
[[nodiscard]] LinkEvidence evidence_of_tokens(const HttpResponse& response);
[[nodiscard]] LinkEvidence evidence_of(const std::expected<HttpResponse, HttpFailure>& outcome);

// The same where one record was asked for. What befell that record says nothing of the others: a server error, an
// answer that is too large or no HTTP, none within the time although the request went out. nullopt: that was all.
[[nodiscard]] std::optional<LinkEvidence> evidence_of_record(const HttpResponse& response);
[[nodiscard]] std::optional<LinkEvidence> evidence_of_record(const HttpFailure& failure);

}  // namespace wardend::server
