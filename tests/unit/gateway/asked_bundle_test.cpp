#include "daemon/gateway/asked_bundle.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend::gateway {
namespace {

using nlohmann::json;

json entry_of(const std::string& method, const std::string& url) {
  return {{"request", {{"method", method}, {"url", url}}}};
}

json bundle_of(const std::string& type, json entries) {
  return {{"resourceType", "Bundle"}, {"type", type}, {"entry", std::move(entries)}};
}

TEST(AskedBundle, NamesMethodAndAddressOfEachEntry) {
  const AskedBundle reads =
      asked_bundle(bundle_of("batch", {entry_of("GET", "Observation?patient=p1"), entry_of("GET", "Condition/c1")}));
  EXPECT_TRUE(reads.is_batch);
  EXPECT_TRUE(reads.reads);
  EXPECT_EQ(reads.entries, "GET Observation?patient=p1, GET Condition/c1");
  const AskedBundle writes =
      asked_bundle(bundle_of("transaction", {entry_of("POST", "Observation"), entry_of("DELETE", "Condition/c1")}));
  EXPECT_FALSE(writes.is_batch);
  EXPECT_FALSE(writes.reads);
  EXPECT_EQ(writes.entries, "POST Observation, DELETE Condition/c1");
  const AskedBundle forged =
      asked_bundle(bundle_of("batch", json::array({entry_of("GET", "Observation?x=a, GET Observation/ob")})));
  EXPECT_EQ(forged.entries, "GET Observation?x=a,%20GET%20Observation/ob") << "one entry reads as one";
}

TEST(AskedBundle, ReadsOnlyWhereEachEntryDoes) {
  EXPECT_FALSE(asked_bundle(bundle_of("batch", {entry_of("GET", "Patient/p1"), entry_of("PUT", "Patient/p1")})).reads);
  EXPECT_FALSE(asked_bundle(bundle_of("batch", {entry_of("get", "Patient/p1")})).reads) << "FHIR has no such method";
  EXPECT_FALSE(asked_bundle(bundle_of("batch", {entry_of("GET", "Patient/p1"), json(7)})).reads);
  for (const json& odd : {bundle_of("batch", json::array()), bundle_of("batch", "x"), json(7), json::object()}) {
    EXPECT_FALSE(asked_bundle(odd).reads) << odd;
    EXPECT_EQ(asked_bundle(odd).entries, "") << odd;
  }
}

// Long addresses in front must not hide what comes behind them.
TEST(AskedBundle, SharesTheRoomAmongItsEntries) {
  json entries = json::array();
  for (int i = 0; i < 60; ++i) entries.push_back(entry_of("GET", "Observation?code=" + std::string(4000, 'x')));
  entries.push_back(entry_of("DELETE", "Condition/c1"));
  const AskedBundle asked = asked_bundle(bundle_of("batch", entries));
  EXPECT_LE(asked.entries.size(), AskedBundle::most_bytes + 20);
  EXPECT_TRUE(asked.entries.ends_with("DELETE Condition/c1"));
  for (int i = 0; i < 1000; ++i) entries.push_back(entry_of("GET", "Patient/p" + std::to_string(i)));
  const AskedBundle more = asked_bundle(bundle_of("batch", entries));
  EXPECT_LE(more.entries.size(), AskedBundle::most_bytes + 20);
  EXPECT_TRUE(more.entries.ends_with(" more")) << more.entries;
}

TEST(AskedBundle, SaysWhomAResourceIsAbout) {
  const auto about = [](const char* text) { return asked_subject(json::parse(text)); };
  EXPECT_EQ(about(R"({"resourceType":"Observation","subject":{"reference":"Patient/p2"}})"), "Patient/p2");
  EXPECT_EQ(about(R"({"resourceType":"Immunization","patient":{"identifier":{"system":"s","value":"v"}}})"), "s|v");
  EXPECT_EQ(about(R"({"resourceType":"Appointment","participant":[{"actor":{"reference":"Patient/p1"}},
      {"actor":{"reference":"Patient/p2"}},{"x":1},7]})"),
            "Patient/p1, Patient/p2");
  for (const char* nobody : {R"({"resourceType":"Observation"})", R"({"resourceType":"Organization"})", "[]", "{}",
                             R"({"resourceType":"Observation","subject":[[]]})"})
    EXPECT_EQ(about(nobody), "") << nobody;
  EXPECT_LE(
      asked_subject({{"resourceType", "Observation"}, {"subject", {{"reference", std::string(9999, 'x')}}}}).size(),
      200U);
}

}  // namespace
}  // namespace wardend::gateway
