#include "protocol/fhir/compartment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "protocol/fhir/resource_types.hpp"

namespace wardend::fhir {
namespace {

TEST(Compartment, TellsTypesApart) {
  EXPECT_EQ(belonging_of("Observation"), Belonging::patient);
  EXPECT_EQ(belonging_of("Patient"), Belonging::patient);
  EXPECT_EQ(belonging_of("VisionPrescription"), Belonging::patient);
  EXPECT_EQ(belonging_of("Account"), Belonging::patient);
  for (const std::string_view type :
       {"Medication", "Practitioner", "Location", "Organization", "Questionnaire", "ValueSet"})
    EXPECT_EQ(belonging_of(type), Belonging::none) << type;
  for (const std::string_view type : {"Task", "Device", "Bundle", "Binary", "Contract", "Transport", "", "*"})
    EXPECT_EQ(belonging_of(type), Belonging::open) << type;
  EXPECT_EQ(belonging_of("Subscription"), Belonging::sender);
}

TEST(Compartment, KnowsWhichParameterSaysWhomItIsAbout) {
  EXPECT_TRUE(names_subject("Observation", "subject"));
  EXPECT_TRUE(names_subject("Observation", "patient"));
  EXPECT_FALSE(names_subject("Observation", "performer"));
  EXPECT_TRUE(names_subject("AdverseEvent", "subject"));
  EXPECT_FALSE(names_subject("AdverseEvent", "patient"));
  EXPECT_TRUE(names_subject("Coverage", "beneficiary"));
  EXPECT_FALSE(names_subject("Coverage", "payor"));
  EXPECT_TRUE(names_subject("Task", "patient"));
  EXPECT_FALSE(names_subject("Binary", "patient"));
  EXPECT_FALSE(names_subject("Medication", "patient"));
  EXPECT_FALSE(names_subject("Patient", "link"));
}

TEST(Compartment, EveryTypeIsOneOfFhirAndInOrder) {
  const auto types = compartment_types();
  EXPECT_EQ(types.size(), 66U);
  EXPECT_TRUE(std::ranges::is_sorted(types));
  for (const std::string_view type : types) {
    EXPECT_TRUE(is_resource_type(type)) << type;
    EXPECT_FALSE(compartment_parameters(type).empty()) << type;
    EXPECT_EQ(subject_element(type) == nullptr, type == "Patient") << type;
  }
  EXPECT_EQ(subject_element("Task")->path, "for");
  EXPECT_EQ(subject_element("Medication"), nullptr);
}

// The CompartmentDefinition of R4, where somebody has it as a file.
std::filesystem::path definition() {
  if (const char* named = std::getenv("WARDEND_PATIENT_COMPARTMENT")) return named;
  return std::filesystem::path(WARDEND_SOURCE_DIR) / ".." / "shared" / "spec" / "patient-compartment-r4.json";
}

TEST(Compartment, IsThatOfTheDefinition) {
  if (!std::filesystem::exists(definition())) GTEST_SKIP() << "WARDEND_PATIENT_COMPARTMENT names no file";
  const auto file = nlohmann::json::parse(std::ifstream(definition()));
  const auto& compartment = file.at("compartment");
  EXPECT_EQ(compartment.size(), compartment_types().size());
  for (const auto& [type, parameters] : compartment.items()) {
    const auto known = compartment_parameters(type);
    EXPECT_EQ(std::vector<std::string>(known.begin(), known.end()), parameters.get<std::vector<std::string>>()) << type;
  }
  for (const auto& type : file.at("never"))
    EXPECT_NE(belonging_of(type.get<std::string>()), Belonging::patient) << type;
}

}  // namespace
}  // namespace wardend::fhir
