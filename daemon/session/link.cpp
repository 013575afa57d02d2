#include "daemon/session/link.hpp"

namespace wardend::session {

LinkEvidence evidence_of(const HttpFailure& failure) {
  using Kind = LinkEvidence::Kind;
  if (failure.kind == HttpFailure::Kind::abandoned) return {};
  const bool untrusted = failure.kind == HttpFailure::Kind::tls;
  return {.kind = untrusted ? Kind::untrusted : Kind::unreachable, .detail = failure.detail};
}

LinkEvidence evidence_of(const HttpResponse& response) {
  using Kind = LinkEvidence::Kind;
  LinkEvidence evidence{
      .kind = Kind::answered, .latency = response.elapsed, .certificate_expires_at = response.certificate_expires_at};
  if (response.status == 429) evidence.kind = Kind::inconclusive;
  if (response.status >= 500 || response.status == 408) {
    evidence.kind = Kind::failing;
    evidence.detail = "HTTP " + std::to_string(response.status);
  }
  return evidence;
}

LinkEvidence evidence_of(const std::expected<HttpResponse, HttpFailure>& outcome) {
  return outcome ? evidence_of(*outcome) : evidence_of(outcome.error());
}

}  // namespace wardend::session
