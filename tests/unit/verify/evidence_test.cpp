#include "daemon/verify/evidence.hpp"

#include <gtest/gtest.h>

namespace wardend::verify {
namespace {

config::Server a_server(bool smart1) {
  config::Server server{.name = "ehr", .fhir_base_url = fhir::BaseUrl::parse("https://ehr.example.org/fhir").value()};
  server.oauth.smart1_discovery = smart1;
  return server;
}

constexpr const char* statement =
    R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","rest":[{"mode":"server",
  "security":{"extension":[{"url":"http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris","extension":[
    {"url":"authorize","valueUri":"https://ehr.example.org/authorize"},
    {"url":"token","valueUri":"https://ehr.example.org/token"}]}]}}]})";

TEST(Evidence, OfNoAnswerIsWhyThereIsNone) {
  const SmartEvidence smart = read_smart(a_server(false), {.address = "a", .failure = "cannot be reached"});
  ASSERT_FALSE(smart.survey);
  EXPECT_EQ(smart.survey.error().why, "cannot be reached");
  EXPECT_EQ(smart.compared.digest, "");
  const MetadataEvidence metadata = read_metadata({.address = "b", .failure = "timed out"});
  ASSERT_FALSE(metadata.statement);
  EXPECT_EQ(metadata.statement.error().why, "timed out");
}

TEST(Evidence, OfADocumentHasItsDigest) {
  const MetadataEvidence metadata =
      read_metadata({.address = "b", .status = 200, .content_type = "application/fhir+json", .body = statement});
  ASSERT_TRUE(metadata.statement);
  EXPECT_EQ(metadata.statement->fhir_version, "4.0.1");
  EXPECT_EQ(metadata.compared.digest.size(), 64U);
  EXPECT_EQ(read_metadata({.status = 401, .body = "{}"}).compared.digest, "");
}

// Only where the configuration allows it, and only where the server has no smart-configuration.
TEST(Evidence, OfSmart1ComesFromTheStatement) {
  const auto both = [](bool allowed, int status) {
    const config::Server server = a_server(allowed);
    return evidence_of(server, read_smart(server, {.status = status, .body = "{}"}),
                       read_metadata({.status = 200, .content_type = "application/json", .body = statement}));
  };
  const Evidence known = both(true, 404);
  EXPECT_TRUE(known.smart1);
  ASSERT_TRUE(known.smart.survey);
  EXPECT_FALSE(both(false, 404).smart1);
  EXPECT_FALSE(both(true, 500).smart1);
  EXPECT_FALSE(both(true, 200).smart1);
}

}  // namespace
}  // namespace wardend::verify
