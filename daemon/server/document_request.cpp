#include "daemon/server/document_request.hpp"

#include <algorithm>

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
      return {"discovery_tls",
              "the server's certificate is not trusted: check ca_file and the clock (" + failure.detail + ")", true};
    case HttpFailure::Kind::handshake:
      return {"discovery_handshake",
              "no TLS connection came about (" + failure.detail +
                  "): have the server's administrators see that it offers TLS 1.2 or later",
              true};
    case HttpFailure::Kind::timeout:
      return timed_out();
    case HttpFailure::Kind::too_large:
      return {
          "discovery_too_large",
          "the document is larger than " + std::to_string(limits.bytes / (1024UL * 1024)) + " MiB: check fhir_base_url",
          false};
    case HttpFailure::Kind::network:
      if (failure.by_proxy)
        return {"discovery_proxy", failure.detail + ": check the proxy, and `proxy` of this server", true};
      return {"discovery_unreachable", "the server cannot be reached: check the network (" + failure.detail + ")",
              true};
    case HttpFailure::Kind::abandoned:
      return {"discovery_unreachable", "the machine was asleep meanwhile: try again", true};
  }
  return {"discovery_unreachable", "the server cannot be reached", true};
}

}  // namespace wardend::server
