#include "daemon/ops/endpoints.hpp"

namespace wardend::ops {
namespace {

http::Reply plain(int status, const std::string& text) {
  return {.status = status, .content_type = "text/plain; charset=utf-8", .body = Secret(text + "\n")};
}

}  // namespace

asio::awaitable<http::Reply> answer(const Endpoints& endpoints, http::InboundRequest request) {
  if (request.method != "GET" && request.method != "HEAD") {
    http::Reply refused = plain(405, "GET only");
    refused.headers.emplace_back("Allow", "GET, HEAD");  // Spec: RFC 9110 §15.5.6
    co_return refused;
  }
  if (request.path == "/healthz") co_return plain(200, "ok");
  if (request.path == "/readyz") {
    const std::string reason = endpoints.not_ready_reason();
    co_return reason.empty() ? plain(200, "ready") : plain(503, "not ready: " + reason);
  }
  if (request.path == "/metrics") {
    co_return http::Reply{.content_type = "text/plain; version=0.0.4; charset=utf-8",
                          .body = Secret(endpoints.metrics())};
  }
  co_return plain(404, "there is /metrics, /healthz and /readyz");
}

}  // namespace wardend::ops
