#include "daemon/verify/declared.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend::verify {
namespace {

fhir::CapabilityStatement statement(const std::string& rest, const std::string& more = "") {
  const auto document = nlohmann::json::parse(R"({"resourceType":"CapabilityStatement","rest":)" + rest + more + "}");
  return *fhir::read_capability_statement(document, fhir::Bundles::refused);
}

TEST(Declared, SeveralRestsAreOneServerAndAClientIsNone) {
  const auto several = statement(R"([
    {"mode":"client","resource":[{"type":"Observation","interaction":[{"code":"delete"}]}]},
    {"mode":"server","resource":[{"type":"Observation","interaction":[{"code":"read"}]}]},
    {"mode":"server","resource":[{"type":"Observation","interaction":[{"code":"create"}]}]}])");
  EXPECT_EQ(interaction(several, {"Observation", "create"}).path, "rest[2].resource[0].interaction[0]");
  EXPECT_EQ(interaction(several, {"Observation", "read"}).verdict, Verdict::met);
  EXPECT_EQ(interaction(several, {"Observation", "delete"}).verdict, Verdict::contradicted);
}

TEST(Declared, WithoutAnyRestNothingIsKnown) {
  EXPECT_EQ(interaction(statement("[]"), {"Observation", "read"}).verdict, Verdict::unknown);
  EXPECT_EQ(interaction(statement(R"([{"mode":"client"}])"), {"Observation", "read"}).verdict, Verdict::unknown);
  EXPECT_EQ(interaction(statement("null"), {"Observation", "read"}).verdict, Verdict::unknown);
}

TEST(Declared, ImportsMakeSilenceUnknownAndContradictNothing) {
  const auto imported = statement(R"([{"resource":[{"type":"Observation","interaction":[{"code":"read"}]}]}])",
                                  R"(,"imports":["http://x"])");
  EXPECT_EQ(interaction(imported, {"Condition", "read"}).verdict, Verdict::unknown);
  EXPECT_EQ(interaction(imported, {"Observation", "update"}).verdict, Verdict::contradicted);
  EXPECT_EQ(search_parameter(imported, {"Observation", "date"}).verdict, Verdict::unknown);
}

TEST(Declared, InteractionsOfTheSystemStandInRest) {
  const auto system = statement(R"([{"interaction":[{"code":"batch"}]}])");
  EXPECT_EQ(interaction(system, {"Bundle", "batch"}).path, "rest[0].interaction[0]");
  EXPECT_EQ(interaction(system, {"Bundle", "transaction"}).verdict, Verdict::not_declared);
}

TEST(Declared, ParametersOfEveryResourceCount) {
  const auto common = statement(
      R"([{"searchParam":[{"name":"_id"}],"resource":[{"type":"Observation","searchParam":[{"name":"code"}]}]}])");
  EXPECT_EQ(search_parameter(common, {"Observation", "_id"}).path, "rest[0].searchParam[0]");
  EXPECT_EQ(search_parameter(common, {"Observation", "code:in"}).verdict, Verdict::met)
      << "modifiers need not be listed";
  EXPECT_EQ(search_parameter(common, {"Observation", "code.x"}).verdict, Verdict::unknown);
  EXPECT_EQ(search_parameter(common, {"Observation", "Code"}).verdict, Verdict::not_declared);
  EXPECT_EQ(search_parameter(common, {"Observation", "_lastUpdated"}).verdict, Verdict::not_declared);
}

TEST(Declared, AWordThatIsNoInteractionIsFoundNowhere) {
  const auto odd = statement(R"([{"resource":[{"type":"Observation","interaction":[{"code":"search"}]}]}])");
  EXPECT_EQ(interaction(odd, {"Observation", "search"}).verdict, Verdict::not_declared);
  EXPECT_EQ(interaction(odd, {"Observation", "READ"}).verdict, Verdict::not_declared);
}

TEST(Declared, LettersAreThoseOfTheInteractions) {
  const std::pair<const char*, char> table[] = {
      {"read", 'r'},  {"vread", 'r'},  {"history-instance", 'r'}, {"create", 'c'}, {"update", 'u'},
      {"patch", 'u'}, {"delete", 'd'}, {"search-type", 's'},      {"batch", '\0'}, {"$x", '\0'}};
  for (const auto& [name, letter] : table) EXPECT_EQ(letter_for(name), letter) << name;
}

}  // namespace
}  // namespace wardend::verify
