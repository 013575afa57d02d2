// Documents that are not there, are none, or are odd.
#include <gtest/gtest.h>

#include "tests/unit/verify/comparison.hpp"

namespace wardend::verify::test {
namespace {

struct Absent {
  const char* what;
  int smart_status;
  int metadata_status;
  bool requires_resources;
  bool ready;
  const char* subject;
  const char* words;
};
// A smart-configuration decides the launch. A CapabilityStatement that only a token opens blocks nothing.
const Absent absences[] = {
    {"no smart-configuration", 404, 200, true, false, "smart-configuration", "HTTP 404"},
    {"a server that is down", 0, 0, true, false, "smart-configuration", "cannot be reached"},
    {"no metadata", 200, 404, true, false, "metadata", "HTTP 404"},
    {"no metadata, and none needed", 200, 404, false, true, "metadata", "HTTP 404"},
    {"metadata for those with a token", 200, 401, true, true, "metadata", "without a token"},
    {"metadata that is forbidden", 200, 403, true, true, "metadata", "without a token"},
    {"metadata that is gone", 200, 0, true, false, "metadata", "cannot be reached"},
    {"metadata that moved", 200, 301, true, false, "metadata", "redirects"},
};
TEST(CompareDocuments, ADocumentThatIsNotThereIsToldAndItsNeedsAreUnknown) {
  for (const Absent& row : absences) {
    Comparison comparison;
    comparison.smart_status = row.smart_status;
    comparison.metadata_status = row.metadata_status;
    if (!row.requires_resources) comparison.app.requirements.clear();
    const Report report = comparison.report();
    EXPECT_EQ(report.ready(), row.ready) << row.what << report;
    EXPECT_NE(find(report, row.subject, row.words), nullptr) << row.what << report;
    const Finding* read = find(report, "Observation: read");
    if (row.metadata_status != 200 && row.requires_resources) {
      EXPECT_EQ(words_of(read->verdict), "unknown") << row.what;
    }
  }
}

struct Body {
  const char* what;
  std::string body;
  const char* words;
};
TEST(CompareDocuments, WhatIsNoDocumentIsNotRead) {
  const Body bodies[] = {
      {"a page", "<!DOCTYPE html><html></html>", "it is a web page"},
      {"XML", "<CapabilityStatement xmlns=\"http://hl7.org/fhir\"/>", "it is XML: ask with Accept"},
      {"compressed", "\x1f\x8b\x08", "it is compressed: save it with curl --compressed"},
      {"UTF-16", "\xff\xfe{", "it is UTF-16"},
      {"empty", " \n", "it is empty"},
      {"a list", "[]", "not a JSON object"},
      {"a member twice", R"({"resourceType":"CapabilityStatement","rest":[],"rest":[]})", "rest is there twice"},
      {"an outcome", R"({"resourceType":"OperationOutcome"})", "it is of the resource type OperationOutcome"},
      {"nothing of FHIR", "{}", "it is no FHIR resource"},
      {"an empty Bundle", R"({"resourceType":"Bundle","entry":[]})", "a Bundle without a CapabilityStatement"},
      {"cut short", std::string(conformant_metadata).substr(0, 200), "cannot be read"},
      {"too deep", R"({"resourceType":"CapabilityStatement","rest":)" + std::string(100, '['), "nested deeper"},
  };
  for (const Body& row : bodies) {
    Comparison comparison;
    comparison.metadata = row.body;
    const Report report = comparison.report();
    EXPECT_FALSE(report.ready()) << row.what;
    const Finding* found = find(report, "metadata", row.words);
    ASSERT_NE(found, nullptr) << row.what << report;
    EXPECT_TRUE(found->advice.contains("serve the document there")) << row.what << ": the address is right";
  }
}

TEST(CompareDocuments, AStatementWithoutAServersPartBlocksWhatNeedsIt) {
  for (const char* rest : {"[]", "null", R"([{"mode":"client"}])", "{}"}) {
    Comparison comparison;
    comparison.metadata =
        R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","rest":)" + std::string(rest) + "}";
    const Report report = comparison.report();
    EXPECT_FALSE(report.ready()) << rest;
    EXPECT_NE(find(report, "metadata", "no `rest` of mode server"), nullptr) << rest << report;
    EXPECT_EQ(find(report, "Observation: read")->detail, "the statement has no `rest` of mode server") << rest;
    comparison.app.requirements.clear();
    EXPECT_TRUE(comparison.report().ready()) << rest;
  }
}

TEST(CompareDocuments, AnOddVersionIsReadAndNoted) {
  const auto version_of = [](const char* type, const char* version) {
    Comparison comparison;
    const std::string changes = R"({"resourceType":")" + std::string(type) + R"(","fhirVersion":")" + version + "\"}";
    comparison.metadata = changed(conformant_metadata, changes.c_str());
    const Report report = comparison.report();
    const auto found =
        std::ranges::find_if(report.findings, [](const Finding& of) { return of.subject.starts_with("FHIR version"); });
    return found->detail + "|" + std::string(words_of(found->severity)) + " " + std::string(words_of(found->verdict));
  };
  EXPECT_EQ(version_of("CapabilityStatement", "4.0.1"), "the server has R4 (4.0.1)|ok met");
  EXPECT_EQ(version_of("CapabilityStatement", " 4.0.1 "),
            "the server has R4 (4.0.1); fhirVersion has blanks around it|note met");
  EXPECT_EQ(version_of("CapabilityStatement", "4.0"),
            "the server has R4 (4.0); fhirVersion is no whole version, such as 4.0.1|note met");
  EXPECT_EQ(version_of("Conformance", "4.0.1"),
            "the server has R4 (4.0.1); but its statement is a Conformance, as only DSTU2 has it|note met");
}

TEST(CompareDocuments, ValuesOfTheWrongKindArePassedOver) {
  Comparison comparison;
  comparison.metadata = R"({"resourceType":"CapabilityStatement","status":7,"kind":[],"fhirVersion":{},"software":"x",
    "implementation":[],"imports":{},"rest":[7,"x",null,{"mode":["server"],"security":[],"interaction":{},"searchParam":"x",
    "resource":[9,{"type":7},{"type":"Observation","interaction":"read"},{"type":"Observation","interaction":[7,"read",{"code":7}],
    "searchParam":[{"name":{}},"date"],"operation":[[]]}]}]})";
  const Report report = comparison.report();
  EXPECT_NE(find(report, "metadata", "value of the wrong kind"), nullptr) << report;
  EXPECT_EQ(words_of(find(report, "Observation: read")->verdict), "not_declared") << report;
  EXPECT_NE(find(report, "FHIR version R4", "does not say"), nullptr) << report;
}

