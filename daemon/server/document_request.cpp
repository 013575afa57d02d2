#include "daemon/server/document_request.hpp"

#include <algorithm>

#include "daemon/server/link_evidence.hpp"

namespace wardend::server {

HttpRequest request_for(const config::Server& server, std::string_view path, JsonLimits limits, Duration left) {
  return {.url = server.fhir_base_url.child(path),
          .headers = {{"Accept", "application/json, application/fhir+json;q=0.9"}, {"Cache-Control", "no-cache"}},
          .max_response_bytes = limits.bytes,
          .timeout = std::chrono::ceil<std::chrono::milliseconds>(std::max<Duration>(left, 1ms)),
          .route = server.route};
}

DiscoveryFailure timed_out() {
  return {"discovery_timeout", "the server did not answer in time: try again later", true};
}

DiscoveryFailure failure_of(const HttpFailure& failure, JsonLimits limits) {
  switch (failure.kind) {
    case HttpFailure::Kind::tls:
      return {"discovery_tls", evidence_of(failure).detail, true};
    case HttpFailure::Kind::handshake:
      return {"discovery_handshake", evidence_of(failure).detail, true};
    case HttpFailure::Kind::timeout:
      return timed_out();
    case HttpFailure::Kind::too_large:
      return {
          "discovery_too_large",
          "the document is larger than " + std::to_string(limits.bytes / (1024UL * 1024)) + " MiB: check fhir_base_url",
          false};
    case HttpFailure::Kind::network:
      return {failure.by_proxy ? "discovery_proxy" : "discovery_unreachable", evidence_of(failure).detail, true};
    case HttpFailure::Kind::abandoned:
      break;
  }
  return {"discovery_unreachable", "the machine was asleep meanwhile: try again", true};
}

}  // namespace wardend::server
