#include "daemon/gateway/upstream_request.hpp"

namespace wardend::gateway {
namespace {

HttpRequest::Method method_of(std::string_view name) {
  using Method = HttpRequest::Method;
  if (name == "HEAD") return Method::head;
  if (name == "POST") return Method::post;
  if (name == "PUT") return Method::put;
  if (name == "PATCH") return Method::patch;
  return name == "DELETE" ? Method::delete_ : Method::get;
}

std::string reason_of(const HttpFailure& failure) {
  switch (failure.kind) {
    case HttpFailure::Kind::tls:
    case HttpFailure::Kind::handshake:
      return "no secure connection to the server came about: have IT look at its certificate";
    case HttpFailure::Kind::timeout:
      return "the server did not answer within 30 s";
    case HttpFailure::Kind::too_large:
      return "the server's answer has more headers than wardend takes: have its administrators look at it";
    case HttpFailure::Kind::network:
    case HttpFailure::Kind::abandoned:
      break;
  }
  if (failure.by_proxy) return "the proxy let nothing through: have IT look at it";
  return failure.request_sent ? "the server gave no answer that can be read" : "the server cannot be reached";
}

}  // namespace

std::string upstream_url(const RequestHead& head, const config::Server& server) {
  std::string url = server.fhir_base_url.text();
  while (url.ends_with('/')) url.pop_back();
  url += head.path;
  return head.query.empty() ? url : url + "?" + head.query;
}

HttpRequest upstream_request(const Outgoing& outgoing, const config::Server& server) {
  HttpRequest request{.method = method_of(outgoing.head.method),
                      .url = outgoing.url,
                      .headers = outgoing.head.forwarded,
                      .timeout = upstream_patience,
                      .route = server.route,
                      .keeps_coding = outgoing.keeps_coding};
  if (!outgoing.if_match.empty()) {
    std::erase_if(request.headers, [](const auto& field) { return field.first == "If-Match"; });
    request.headers.emplace_back("If-Match", "W/\"" + std::string(outgoing.if_match) + "\"");
  }
  request.headers.emplace_back("X-Request-Id", outgoing.request_id);
  return request;
}

Error unanswered(const HttpFailure& failure, const std::string& server, bool is_write) {
  std::string reason = reason_of(failure);
  if (is_write && failure.request_sent)
    reason += "; " + std::string(may_be_done);
  else
    reason += ": try again in a minute";
  return errors::ServerUnavailable{.server = server, .reason = std::move(reason)};
}

}  // namespace wardend::gateway
