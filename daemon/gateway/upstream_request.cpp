#include "daemon/gateway/upstream_request.hpp"

#include <algorithm>
#include <utility>

#include "daemon/server/link_evidence.hpp"

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

// A server that does not know a parameter of a condition would pass over it, and find records of anybody.
// Spec: FHIR R4, search, handling errors
void make_strict(HttpRequest& request) {
  constexpr std::string_view strict = "handling=strict";
  constexpr std::string_view lenient = "handling=lenient";
  const auto prefer = std::ranges::find(request.headers, "Prefer", &std::pair<std::string, std::string>::first);
  if (prefer == request.headers.end())
    request.headers.emplace_back("Prefer", strict);
  else if (const auto at = prefer->second.find(lenient); at != std::string::npos)
    prefer->second.replace(at, lenient.size(), strict);
  else if (!prefer->second.contains(strict))
    prefer->second.append(prefer->second.empty() ? "" : ", ").append(strict);
}

struct Cause {
  std::string reason;
  bool stays = false;  // trying again does not help
};

Cause cause_of(const HttpFailure& failure) {
  switch (failure.kind) {
    case HttpFailure::Kind::timeout:
      return {"the server did not answer within 30 s"};
    case HttpFailure::Kind::too_large:
      return {"the server answered with more headers than wardend takes (64 KiB): have its administrators look at it",
              true};
    case HttpFailure::Kind::abandoned:
      return {"the request was given up, as the machine was asleep meanwhile"};
    case HttpFailure::Kind::tls:
    case HttpFailure::Kind::handshake:
    case HttpFailure::Kind::network:
      break;
  }
  server::LinkEvidence evidence = server::evidence_of(failure);
  return {std::move(evidence.detail), evidence.remedy == server::LinkEvidence::Remedy::people};
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
                      .route = server.route};
  if (outgoing.reads_anew)
    std::erase_if(request.headers, [](const auto& field) {
      return field.first == "If-None-Match" || field.first == "If-Modified-Since";
    });
  if (!outgoing.if_match.empty()) {
    std::erase_if(request.headers, [](const auto& field) { return field.first == "If-Match"; });
    request.headers.emplace_back("If-Match", "W/\"" + std::string(outgoing.if_match) + "\"");
  }
  if (outgoing.strict) make_strict(request);
  request.headers.emplace_back("X-Request-Id", outgoing.request_id);
  return request;
}

Refusal unanswered(const HttpFailure& failure, const std::string& server, bool is_write) {
  constexpr int bad_gateway = 502;
  constexpr int unavailable = 503;
  auto [reason, stays] = cause_of(failure);
  const bool answered = failure.kind == HttpFailure::Kind::too_large || failure.kind == HttpFailure::Kind::network;
  if (is_write && failure.request_sent)
    reason += "; " + std::string(may_be_done);
  else if (!stays)
    reason += "; try again in a minute";
  return {.status = stays && answered ? bad_gateway : unavailable,
          .error = errors::ServerUnavailable{.server = server, .reason = std::move(reason)}};
}

}  // namespace wardend::gateway
