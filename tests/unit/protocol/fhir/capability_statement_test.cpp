#include "protocol/fhir/capability_statement.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "protocol/fhir/release.hpp"
#include "protocol/fhir/resource_types.hpp"

namespace wardend::fhir {
namespace {

std::expected<CapabilityStatement, std::string> read(const std::string& text, Bundles bundles = Bundles::refused) {
  const auto document = parse_json(text, capability_limits);
  return document ? read_capability_statement(*document, bundles) : std::unexpected(document.error());
}

TEST(CapabilityStatement, KeepsWhatANeedCanAskFor) {
  const auto statement = read(R"({"resourceType":"CapabilityStatement","fhirVersion":"4.0.1","status":"active",
    "kind":"instance","software":{"name":"EHR","version":"7"},"implementation":{"url":"https://e/fhir"},
    "instantiates":["x"],"rest":[{"mode":"server","interaction":[{"code":"batch"}],"searchParam":[{"name":"_id"}],
    "operation":[{"name":"docref"}],"security":{"service":[{"coding":[{"code":"OAuth","system":"s"}]}]},
    "resource":[{"type":"Patient","interaction":[{"code":"read"}],"searchParam":[{"name":"name","type":"string"}],
    "operation":[{"name":"everything"}]}]}]})");
  ASSERT_TRUE(statement) << statement.error();
  EXPECT_EQ(statement->software, "EHR 7");
  EXPECT_TRUE(statement->has_imports);
  ASSERT_EQ(statement->rest.size(), 1U);
  const Rest& rest = statement->rest[0];
  EXPECT_EQ(rest.interactions[0].word, "batch");
  EXPECT_EQ(rest.operations[0].word, "docref");
  EXPECT_EQ(rest.services[0].path, "rest[0].security.service[0].coding[0].code");
  const ServedResource& patient = rest.resources[0];
  EXPECT_EQ(patient.path, "rest[0].resource[0]");
  EXPECT_EQ(patient.search[0].type, "string");
  EXPECT_EQ(patient.operations[0].word, "everything");
  EXPECT_TRUE(statement->oddities.empty());
}

TEST(CapabilityStatement, IndicesCountWhatIsPassedOver) {
  const auto statement = read(R"({"resourceType":"Conformance","rest":[{"mode":"client"},null,{"resource":[null,7,
    {"type":"Nonsense"},{"type":"Patient","interaction":[{},{"code":"read"}]}]}]})");
  ASSERT_TRUE(statement);
  const ServedResource& patient = statement->rest[0].resources[0];
  EXPECT_EQ(patient.path, "rest[2].resource[3]");
  EXPECT_EQ(patient.interactions[0].at, 1U);
}

TEST(CapabilityStatement, OdditiesAreNotedOnceWithTheirNumber) {
  std::string many = "[";
  for (int i = 0; i < 1000; ++i) many += R"({"type":"Nope"},)";
  many.back() = ']';
  const auto statement = read(R"({"resourceType":"CapabilityStatement","rest":[{"resource":)" + many + "}]}");
  ASSERT_TRUE(statement);
  ASSERT_EQ(statement->oddities.size(), 1U);
  EXPECT_EQ(statement->oddities[0].count, 1000U);
  EXPECT_EQ(statement->oddities[0].path, "rest[0].resource[0].type");
}

// The limit of values follows the limit of bytes: real servers write a value in some 35 bytes.
TEST(CapabilityStatement, MayHaveAsManyValuesAsItsBytesBring) {
  const std::string entry = R"({"type":"Observation","interaction":[{"code":"read"}],"documentation":"all"},)";
  std::string many = R"({"resourceType":"CapabilityStatement","rest":[{"resource":[)";
  for (int i = 0; i < 90'000; ++i) many += entry;
  many.back() = ']';
  const auto statement = read(many + "}]}");
  ASSERT_TRUE(statement) << statement.error();
  EXPECT_EQ(statement->rest.at(0).resources.size(), 90'000U);
  EXPECT_GE(capability_limits.values * 16, capability_limits.bytes);
  std::string numbers = "[1";
  while (numbers.size() < 2 * capability_limits.values) numbers += ",1";
  EXPECT_EQ(read(numbers + ",1]").error(), "more than " + std::to_string(capability_limits.values) + " values");
}

TEST(CapabilityStatement, WordsThatAreTooLongAreLeftOut) {
  const std::string word(257, 'x');
  const auto statement = read(R"({"resourceType":"CapabilityStatement","fhirVersion":")" + word +
                              R"(","rest":[{"interaction":[{"code":")" + word + R"("}]}]})");
  ASSERT_TRUE(statement);
  EXPECT_TRUE(statement->fhir_version.empty());
  EXPECT_TRUE(statement->rest[0].interactions.empty());
}

TEST(CapabilityStatement, ABundleIsUnwrappedOnlyWhereThatIsWanted) {
  const std::string bundle = R"({"resourceType":"Bundle","entry":[7,{"resource":{"resourceType":"Patient"}},
    {"resource":{"resourceType":"CapabilityStatement","rest":[{}]}}]})";
  EXPECT_EQ(read(bundle).error(), "it is of the resource type Bundle");
  EXPECT_EQ(read(bundle, Bundles::unwrapped)->rest[0].path, "entry[2].resource.rest[0]");
}

TEST(CapabilityStatement, OtherResourcesAreRefusedByName) {
  EXPECT_EQ(read(R"({"resourceType":"Patient"})").error(), "it is of the resource type Patient");
  EXPECT_EQ(read(R"({"resourceType":7})").error(), "it is no FHIR resource");
  EXPECT_EQ(read("[]").error(), "it is no FHIR resource");
}

TEST(Release, IsKnownByNameAndByVersion) {
  for (const Release release : {Release::dstu2, Release::stu3, Release::r4, Release::r4b, Release::r5})
    EXPECT_EQ(release_named(name_of(release)), release);
  EXPECT_EQ(release_named("r4"), std::nullopt);
  EXPECT_EQ(release_of_version("4.3.0-ballot"), Release::r4b);
  for (const char* version : {"", "4", "4.", "4.1.0", "4.00.1", "40.0", "4.0x"})
    EXPECT_EQ(release_of_version(version), std::nullopt) << version;
}

TEST(ResourceTypes, HoldEveryReleaseInOrder) {
  EXPECT_TRUE(std::ranges::is_sorted(resource_types()));
  for (const char* type : {"Patient", "Conformance", "MedicationOrder", "Transport", "Account", "VisionPrescription"})
    EXPECT_TRUE(is_resource_type(type)) << type;
  for (const char* type : {"", "patient", "Patients", "Search By Patient Service", "*"})
    EXPECT_FALSE(is_resource_type(type)) << type;
}

}  // namespace
}  // namespace wardend::fhir
