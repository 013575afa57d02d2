// A session for patient p1 with every scope, and verdicts as words: "pass", "PatientMismatch", "ResourceRejected
// subject".
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/guard/asked_write.hpp"
#include "daemon/guard/decision.hpp"
#include "protocol/fhir/bundle_requests.hpp"

namespace wardend::guard {

inline Facts facts_of_p1() {
  return {.session = "s1",
          .base = *fhir::BaseUrl::parse("https://ehr.example.org/fhir/r4"),
          .granted = smart::ScopeSet("patient/*.cruds patient/Patient.cruds"),
          .patient = "p1",
          .verification = {.status = Verification::verified},
          .identifiers = {{.system = "https://fhir.nhs.uk/Id/nhs-number", .value = "9434765919"}}};
}

// The same for an app with foreign = "enforce".
inline Facts enforced() {
  Facts facts = facts_of_p1();
  facts.policy.foreign = Foreign::enforce;
  return facts;
}

inline std::string word_of(const Verdict& verdict) {
  switch (verdict.kind) {
    case Verdict::Kind::pass:
      return "pass";
    case Verdict::Kind::needs_body:
      return "needs_body";
    case Verdict::Kind::needs_target:
      return "needs_target";
    case Verdict::Kind::inspect_reply:
      return "inspect_reply";
    case Verdict::Kind::refuse:
      break;
  }
  std::string word(name_of(verdict.error->code()));
  if (const auto* rejected = verdict.error->as<errors::ResourceRejected>(); rejected != nullptr && rejected->path)
    word += " " + *rejected->path;
  return word;
}

// The request as it would stand on the wire.
inline fhir::FhirRequest sent(std::string_view method, std::string_view path, std::string_view query = {},
                              const std::vector<fhir::Header>& headers = {}) {
  auto request = fhir::classify({.method = method, .path = path, .query = query, .headers = headers});
  return request ? *request : fhir::FhirRequest{};
}

inline std::string decided(const fhir::FhirRequest& request, const Facts& facts = facts_of_p1()) {
  return word_of(decide(request, facts));
}

inline std::string decided(const fhir::FhirRequest& request, const nlohmann::json& body,
                           const Facts& facts = facts_of_p1()) {
  return word_of(decide(request, Body{.json = &body}, facts));
}

inline std::string decided(const fhir::FhirRequest& request, const nlohmann::json& body, const nlohmann::json& stored,
                           const Facts& facts = facts_of_p1()) {
  const Target target{.type = request.type, .id = request.id, .resource = &stored};
  return word_of(decide(request, Body{.json = &body}, std::span(&target, 1), facts));
}

// A Bundle with these requests, "GET Observation/1", as it is known when it is answered.
inline fhir::FhirRequest sent_in_bundle(const std::vector<std::string>& lines) {
  nlohmann::json entries = nlohmann::json::array();
  for (const std::string& line : lines) {
    const auto blank = line.find(' ');
    entries.push_back({{"request", {{"method", line.substr(0, blank)}, {"url", line.substr(blank + 1)}}}});
  }
  fhir::FhirRequest request = sent("POST", "");
  request.entries = std::make_shared<const std::vector<fhir::FhirRequest>>(fhir::requests_in({{"entry", entries}}));
  return request;
}

// An Observation that is about that reference.
inline nlohmann::json observation(std::string_view subject, std::string_view id = {}) {
  nlohmann::json resource = {{"resourceType", "Observation"}, {"status", "final"}};
  resource["subject"] = {{"reference", subject}};
  if (!id.empty()) resource["id"] = id;
  return resource;
}

}  // namespace wardend::guard