TEST(CompareDocuments, AServerOfSmartOneIsKnownByItsStatement) {
  const auto uris = R"({"rest":[{"mode":"server","security":{"extension":[{
    "url":"http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris","extension":[
    {"url":"token","valueUri":"https://ehr.example.org/token"},
    {"url":"authorize","valueUri":"https://ehr.example.org/authorize"}]}]},"resource":[]}]})";
  Comparison comparison;
  comparison.app.requirements.clear();
  comparison.smart_status = 404;
  comparison.metadata = changed(conformant_metadata, uris);
  Report report = comparison.report();
  EXPECT_FALSE(report.ready());
  EXPECT_NE(find(report, "smart-configuration")->advice.find("smart1_discovery = true"), std::string::npos) << report;
  comparison.server.oauth.smart1_discovery = true;
  report = comparison.report();
  EXPECT_TRUE(report.ready()) << report;
  EXPECT_EQ(words_of(find(report, "scope syntax v1")->verdict), "met") << report;
  EXPECT_EQ(words_of(find(report, "launch from the EHR")->verdict), "unknown") << report;
}

TEST(CompareDocuments, DocumentsThatDisagreeAreTold) {
  Comparison comparison;
  comparison.metadata = changed(conformant_metadata, R"({"rest":[{"security":{"extension":[{
    "url":"http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris","extension":[
    {"url":"token","valueUri":"https://old.example.org/token"}]}]}}]})");
  const Report report = comparison.report();
  const Finding* finding = find(report, "metadata", "https://old.example.org/token");
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(words_of(finding->severity), "warning");
}

TEST(CompareDocuments, ManyEntriesOfATypeAreOneNoteAndOneAnswer) {
  std::string resources = "[";
  for (int i = 0; i < 5'000; ++i)
    resources += R"({"type":"Observation","interaction":[{"code":"create"}],"searchParam":[{"name":"x"}]},)";
  resources.back() = ']';
  Comparison comparison;
  comparison.metadata = changed(conformant_metadata, with_resources(resources).c_str());
  const Report report = comparison.report();
  EXPECT_NE(find(report, "metadata", "4998 more"), nullptr) << report;
  EXPECT_NE(find(report, "Observation: read", "declares for Observation: create; read is not"), nullptr) << report;
}

TEST(CompareDocuments, NoNumberOfNotesHidesWhatBlocks) {
  std::string rests = "[";
  for (int i = 0; i < 3'000; ++i)
    rests += R"({"security":{"service":[{"coding":[{"code":"OAuth","system":"x"}]}]},"resource":[{"type":"Observation",
      "interaction":[{"code":"create"}]}]},)";
  rests.back() = ']';
  Comparison comparison;
  comparison.metadata = R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","rest":)" + rests + "}";
  const Report report = comparison.report();
  EXPECT_FALSE(report.ready());
  EXPECT_EQ(report.findings.size(), most_findings);
  EXPECT_NE(find(report, "Observation: read"), nullptr);
}

}  // namespace
}  // namespace wardend::verify::test
