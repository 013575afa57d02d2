#include "daemon/verify/compare.hpp"

#include <gtest/gtest.h>

#include "tests/unit/verify/comparison.hpp"

namespace wardend::verify::test {
namespace {

using config::ClientAuth;

TEST(Compare, AConformantServerMeetsEveryNeed) {
  const Report report = Comparison().report();
  EXPECT_TRUE(report.ready()) << report;
  for (const Finding& finding : report.findings)
    EXPECT_EQ(words_of(finding.severity), "ok") << finding.subject << report;
  EXPECT_EQ(report.fhir_version, "4.0.1");
  EXPECT_EQ(report.fhir_base_url, "https://ehr.example.org/fhir");
  ASSERT_EQ(report.documents.size(), 2U);
  EXPECT_EQ(report.documents[0].digest.size(), 64U);
  EXPECT_NE(report.documents[0].digest, report.documents[1].digest);
}

TEST(Compare, TheGravestComeFirst) {
  Comparison comparison;
  comparison.smart = changed(conformant_smart, R"({"capabilities":[],"authorization_endpoint":null})");
  const Report report = comparison.report();
  EXPECT_FALSE(report.ready());
  for (std::size_t at = 1; at < report.findings.size(); ++at)
    EXPECT_GE(report.findings[at - 1].severity, report.findings[at].severity) << report;
}

TEST(Compare, MoreFindingsThanFitAreCut) {
  Comparison comparison;
  for (int i = 0; i < 700; ++i) comparison.app.requirements.push_back({.resource = "Goal", .interactions = {"read"}});
  const Report report = comparison.report();
  EXPECT_EQ(report.findings.size(), most_findings);
  EXPECT_EQ(report.findings.back().subject, "this report");
}

struct Issuer {
  const char* changes;
  const char* subject;
  const char* words;
};
TEST(Compare, WhatIsOddAboutTheIssuerIsCalledByItsName) {
  const Issuer table[] = {
      {R"({"issuer":"http://ehr.example.org/fhir"})", "issuer", "the issuer is no https address"},
      {R"({"issuer":"https://login.example.net"})", "issuer", "the issuer is not on the FHIR server's host"},
      {R"({"jwks_uri":null})", "jwks_uri", "names no keys for its id_tokens"},
  };
  for (const Issuer& row : table) {
    Comparison comparison;
    comparison.smart = changed(conformant_smart, row.changes);
    const Report report = comparison.report();
    EXPECT_NE(find(report, row.subject, row.words), nullptr) << row.changes << report;
  }
}

struct Client {
  ClientAuth auth;
  const char* changes;
  const char* severity;
  const char* verdict;
};
TEST(Compare, TheClientsMethodIsJudgedByListAndCapability) {
  using enum ClientAuth;
  const Client table[] = {
      {none, "{}", "ok", "met"},
      {none, R"({"capabilities":["launch-ehr"]})", "warning", "not_declared"},
      {none, R"({"capabilities":[],"token_endpoint_auth_methods_supported":["none"]})", "ok", "met"},
      {none, R"({"token_endpoint_auth_methods_supported":["private_key_jwt"]})", "note", "met"},
      {client_secret_basic, "{}", "ok", "met"},
      {client_secret_basic, R"({"capabilities":[]})", "ok", "met"},
      {client_secret_post, R"({"token_endpoint_auth_methods_supported":["client_secret_basic"]})", "warning",
       "contradicted"},
      {client_secret_post, R"({"capabilities":[],"token_endpoint_auth_methods_supported":["private_key_jwt"]})",
       "blocking", "contradicted"},
      {private_key_jwt, R"({"capabilities":[],"token_endpoint_auth_methods_supported":null})", "warning",
       "not_declared"},
      {private_key_jwt, R"({"token_endpoint_auth_methods_supported":"private_key_jwt"})", "ok", "met"},
  };
  for (const Client& row : table) {
    Comparison comparison;
    comparison.registered_as(row.auth);
    comparison.smart = changed(conformant_smart, row.changes);
    const Report report = comparison.report();
    const auto found = std::ranges::find_if(
        report.findings, [](const Finding& of) { return of.subject.starts_with("client authentication"); });
    ASSERT_NE(found, report.findings.end());
    EXPECT_EQ(words_of(found->severity), row.severity) << row.changes << report;
    EXPECT_EQ(words_of(found->verdict), row.verdict) << row.changes << report;
  }
}

TEST(Compare, AKeyNeedsAnAlgorithmThatTheServerTakes) {
  Comparison comparison;
  comparison.registered_as(ClientAuth::private_key_jwt);
  comparison.smart = changed(conformant_smart, R"({"token_endpoint_auth_signing_alg_values_supported":["RS384"]})");
  EXPECT_EQ(find(comparison.report(), "algorithm of the client's key")->advice, "use a key for RS384");
  comparison.smart = changed(conformant_smart, R"({"token_endpoint_auth_signing_alg_values_supported":["HS256"]})");
  EXPECT_FALSE(comparison.report().ready());
}

TEST(Compare, TheAppsOwnScopesMustAllowWhatItRequires) {
  Comparison comparison;
  comparison.app.requirements.push_back({.resource = "Patient", .interactions = {"read"}});
  const Report report = comparison.report();
  const Finding* finding = find(report, "Patient: read", "no scope of the app allows it");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(name_of(finding->read->source), "wardend.toml");
  EXPECT_FALSE(comparison.report().ready());
  comparison.ask_for("user/Patient.read");
  EXPECT_TRUE(comparison.report().ready()) << comparison.report();
}

TEST(Compare, IdentityNeedsItsScopes) {
  Comparison comparison;
  comparison.app.scopes.erase(comparison.app.scopes.begin());
  EXPECT_NE(find(comparison.report(), "who signs in", "the scope openid"), nullptr);
  EXPECT_FALSE(comparison.report().ready());
  comparison.app.identity = config::Identity::none;
  EXPECT_TRUE(comparison.report().ready());
}

TEST(Compare, NobodyGoesLiveWithoutPopulationAndConsent) {
  for (const char* words : {"", "  ", "\n"}) {
    Comparison comparison;
    comparison.app.population = words;
    const Report report = comparison.report();
    const Finding* population = find(report, "who may use the app");
    ASSERT_NE(population, nullptr);
    EXPECT_EQ(words_of(population->severity), "blocking");
    EXPECT_EQ(population->read->path, "app.population");
    EXPECT_FALSE(comparison.report().ready());
    comparison = {};
    comparison.app.consent = words;
    EXPECT_EQ(words_of(find(comparison.report(), "consent of the patients")->severity), "blocking");
    EXPECT_FALSE(comparison.report().ready());
  }
  const Comparison whole;
  EXPECT_NE(find(whole.report(), "who may use the app", "Nurses of the ward"), nullptr) << "the record holds the words";
}

struct Asked {
  const char* what;
  const char* scope;
  smart::ScopeSyntax syntax;
  const char* changes;
  const char* subject;
  const char* severity;
  const char* words;
};
TEST(Compare, ScopesAreJudgedAsTheyWouldBeAskedFor) {
  using enum smart::ScopeSyntax;
  const Asked table[] = {
      {"v2 to v1", "patient/Patient.rs", v1, "{}", "scope patient/Patient.read", "ok", "covers it"},
      {"a filter is lost", "patient/Patient.rs?x=y", v1, "{}", "scope patient/Patient.rs?x=y", "warning",
       "more than was approved"},
      {"a filter is kept", "patient/Patient.rs?x=y", automatic, "{}", "scope patient/Patient.rs?x=y", "ok",
       "covers it"},
      {"half of it", "patient/Patient.crs", automatic, "{}", "scope patient/Patient.crs", "warning",
       "leave out c of crs"},
      {"the other syntax", "patient/Patient.rs", v1, R"({"capabilities":["permission-v2"]})", "scope syntax v1",
       "warning", "the other syntax alone"},
      {"a system scope", "system/Patient.rs", automatic, "{}", "scope system/Patient.rs", "warning",
       "backend services"},
      {"no such type", "patient/Patients.rs", automatic, "{}", "scope patient/Patients.rs", "warning",
       "no resource type Patients"},
      {"a type of DSTU2", "patient/MedicationOrder.rs", automatic, "{}", "scope patient/MedicationOrder.rs", "ok",
       "covers it"},
      {"a word that is not listed", "launch/encounter", automatic, "{}", "scope launch/encounter", "note",
       "does not list it"},
      {"refreshes that are not declared", "online_access", automatic, "{}", "scope online_access", "warning",
       "neither permission-online"},
      {"a wildcard", "user/*.rs", automatic, "{}", "scope user/*.rs", "ok", "covers it"},
      {"no permission", "user/Patient.rs", automatic, R"({"capabilities":["permission-v2"]})", "scopes of user/",
       "note", "permission-user"},
  };
  for (const Asked& row : table) {
    Comparison comparison;
    comparison.ask_for(row.scope);
    comparison.server.oauth.scope_syntax = row.syntax;
    comparison.smart = changed(conformant_smart, row.changes);
    const Report report = comparison.report();
    const Finding* finding = find(report, row.subject, row.words);
    ASSERT_NE(finding, nullptr) << row.what << report;
    EXPECT_EQ(words_of(finding->severity), row.severity) << row.what << report;
  }
}

struct Version {
  const char* declared;
  std::vector<fhir::Release> wanted;
  const char* severity;
  const char* verdict;
};
TEST(Compare, TheVersionIsComparedByItsFirstTwoNumbers) {
  using enum fhir::Release;
  const Version table[] = {
      {R"("4.0.1")", {r4}, "ok", "met"},
      {R"("4.0.0")", {r4}, "ok", "met"},
      {R"("4.0")", {r4}, "note", "met"},
      {R"("4.3.0")", {r4}, "blocking", "contradicted"},
      {R"("4.3.0")", {r4, r4b}, "ok", "met"},
      {R"("5.0.0")", {r5}, "ok", "met"},
      {R"("3.0.2")", {stu3}, "ok", "met"},
      {R"("1.0.2")", {r4}, "blocking", "contradicted"},
      {R"("4.01")", {r4}, "blocking", "contradicted"},
      {R"("R4")", {r4}, "note", "met"},
      {R"("R5")", {r4}, "blocking", "contradicted"},
      {R"("v4")", {r4}, "blocking", "contradicted"},
      {"null", {r4}, "warning", "unknown"},
      {"null", {}, "note", "unknown"},
      {R"("4.0.1")", {}, "note", "-"},
  };
  for (const Version& row : table) {
    Comparison comparison;
    comparison.app.fhir_versions = row.wanted;
    comparison.metadata =
        changed(conformant_metadata, (std::string(R"({"fhirVersion":)") + row.declared + "}").c_str());
    const Report report = comparison.report();
    const auto found =
        std::ranges::find_if(report.findings, [](const Finding& of) { return of.subject.starts_with("FHIR version"); });
    ASSERT_NE(found, report.findings.end());
    EXPECT_EQ(words_of(found->severity), row.severity) << row.declared << report;
    EXPECT_EQ(words_of(found->verdict), row.verdict) << row.declared << report;
  }
}

TEST(Compare, WhatALaunchWouldRefuseIsToldWhole) {
  Comparison comparison;
  comparison.smart =
      R"({"token_endpoint":"https://evil.example.net/t","authorization_endpoint":"http://ehr.example.org/a"})";
  const Report report = comparison.report();
  for (const char* subject : {"token_endpoint", "authorization_endpoint", "capabilities", "PKCE with S256"}) {
    const Finding* finding = find(report, subject);
    ASSERT_NE(finding, nullptr) << subject << report;
    EXPECT_EQ(words_of(finding->severity), "blocking") << subject << report;
    EXPECT_FALSE(finding->advice.empty()) << subject;
  }
}

TEST(Compare, EndpointsThatWaitForAnOperatorBlock) {
  Comparison comparison;
  Evidence evidence = evidence_of(
      comparison.server, read_smart(comparison.server, {.status = 200, .content_type = "", .body = conformant_smart}),
      read_metadata({.status = 200, .content_type = "", .body = conformant_metadata}));
  EXPECT_TRUE(compare({comparison.app, comparison.server}, evidence).ready());
  evidence.endpoints_changed = "token_endpoint is another";
  const Report report = compare({comparison.app, comparison.server}, evidence);
  EXPECT_FALSE(report.ready());
  EXPECT_NE(find(report, "smart-configuration")->advice.find("wardctl accept"), std::string::npos);
}

}  // namespace
}  // namespace wardend::verify::test
