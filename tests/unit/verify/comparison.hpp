// One app, one server and its two documents, each conformant until a test changes it.
#pragma once

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/verify/compare.hpp"

namespace wardend::verify {

inline std::string words_of(Severity severity) {
  constexpr const char* words[] = {"ok", "note", "warning", "blocking"};
  return words[static_cast<int>(severity)];
}
inline std::string words_of(const std::optional<Verdict>& verdict) {
  constexpr const char* words[] = {"met", "not_declared", "contradicted", "unknown"};
  return verdict ? words[static_cast<int>(*verdict)] : "-";
}

inline std::ostream& operator<<(std::ostream& out, const Report& report) {
  for (const Finding& finding : report.findings)
    out << "\n  " << words_of(finding.severity) << " " << words_of(finding.verdict) << " [" << finding.subject << "] "
        << finding.detail << " {"
        << (finding.read ? std::string(name_of(finding.read->source)) + " " + finding.read->path : "") << "} "
        << finding.advice;
  return out;
}

}  // namespace wardend::verify

namespace wardend::verify::test {

using nlohmann::json;

inline const char* const conformant_smart = R"({
  "issuer": "https://ehr.example.org",
  "jwks_uri": "https://ehr.example.org/jwks",
  "authorization_endpoint": "https://ehr.example.org/authorize",
  "token_endpoint": "https://ehr.example.org/token",
  "grant_types_supported": ["authorization_code"],
  "code_challenge_methods_supported": ["S256"],
  "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "private_key_jwt"],
  "token_endpoint_auth_signing_alg_values_supported": ["ES384", "RS384"],
  "scopes_supported": ["openid", "fhirUser", "launch", "launch/patient", "offline_access", "patient/*.rs", "user/*.rs"],
  "capabilities": ["launch-ehr", "launch-standalone", "client-public", "client-confidential-symmetric",
    "client-confidential-asymmetric", "sso-openid-connect", "context-ehr-patient", "context-standalone-patient",
    "permission-offline", "permission-patient", "permission-user", "permission-v1", "permission-v2"]
})";

inline const char* const conformant_metadata = R"({
  "resourceType": "CapabilityStatement", "status": "active", "kind": "instance", "fhirVersion": "4.0.1",
  "date": "2026-01-01", "implementation": {"url": "https://ehr.example.org/fhir"}, "format": ["json"],
  "rest": [{
    "mode": "server",
    "security": {"service": [{"coding": [{
      "system": "http://terminology.hl7.org/CodeSystem/restful-security-service", "code": "SMART-on-FHIR"}]}]},
    "resource": [
      {"type": "Patient", "interaction": [{"code": "read"}]},
      {"type": "Observation", "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": [{"name": "patient", "type": "reference"}, {"name": "category", "type": "token"},
                        {"name": "date", "type": "date"}]}]
  }]
})";

// `changes` as a merge patch: null takes a member out, a list is replaced whole.
inline std::string changed(const char* document, const char* changes) {
  json merged = json::parse(document);
  merged.merge_patch(json::parse(changes));
  return merged.dump();
}

// A statement whose one `rest` has these resources.
inline std::string with_resources(const std::string& resources) {
  return R"({"rest": [{"mode": "server", "resource": )" + resources + "}]}";
}

struct Comparison {
  Comparison() {
    for (const char* scope : {"openid", "fhirUser", "offline_access", "patient/Observation.rs"}) ask_for(scope);
    app.registrations.push_back({.server = "ehr", .client_id = "vitals"});
    app.requirements.push_back({.resource = "Observation",
                                .interactions = {"read", "search-type"},
                                .search = {"patient", "category", "date"}});
    app.fhir_versions = {fhir::Release::r4};
    app.population = "Nurses of the ward";
    app.consent = "Direct care, implied";
  }

  void ask_for(const std::string& scope) {
    app.scopes.push_back({.scope = scope, .action = "a", .approved_by = "b", .approved_on = "2026-01-01"});
  }
  void registered_as(config::ClientAuth auth) { app.registrations.front().client_auth = auth; }

  [[nodiscard]] Report report() const {
    const auto received = [](const std::string& body, int status) {
      return Received{.address = "https://ehr.example.org/fhir",
                      .status = status,
                      .content_type = "application/json",
                      .body = body,
                      .failure = status == 0 ? "the server cannot be reached" : ""};
    };
    return compare({app, server}, evidence_of(server, read_smart(server, received(smart, smart_status)),
                                              read_metadata(received(metadata, metadata_status))));
  }

  config::App app{.id = "vitals", .name = "Vitals", .servers = {"ehr"}};
  config::Server server{.name = "ehr", .fhir_base_url = *fhir::BaseUrl::parse("https://ehr.example.org/fhir")};
  std::string smart = conformant_smart;
  std::string metadata = conformant_metadata;
  int smart_status = 200;
  int metadata_status = 200;
};

// The first finding of `report` about `subject` with these words in its detail; nullptr: there is none.
inline const Finding* find(const Report& report [[clang::lifetimebound]], std::string_view subject,
                           std::string_view words = "") {
  const auto found = std::ranges::find_if(report.findings, [&](const Finding& finding) {
    return finding.subject == subject && finding.detail.contains(words);
  });
  return found == report.findings.end() ? nullptr : &*found;
}

}  // namespace wardend::verify::test
