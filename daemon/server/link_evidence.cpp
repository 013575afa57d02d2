#include "daemon/server/link_evidence.hpp"

#include <string_view>

#include "base/words.hpp"
#include "protocol/http/date.hpp"
#include "protocol/http/media_type.hpp"
#include "protocol/http/status_class.hpp"

namespace wardend::server {
namespace {

using Kind = LinkEvidence::Kind;
using Remedy = LinkEvidence::Remedy;

constexpr std::chrono::seconds pause_without_wish{60};

LinkEvidence evidence_of_network(const HttpFailure& failure) {
  if (failure.by_proxy)
    return {.kind = Kind::unreachable, .detail = failure.detail + ": check the proxy, and `proxy` of this server"};
  // libcurl's words for bytes that are no HTTP.
  if (failure.detail.contains("HTTP/0.9"))
    return {.kind = Kind::unreachable,
            .detail = "what answers there is no web server: check host and port of fhir_base_url",
            .remedy = Remedy::people};
  if (failure.request_sent)
    return {.kind = Kind::unreachable,
            .detail = "the server was asked and gave no whole answer (" + failure.detail +
                      "): see whether other programs get one, then ask its administrators"};
  return {.kind = Kind::unreachable,
          .detail = "the server cannot be reached (" + failure.detail +
                    "): see whether other programs reach it, then check the network here"};
}

// OpenSSL numbers what it found in the handshake; what has no number is a connection that ended in it.
LinkEvidence evidence_of_handshake(const std::string& detail) {
  if (!detail.contains("error:"))
    return {.kind = Kind::unreachable,
            .detail = "the connection to the server ends before TLS is agreed on (" + detail +
                      "): see whether other programs reach it; a firewall may be in between"};
  const bool plain = detail.contains("wrong version number");
  return {.kind = Kind::unreachable,
          .detail = "no TLS connection came about (" + detail + "): " +
                    (plain ? "what answers there speaks no TLS: check scheme and port of fhir_base_url"
                           : "have the server's administrators see that it offers TLS 1.2 or later"),
          .remedy = Remedy::people};
}

// What is wrong with a certificate, and who mends it. OpenSSL and libcurl have these words; what they do not name is
// one whose issuer nobody here knows.
std::string words_of_certificate(const std::string& detail) {
  if (detail.contains("has expired"))
    return "the server's certificate has expired: check the clock here, then have its administrators renew it";
  if (detail.contains("not yet valid"))
    return "the server's certificate is not valid yet: check the clock here, then ask its administrators";
  if (detail.contains("subject name"))
    return "the server's certificate is another server's: check fhir_base_url, then ask its administrators, as "
           "somebody may stand in between";
  return "the server's certificate is not trusted: check ca_file and the clock (" + detail + ")";
}

std::string words_of_status(int status) {
  // Spec: RFC 6585 §6
  if (status == 511) return "the network here wants a sign-in (HTTP 511): open any web page and sign in, or ask IT";
  return "the server answers HTTP " + std::to_string(status) + ": ask its administrators";
}

}  // namespace

LinkEvidence evidence_of(const HttpFailure& failure) {
  switch (failure.kind) {
    case HttpFailure::Kind::tls:
      return {.kind = Kind::untrusted, .detail = words_of_certificate(failure.detail), .remedy = Remedy::people};
    case HttpFailure::Kind::handshake:
      return evidence_of_handshake(failure.detail);
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
    evidence.detail = words_of_status(response.status);
    if (response.status == 503) evidence.quiet = wish.value_or(std::chrono::seconds(0));
  } else if (response.elapsed >= slow_answer) {
    evidence.kind = Kind::slow;
    evidence.detail = "the server takes " +
                      words::counted(std::chrono::floor<std::chrono::seconds>(response.elapsed).count(), "second") +
                      " for an answer: see whether it is slow for other programs too";
  }
  return evidence;
}

LinkEvidence evidence_of_tokens(const HttpResponse& response) {
  LinkEvidence evidence = evidence_of(response);
  const bool page = http::is_page(response.body.reveal());
  if (!shows_life(evidence) || !http::is_success(response.status) || !page) return evidence;
  return {.kind = Kind::failing,
          .detail =
              "a page comes where tokens should: a proxy or the network's sign-in page may be in between: open any web "
              "page here and see what comes"};
}

LinkEvidence evidence_of(const std::expected<HttpResponse, HttpFailure>& outcome) {
  return outcome ? evidence_of(*outcome) : evidence_of(outcome.error());
}

std::optional<LinkEvidence> evidence_of_record(const HttpResponse& response) {
  LinkEvidence evidence = evidence_of(response);
  if (evidence.kind == Kind::failing) return std::nullopt;
  return evidence;
}

std::optional<LinkEvidence> evidence_of_record(const HttpFailure& failure) {
  LinkEvidence evidence = evidence_of(failure);
  const bool on_its_way = failure.request_sent && evidence.kind == Kind::unreachable;
  if (evidence.kind == Kind::failing || on_its_way) return std::nullopt;
  return evidence;
}

}  // namespace wardend::server
