#include "daemon/verify/evidence.hpp"

#include <utility>

#include "base/encoding.hpp"
#include "protocol/smart/conformance.hpp"

namespace wardend::verify {
namespace {

Compared compared(Source source, const Received& received) {
  return {.source = source,
          .address = received.address,
          .digest = received.status == 200 ? hex(sha256(received.body)) : std::string()};
}

smart::DiscoveryRules rules_of(const config::Server& server) {
  return {.legacy_pkce = server.oauth.legacy_pkce, .allowed_token_hosts = server.allowed_token_hosts};
}

}  // namespace

SmartEvidence read_smart(const config::Server& server, const Received& received) {
  SmartEvidence evidence{.compared = compared(Source::smart_configuration, received)};
  if (received.status == 0) {
    evidence.survey = std::unexpected(Absence{.why = received.failure});
    return evidence;
  }
  auto survey = smart::survey_discovery(received.status, received.content_type, received.body, server.fhir_base_url,
                                        rules_of(server));
  if (survey)
    evidence.survey = std::move(*survey);
  else
    evidence.survey = std::unexpected(Absence{received.status, survey.error().description});
  return evidence;
}

MetadataEvidence read_metadata(const Received& received) {
  MetadataEvidence evidence{.compared = compared(Source::metadata, received)};
  if (received.status == 0) {
    evidence.statement = std::unexpected(Absence{.why = received.failure});
    return evidence;
  }
  auto statement =
      smart::parse_metadata(received.status, received.content_type, received.body, fhir::Bundles::unwrapped);
  if (statement)
    evidence.statement = std::move(*statement);
  else
    evidence.statement = std::unexpected(Absence{received.status, statement.error().description});
  return evidence;
}

Evidence evidence_of(const config::Server& server, SmartEvidence smart, MetadataEvidence metadata) {
  Evidence evidence{.smart = std::move(smart), .metadata = std::move(metadata)};
  const auto& survey = evidence.smart.survey;
  const bool not_there = !survey && (survey.error().status == 404 || survey.error().status == 410);
  if (!not_there || !server.oauth.smart1_discovery || !evidence.metadata.statement) return evidence;
  evidence.smart1 = true;
  auto discovery = smart::discovery_of(*evidence.metadata.statement, server.fhir_base_url, rules_of(server));
  smart::DiscoverySurvey known;
  if (discovery)
    known.discovery = std::move(*discovery);
  else
    known.faults.push_back(std::move(discovery.error()));
  evidence.smart.survey = std::move(known);
  return evidence;
}

}  // namespace wardend::verify
