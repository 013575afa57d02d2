#include "protocol/fhir/reference.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wardend::fhir {
namespace {

std::string form_of(std::string_view text) {
  static const BaseUrl base = *BaseUrl::parse("https://EHR.example.org/fhir/r4/");
  const ReferenceText reference = read_reference(text, base);
  const std::string patient = reference.speaks_of_patient ? " patient" : "";
  switch (reference.form) {
    case ReferenceForm::here:
      return std::string(reference.type) + "/" + std::string(reference.id);
    case ReferenceForm::elsewhere:
      return "elsewhere" + patient;
    case ReferenceForm::entry:
      return "entry";
    case ReferenceForm::contained:
      return "#" + std::string(reference.id);
    case ReferenceForm::query:
      return std::string(reference.type) + "?";
    case ReferenceForm::malformed:
      return "malformed" + patient;
  }
  return "unknown";
}

struct Row {
  std::string_view text;
  std::string_view expected;
};

constexpr Row rows[] = {
    {"Patient/p1", "Patient/p1"},
    {"Patient/p1/_history/3", "Patient/p1"},
    {"https://ehr.example.org/fhir/r4/Patient/p1", "Patient/p1"},
    {"HTTPS://EHR.example.org:443/fhir/r4/Patient/p1/_history/1", "Patient/p1"},
    {"Practitioner/d1", "Practitioner/d1"},
    {"#p", "#p"},
    {"#", "#"},
    {"urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0", "entry"},
    {"URN:OID:1.2.3", "entry"},
    {"Patient?identifier=a|b", "Patient?"},
    {"https://ehr.example.org/fhir/r4/Patient?identifier=a", "Patient?"},
    {"https://other.example.org/fhir/r4/Patient/p1", "elsewhere patient"},
    {"http://ehr.example.org/fhir/r4/Patient/p1", "Patient/p1"},
    {"http://ehr.example.org:8080/fhir/r4/Patient/p1", "elsewhere patient"},
    {"https://ehr.example.org:8443/fhir/r4/Patient/p1", "elsewhere patient"},
    {"https://ehr.example.org/fhir/Patient/p1", "elsewhere patient"},
    {"https://ehr.example.org/fhir/r4b/Patient/p1", "elsewhere patient"},
    {"https://user@ehr.example.org/fhir/r4/Patient/p1", "elsewhere patient"},
    {"https://other.example.org/PATIENT/p1", "elsewhere patient"},
    {"https://other.example.org/%50atient/p1", "elsewhere patient"},
    {"https://other.example.org/%zz", "elsewhere patient"},
    {"https://other.example.org/inpatients/p1", "elsewhere"},
    {"https://other.example.org/Organization/o1", "elsewhere"},
    {"mailto:ward@example.org", "elsewhere"},
    {"Patient:p1", "elsewhere patient"},
    {"patient/p1", "malformed patient"},
    {"Patient/p1/", "malformed patient"},
    {"Patient//p1", "malformed patient"},
    {"/Patient/p1", "malformed patient"},
    {"./Patient/p1", "malformed patient"},
    {"../r4/Patient/p1", "malformed patient"},
    {"Observation/../Patient/p1", "malformed patient"},
    {"Patient/../Patient/p2", "malformed patient"},
    {"//ehr.example.org/fhir/r4/Patient/p1", "malformed patient"},
    {"%50atient/p1", "malformed patient"},
    {"Patient/p%31", "malformed patient"},
    {"Patient%2Fp1", "malformed patient"},
    {" Patient/p1", "malformed patient"},
    {"Patient/p1 ", "malformed patient"},
    {"Patient/p1#x", "malformed patient"},
    {"Patient/p1/_history/", "malformed patient"},
    {"Patient/p1/_history/1/2", "malformed patient"},
    {"Patient/p1/Observation/o1", "malformed patient"},
    {"Patient|1.0", "malformed patient"},
    {"Patient", "malformed patient"},
    {"https://ehr.example.org/fhir/r4/x/../Patient/p1", "malformed patient"},
    {"https://ehr.example.org/fhir/r4//Patient/p1", "malformed patient"},
    {"https://ehr.example.org/fhir/r4/", "elsewhere"},
    {"Bogus/1", "malformed"},
    {"p1", "malformed"},
    {"", "malformed"},
};

TEST(ReadReference, TellsFormsApart) {
  for (const Row& row : rows) EXPECT_EQ(form_of(row.text), row.expected) << row.text;
}

TEST(LeadsTo, TheRecordThatAnAddressEndsWith) {
  for (const char* own : {"Observation/1", "/Observation/1", "Observation/1/_history/2", "Observation/1/",
                          "https://any.example/x/Observation/1/_history/2", "Observation/1?_format=json"})
    EXPECT_TRUE(leads_to(own, "Observation", "1") && leads_to(own, "Observation", "")) << own;
  for (const char* other : {"Observation/2", "Device/1", "XObservation/1", "Observation/11", "1", "", "Observation"})
    EXPECT_FALSE(leads_to(other, "Observation", "1")) << other;
  EXPECT_FALSE(leads_to("Observation/", "Observation", "") || leads_to("Observation/a b", "Observation", ""));
}

}  // namespace
}  // namespace wardend::fhir
