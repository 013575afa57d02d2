#include "protocol/fhir/mentions.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace wardend::fhir {
namespace {

const BaseUrl of_ehr = *BaseUrl::parse("https://ehr.example.org/fhir/r4");

std::string named(std::string_view parameter, std::string_view text) {
  const auto mention = named_by(parameter, text, of_ehr);
  if (!mention) return "-";
  switch (mention->naming) {
    case Naming::patient:
      return "patient " + std::string(mention->id);
    case Naming::encounter:
      return (mention->type.empty() ? "unseen " : "encounter ") + std::string(mention->id);
    case Naming::by_identifier:
      return "somebody";
    default:
      return "malformed";
  }
}

TEST(Mentions, AParameterNamesWhomItIsAboutByATextOfAnyKind) {
  EXPECT_EQ(named("subject", "p2"), "patient p2");
  EXPECT_EQ(named("patient-ids", " Patient/p2 "), "patient p2");
  EXPECT_EQ(named("for", "https://ehr.example.org/fhir/r4/Patient/p2/_history/1"), "patient p2");
  EXPECT_EQ(named("subject", "patient/p2"), "malformed");
  EXPECT_EQ(named("subject", "p1,p2"), "somebody");
  EXPECT_EQ(named("subject", ""), "somebody");
  EXPECT_EQ(named("subject", "Group/g"), "somebody");
  EXPECT_EQ(named("encounterId", "e2"), "encounter e2");
  EXPECT_EQ(named("encounter", "Encounter/e2"), "encounter e2");
  EXPECT_EQ(named("encounter", "x|1"), "unseen x|1");
  EXPECT_EQ(named("code", "p2"), "-");
}

TEST(Mentions, AnAddressIsOneOfAPatientOrOfARecordHere) {
  EXPECT_EQ(mention_at("Patient/p2", of_ehr)->naming, Naming::patient);
  EXPECT_EQ(mention_at("Observation/1", of_ehr)->naming, Naming::record);
  EXPECT_FALSE(mention_at("Slot/1", of_ehr)) << "it is about nobody";
  EXPECT_FALSE(mention_at("a word", of_ehr));
}

}  // namespace
}  // namespace wardend::fhir
