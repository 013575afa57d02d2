#include "daemon/server/link_evidence.hpp"

#include "base/words.hpp"
#include "protocol/http/date.hpp"
#include "protocol/http/status_class.hpp"

namespace wardend::server {
namespace {

using Kind = LinkEvidence::Kind;
using Remedy = LinkEvidence::Remedy;

constexpr std::chrono::seconds pause_without_wish{60};

LinkEvidence evidence_of_network(const HttpFailure& failure) {
  if (failure.by_proxy)
    return {.kind = Kind::unreachable, .detail = failure.detail + ": check the proxy, and `proxy` of this server"};
  return {.kind = Kind::unreachable,
          .detail = "the server cannot be reached (" + failure.detail +
                    "): see whether other programs reach it, then check the network here"};
}

}  // namespace

LinkEvidence evidence_of(const HttpFailure& failure) {
  switch (failure.kind) {
    case HttpFailure::Kind::tls:
      return {.kind = Kind::untrusted,
              .detail = "the server's certificate is not trusted: check ca_file and the clock (" + failure.detail + ")",
              .remedy = Remedy::people};
    case HttpFailure::Kind::handshake:
      return {.kind = Kind::unreachable,
              .detail = "no TLS connection came about (" + failure.detail +
                        "): have the server's administrators see that it offers TLS 1.2 or later",
              .remedy = Remedy::people};
    case HttpFailure::Kind::timeout:
      return {.kind = Kind::unreachable,
              .detail = "the server did not answer in time: see whether it is slow for other programs too"};
    case HttpFailure::Kind::too_large:
      return {.kind = Kind::failing,
              .detail = "the server's answer is larger than wardend reads: ask its administrators what it sends",
              .remedy = Remedy::people};
    case HttpFailure::Kind::network:
      return evidence_of_network(failure);
    case HttpFailure::Kind::abandoned:
      break;
  }
  return {};
}

bool is_from_cache(const HttpResponse& response) {
  const std::string_view age = response.header("age");
  const std::string_view warning = response.header("warning");
  return (!age.empty() && age.find_first_not_of("0 ") != std::string_view::npos) || warning.starts_with("110") ||
         warning.starts_with("111");
}

LinkEvidence evidence_of(const HttpResponse& response) {
  LinkEvidence evidence{
      .kind = Kind::answered, .latency = response.elapsed, .certificate_expires_at = response.certificate_expires_at};
  const auto wish = http::retry_after(response.header("retry-after"), response.header("date"));
  const std::string status = "HTTP " + std::to_string(response.status);
  if (http::is_postponed(response.status)) {
    evidence.kind = Kind::inconclusive;
    evidence.detail = "the server asks for fewer requests (" + status + "): wardend asks less often";
    evidence.quiet = wish.value_or(pause_without_wish);
  } else if (http::is_transient(response.status)) {
    evidence.kind = Kind::failing;
    evidence.detail = "the server answers " + status + ": ask its administrators";
    if (response.status == 503) evidence.quiet = wish.value_or(std::chrono::seconds(0));
  } else if (response.elapsed >= slow_answer) {
    evidence.kind = Kind::slow;
    evidence.detail = "the server takes " +
                      words::counted(std::chrono::floor<std::chrono::seconds>(response.elapsed).count(), "second") +
                      " for an answer: see whether it is slow for other programs too";
  }
  return evidence;
}

LinkEvidence evidence_of(const std::expected<HttpResponse, HttpFailure>& outcome) {
  return outcome ? evidence_of(*outcome) : evidence_of(outcome.error());
}

}  // namespace wardend::server
