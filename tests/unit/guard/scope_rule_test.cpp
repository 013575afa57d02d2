#include "daemon/guard/scope_rule.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/guard/ward_facts.hpp"

namespace wardend::guard {
namespace {

struct Row {
  std::string_view granted;
  std::string_view method;
  std::string_view path;
  bool granted_it;
};

constexpr Row rows[] = {
    {"patient/Observation.r", "GET", "/Observation/1", true},
    {"patient/Observation.s", "GET", "/Observation/1", false},
    {"patient/Observation.r", "GET", "/Observation/1/_history/1", true},
    {"patient/Observation.r", "GET", "/Observation/1/_history", true},
    {"patient/Observation.s", "GET", "/Patient/p1/Observation", true},
    {"patient/Observation.r", "GET", "/Patient/p1/Observation", false},
    {"patient/Observation.rs", "GET", "/Patient/p1/*", false},
    {"patient/*.s", "GET", "/Patient/p1/*", true},
    {"user/Observation.s", "GET", "/Observation/_history", true},
    {"user/Observation.s", "GET", "/_history", false},
    {"user/*.s", "GET", "/_history", true},
    {"user/Observation.cruds", "GET", "/", false},
    {"patient/Observation.c", "POST", "/Observation", true},
    {"patient/Observation.rs", "POST", "/Observation", false},
    {"patient/Observation.read", "POST", "/Observation", false},
    {"patient/Observation.write", "POST", "/Observation", true},
    {"user/Observation.write", "POST", "/Observation", true},
    {"system/Observation.c", "POST", "/Observation", true},
    {"patient/Observation.u", "PUT", "/Observation/1", true},
    {"patient/Observation.c", "PUT", "/Observation/1", false},
    {"patient/Observation.u", "PATCH", "/Observation/1", true},
    {"patient/Observation.d", "DELETE", "/Observation/1", true},
    {"patient/Observation.cu", "DELETE", "/Observation/1", false},
    {"patient/Condition.cruds", "POST", "/Observation", false},
    {"patient/*.cruds", "PUT", "/Patient/p1", false},
    {"patient/Patient.u", "PUT", "/Patient/p1", true},
    {"patient/Patient.r", "PUT", "/Patient/p1", false},
    {"patient/observation.cruds", "POST", "/Observation", false},
    {"patient/Observation.duc", "POST", "/Observation", false},
    {"", "POST", "/Observation", false},
    {"", "GET", "/metadata", true},
};

TEST(ScopeRule, EachInteractionNeedsItsLetter) {
  for (const Row& row : rows) {
    Facts facts = facts_of_p1();
    facts.granted = smart::ScopeSet(row.granted);
    const std::string said = decided(sent(row.method, row.path), facts);
    EXPECT_EQ(said != "ScopeNotGranted", row.granted_it)
        << row.granted << " " << row.method << " " << row.path << " " << said;
  }
}

TEST(ScopeRule, NamesTheScopeThatIsMissing) {
  Facts facts = facts_of_p1();
  facts.granted = smart::ScopeSet("patient/Observation.rs");
  const Verdict refused = decide(sent("POST", "/Observation"), facts);
  EXPECT_EQ(*refused.error->as<errors::ScopeNotGranted>()->missing, std::vector<std::string>{"patient/Observation.c"});
}

TEST(ScopeRule, SaysForWhichRecordsAScopeIsGranted) {
  Facts facts = facts_of_p1();
  facts.granted = smart::ScopeSet(
      "patient/Observation.c?category=http://c|lab&status=final user/Observation.c?category=vital patient/Task.c?x=y");
  const auto body = observation("Patient/p1");
  const Verdict refused = decide(sent("POST", "/Observation"), Body{.json = &body}, facts);
  ASSERT_EQ(word_of(refused), "ScopeNotGranted");
  const auto& error = *refused.error->as<errors::ScopeNotGranted>();
  EXPECT_EQ(*error.missing, std::vector<std::string>{"patient/Observation.c"});
  EXPECT_TRUE(error.reason->contains("only with category=http://c|lab&status=final, or category=vital"))
      << *error.reason;
  facts.granted = smart::ScopeSet("patient/Observation.rs");
  const Verdict none = decide(sent("POST", "/Observation"), facts);
  EXPECT_TRUE(none.error->as<errors::ScopeNotGranted>()->reason->contains("has not granted patient/Observation.c"));
}

TEST(ScopeRule, ASearchParameterOfAScopeMustBeShown) {
  Facts facts = facts_of_p1();
  facts.granted = smart::ScopeSet("patient/Observation.cruds?category=http://c|lab");
  const auto search = [&](std::string_view query) { return decided(sent("GET", "/Observation", query), facts); };
  EXPECT_EQ(search("patient=p1&category=http://c|lab"), "pass");
  EXPECT_EQ(search("patient=p1&category=http%3A%2F%2Fc%7Clab"), "pass");
  EXPECT_EQ(search("patient=p1"), "ScopeNotGranted");
  EXPECT_EQ(search("patient=p1&category=lab"), "ScopeNotGranted");
  EXPECT_EQ(search("patient=p1&category=http://c|lab,http://c|vital"), "ScopeNotGranted");
  EXPECT_EQ(search("patient=p1&category:not=http://c|lab"), "ScopeNotGranted");
  auto body = observation("Patient/p1");
  EXPECT_EQ(decided(sent("POST", "/Observation"), body, facts), "ScopeNotGranted");
  body["category"] = nlohmann::json::parse(R"([{"coding":[{"system":"http://c","code":"vital"}]}])");
  EXPECT_EQ(decided(sent("POST", "/Observation"), body, facts), "ScopeNotGranted");
  body["category"][0]["coding"].push_back({{"system", "http://c"}, {"code", "lab"}});
  EXPECT_EQ(decided(sent("POST", "/Observation"), body, facts), "pass");
  EXPECT_EQ(decided(sent("DELETE", "/Observation", "patient=p1"), facts), "ScopeNotGranted");
  EXPECT_EQ(decided(sent("DELETE", "/Observation", "patient=p1&category=http://c|lab"), facts), "pass");
  EXPECT_EQ(decided(sent("DELETE", "/Observation/1"), {}, observation("Patient/p1", "1"), facts), "ScopeNotGranted");
  facts.granted = smart::ScopeSet("patient/Observation.c?status=final");
  EXPECT_EQ(decided(sent("POST", "/Observation"), observation("Patient/p1"), facts), "pass");
}

}  // namespace
}  // namespace wardend::guard
