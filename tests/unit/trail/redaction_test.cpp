#include "trail/redaction.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend::trail {
namespace {

using nlohmann::json;

const json entry = {{"sequence", 7},
                    {"previous", "00"},
                    {"hash", "11"},
                    {"kind", "access"},
                    {"outcome", "granted"},
                    {"app", "vitals"},
                    {"subject", "https://ehr/fhir/Practitioner/jane"},
                    {"patient", "pat-7"},
                    {"resource", "https://ehr/fhir/Observation/secret-9/_history/2"},
                    {"query", "identifier=1234567"},
                    {"detail", "patient pat-7 by jane"},
                    {"request_id", "chart-of-pat-7"},
                    {"reason", "success"}};

TEST(Redaction, LeavesNothingThatNamesSomebody) {
  const Redaction redaction("key");
  const std::string text = redaction.redacted(entry).dump();
  for (const char* word : {"pat-7", "jane", "secret-9", "1234567", "hash", "previous"})
    EXPECT_EQ(text.find(word), std::string::npos) << word << " in " << text;
  const json other = redaction.redacted(entry);
  EXPECT_EQ(other["app"], "vitals");
  EXPECT_EQ(other["reason"], "success") << "a word of wardend's own";
  EXPECT_TRUE(other["resource"].get<std::string>().starts_with("Observation/record-"));
}

// Through the gateway an app names its writes as it names its reads.
TEST(Redaction, HidesAnAppsNameOfAWrite) {
  const json write = {{"kind", "write"}, {"action", "create"}, {"request_id", "chart-of-pat-7"}};
  EXPECT_NE(Redaction("key").redacted(write)["request_id"], "chart-of-pat-7");
}

TEST(Redaction, GivesTheSamePatientTheSameNameInOneExportAlone) {
  json patient_read = entry;
  patient_read["resource"] = "Patient/pat-7";
  patient_read["patient"] = "Patient/pat-7";
  const json one = Redaction("key").redacted(entry), same = Redaction("key").redacted(patient_read);
  EXPECT_EQ(one["patient"], same["patient"]);
  EXPECT_EQ(same["resource"].get<std::string>(), "Patient/" + one["patient"].get<std::string>());
  EXPECT_NE(one["patient"], Redaction("other").redacted(entry)["patient"]);
  json other = entry;
  other["patient"] = "pat-8";
  EXPECT_NE(one["patient"], Redaction("key").redacted(other)["patient"]);
}

TEST(Redaction, LeavesOutWhatAnOperatorTyped) {
  const json typed = {{"kind", "control"}, {"reason", "Mrs Smith"}, {"detail", "for Mrs Smith"}};
  EXPECT_EQ(Redaction("key").redacted(typed).dump().find("Smith"), std::string::npos);
  const json token = {{"kind", "token"}, {"request_id", "r-9"}};
  EXPECT_EQ(Redaction("key").redacted(token), token) << "an id of wardend's own leads to the entry";
  const json own = {{"kind", "gap"}, {"action", "dropped"}, {"detail", "8 records"}};
  EXPECT_EQ(Redaction("key").redacted(own), own) << "wardend's own words stay";
}

}  // namespace
}  // namespace wardend::trail
