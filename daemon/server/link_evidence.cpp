#include "daemon/server/link_evidence.hpp"

#include "protocol/http/status_class.hpp"

namespace wardend::server {

LinkEvidence evidence_of(const HttpFailure& failure) {
  using Kind = LinkEvidence::Kind;
  if (failure.kind == HttpFailure::Kind::abandoned) return {};
  const bool untrusted = failure.kind == HttpFailure::Kind::tls;
  // TLS that is too old, or none: OpenSSL's words say neither.
  if (failure.kind == HttpFailure::Kind::handshake)
    return {.kind = Kind::unreachable,
            .detail = "no TLS connection came about: it must offer TLS 1.2 or later (" + failure.detail + ")"};
  return {.kind = untrusted ? Kind::untrusted : Kind::unreachable, .detail = failure.detail};
}

LinkEvidence evidence_of(const HttpResponse& response) {
  using Kind = LinkEvidence::Kind;
  LinkEvidence evidence{
      .kind = Kind::answered, .latency = response.elapsed, .certificate_expires_at = response.certificate_expires_at};
  if (http::is_postponed(response.status)) {
    evidence.kind = Kind::inconclusive;
  } else if (http::is_transient(response.status)) {
    evidence.kind = Kind::failing;
    evidence.detail = "HTTP " + std::to_string(response.status);
  }
  return evidence;
}

LinkEvidence evidence_of(const std::expected<HttpResponse, HttpFailure>& outcome) {
  return outcome ? evidence_of(*outcome) : evidence_of(outcome.error());
}

}  // namespace wardend::server
