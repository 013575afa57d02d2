#include "protocol/fhir/operation_parameters.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace wardend::fhir {
namespace {

const BaseUrl of_server = *BaseUrl::parse("https://ehr.example.org/fhir/r4");

std::string word_of(const Mention& mention) {
  switch (mention.naming) {
    case Naming::patient:
      return "patient " + std::string(mention.id);
    case Naming::encounter:
      return (mention.type.empty() ? "unseen " : "encounter ") + std::string(mention.id);
    case Naming::by_identifier:
      return "somebody " + std::string(mention.system) + "|" + std::string(mention.value);
    case Naming::identifier:
      return std::string(mention.system) + "|" + std::string(mention.value);
    case Naming::record:
      return std::string(mention.type) + "/" + std::string(mention.id);
    case Naming::by_query:
      return "search";
    default:
      return "malformed";
  }
}

std::string named(std::string_view parameter, std::string_view text) {
  std::string all;
  each_named(parameter, text, of_server,
             [&](const Mention& mention) { all += (all.empty() ? "" : ", ") + word_of(mention); });
  return all;
}

TEST(OperationParameters, OneSaysWhomItIsAboutByATextOfAnyKind) {
  EXPECT_EQ(named("subject", "p2"), "patient p2");
  EXPECT_EQ(named("patient-ids", " Patient/p2 "), "patient p2");
  EXPECT_EQ(named("for", "https://ehr.example.org/fhir/r4/Patient/p2/_history/1"), "patient p2");
  EXPECT_EQ(named("subject", "patient/p2"), "malformed");
  EXPECT_EQ(named("subject", "p1,p2"), "somebody |");
  EXPECT_EQ(named("subject", ""), "somebody |");
  EXPECT_EQ(named("subject", "Group/g"), "somebody |");
  EXPECT_EQ(named("encounterId", "e2"), "encounter e2");
  EXPECT_EQ(named("encounter", "Encounter/e2"), "encounter e2");
  EXPECT_EQ(named("encounter", "x|1"), "unseen x|1");
  EXPECT_EQ(named("_id", "p2"), "somebody |p2");
  EXPECT_EQ(named("mrn", "urn:x|2"), "somebody urn:x|2");
}

TEST(OperationParameters, AnyOtherMayNameSomebodyToo) {
  EXPECT_EQ(named("code", "p2"), "");
  EXPECT_EQ(named("x", "urn:x|1,urn:x|2"), "urn:x|1, urn:x|2");
  EXPECT_EQ(named("identifier", "2"), "somebody |2");
  EXPECT_EQ(named("identifier", "urn:x|2"), "urn:x|2");
  EXPECT_EQ(named("x", "Patient%252Fp2"), "patient p2");
  EXPECT_EQ(named("x", "Observation/ob"), "Observation/ob");
  EXPECT_EQ(named("query", "patient%3Dp2"), "patient p2");
  EXPECT_EQ(named("query", "code=x&patient:Patient=p1&subject=Patient%252Fp2"), "patient p1, patient p2");
  EXPECT_EQ(named("url", "Observation?patient=p2"), "search, patient p2");
  EXPECT_EQ(named("url", "https://x.example/ValueSet?version=2"), "");
  EXPECT_EQ(named("date", "2026-11-30T00:00:00+01:00"), "");
  EXPECT_EQ(named("rate", "100%"), "");
}

TEST(OperationParameters, AParameterHasTheMembersOfFhir) {
  for (const char* good :
       {R"({"name":"x","valueString":"1"})", R"({"name":"x","part":[]})",
        R"({"name":"x","_valueString":{"extension":[]},"id":"a","extension":[]})",
        R"({"name":"x","valueString":"1","_valueString":{"extension":[]}})", R"({"name":"x","resource":{}})"})
    EXPECT_TRUE(is_parameter_of_fhir(nlohmann::json::parse(good))) << good;
  for (const char* odd :
       {R"({"name":"x","ValueString":"1"})", R"({"name":"x","valueString":["1"]})", R"({"name":"x","value":"1"})",
        R"({"name":"x","valueString":"1","_valueDate":{"extension":[]}})",
        R"({"name":"x","valueId":"1","valueString":"2"})", R"({"name":"x","valueString":null})", R"({"name":7})",
        R"({"name":"x","parameter":[]})"})
    EXPECT_FALSE(is_parameter_of_fhir(nlohmann::json::parse(odd))) << odd;
}

TEST(OperationParameters, ABodySaysWhomItIsAboutAsAnAddressDoes) {
  FhirRequest operation{.interaction = Interaction::operation};
  add_whom(operation, nlohmann::json::parse(R"({"resourceType":"Parameters","parameter":[
      {"name":"subject","valueReference":{"reference":"Patient/p1"}},{"name":"patient","valueId":"p1"},
      {"name":"code","valueCode":"x"},{"name":"subject","valueReference":{"display":"Ada"}}]})"));
  EXPECT_EQ(operation.parameters,
            (std::vector<QueryParameter>{{.name = "subject", .value = "Patient/p1", .in_body = true},
                                         {.name = "patient", .value = "p1", .in_body = true},
                                         {.name = "subject", .in_body = true}}));
  FhirRequest create{.interaction = Interaction::create};
  add_whom(create, nlohmann::json::parse(R"({"parameter":[{"name":"subject","valueId":"p1"}]})"));
  EXPECT_TRUE(create.parameters.empty());
}

}  // namespace
}  // namespace wardend::fhir
