#include "daemon/session/link.hpp"

namespace wardend::session {

LinkEvidence evidence_of(const std::expected<HttpResponse, HttpFailure>& outcome) {
  using Kind = LinkEvidence::Kind;
  if (!outcome && outcome.error().kind == HttpFailure::Kind::abandoned) return {};
  if (!outcome) {
    const bool untrusted = outcome.error().kind == HttpFailure::Kind::tls;
    return {.kind = untrusted ? Kind::untrusted : Kind::unreachable, .detail = outcome.error().detail};
  }
  LinkEvidence evidence{
      .kind = Kind::answered, .latency = outcome->elapsed, .certificate_expires_at = outcome->certificate_expires_at};
  if (outcome->status == 429) evidence.kind = Kind::inconclusive;
  if (outcome->status >= 500 || outcome->status == 408) {
    evidence.kind = Kind::failing;
    evidence.detail = "HTTP " + std::to_string(outcome->status);
  }
  return evidence;
}

}  // namespace wardend::session
