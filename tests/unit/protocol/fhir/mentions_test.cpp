#include "protocol/fhir/mentions.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

namespace wardend::fhir {
namespace {

const BaseUrl of_ehr = *BaseUrl::parse("https://ehr.example.org/fhir/r4");

TEST(Mentions, AnAddressIsOneOfAPatientOrOfARecordHere) {
  EXPECT_EQ(mention_at("Patient/p2", of_ehr)->naming, Naming::patient);
  EXPECT_EQ(mention_at("Observation/1", of_ehr)->naming, Naming::record);
  EXPECT_FALSE(mention_at("Slot/1", of_ehr)) << "it is about nobody";
  EXPECT_FALSE(mention_at("a word", of_ehr));
}

}  // namespace
}  // namespace wardend::fhir
