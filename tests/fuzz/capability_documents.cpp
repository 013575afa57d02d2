// Input: which app (0 to 3), the SMART configuration on a line, then the CapabilityStatement.
#include <string>

#include "daemon/verify/compare.hpp"
#include "tests/fuzz/targets.hpp"

namespace wardend::fuzz {
namespace {

using namespace verify;

config::App app_of(int number) {
  config::App app{.id = "vitals", .name = "Vitals", .servers = {"ehr"}};
  app.registrations.push_back({.server = "ehr", .client_id = "vitals"});
  app.registrations.front().client_auth = number == 1 ? config::ClientAuth::private_key_jwt : config::ClientAuth::none;
  for (const char* scope :
       {"openid", "offline_access", "patient/Observation.rs", "user/Patient.write", "launch/patient"})
    app.scopes.push_back({.scope = scope, .action = "a", .approved_by = "b", .approved_on = "2026-01-01"});
  app.requirements.push_back(
      {.resource = "Observation", .interactions = {"read", "search-type"}, .search = {"patient", "_count"}});
  app.requirements.push_back({.resource = "Patient", .interactions = {"$everything", "patch", "batch"}});
  if (number != 2) app.fhir_versions = {fhir::Release::r4};
  return app;
}

config::Server server_of(int number) {
  config::Server server{.name = "ehr", .fhir_base_url = *fhir::BaseUrl::parse("https://ehr.example.org/fhir/r4")};
  server.oauth.smart1_discovery = number == 3;
  server.oauth.legacy_pkce = number == 2;
  if (number == 1) server.oauth.scope_syntax = smart::ScopeSyntax::v1;
  return server;
}

void check(const Finding& finding) {
  require(!finding.subject.empty() && !finding.detail.empty(), "a finding says about what and what");
  for (const std::string& text : {finding.subject, finding.detail, finding.advice})
    require(!has_control(text) && text.size() <= 4096, "a finding can be shown");
  require(finding.severity == Severity::ok || !finding.advice.empty(), "what is not well says what to do");
  require(finding.severity != Severity::ok || finding.verdict == Verdict::met, "only what is met is well");
  const bool of_metadata = finding.read && finding.read->source == Source::metadata;
  require(finding.verdict != Verdict::met || !of_metadata || !finding.read->path.empty() || finding.subject.empty() ||
              finding.detail.starts_with("the server declares") || finding.detail.starts_with("the server takes"),
          "what is met was read somewhere");
}

Report report_of(int number, std::string_view smart, int status, std::string_view metadata) {
  const config::App app = app_of(number);
  const config::Server server = server_of(number);
  return compare({app, server},
                 evidence_of(server, read_smart(server, {.status = status, .content_type = "", .body = smart}),
                             read_metadata({.status = 200, .content_type = "", .body = metadata})));
}

}  // namespace

void fuzz_capability_documents(Bytes input) {
  Lines lines(input);
  const int number = lines.next_number() & 3;
  const std::string_view smart = lines.next();
  const std::string_view metadata = lines.rest();
  const Report report = report_of(number, smart, number == 3 ? 404 : 200, metadata);
  require(report.findings.size() <= most_findings, "a report is bounded");
  bool blocked = false;
  Severity last = Severity::blocking;
  for (const Finding& finding : report.findings) {
    check(finding);
    blocked = blocked || finding.severity == Severity::blocking;
    require(finding.severity <= last, "the gravest comes first");
    last = finding.severity;
  }
  require(report.ready() == !blocked, "what blocks is not ready");
  const Report again = report_of(number, smart, number == 3 ? 404 : 200, metadata);
  require(again.findings.size() == report.findings.size(), "the same documents come to the same findings");
}

}  // namespace wardend::fuzz
