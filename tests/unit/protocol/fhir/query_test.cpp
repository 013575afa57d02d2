#include <gtest/gtest.h>

#include <string>

#include "protocol/fhir/request.hpp"

namespace wardend::fhir {
namespace {

struct Row {
  std::string_view query;
  QueryParameter expected;
};

TEST(ParseQuery, TakesNameModifierChainAndValueApart) {
  const Row rows[] = {
      {"patient=p1", {.name = "patient", .value = "p1"}},
      {"patient=Patient%2Fp1", {.name = "patient", .value = "Patient/p1"}},
      {"p%61tient=p1", {.name = "patient", .value = "p1"}},
      {"subject:Patient=p1", {.name = "subject", .modifier = "Patient", .value = "p1"}},
      {"subject:Patient.name=a", {.name = "subject", .modifier = "Patient", .chain = "name", .value = "a"}},
      {"patient.identifier=a|b", {.name = "patient", .chain = "identifier", .value = "a|b"}},
      {"_has:Observation:patient:code=x", {.name = "_has", .modifier = "Observation:patient:code", .value = "x"}},
      {"_has:A.b:c=x", {.name = "_has", .modifier = "A.b:c", .value = "x"}},
      {"_include:iterate=*", {.name = "_include", .modifier = "iterate", .value = "*"}},
      {"name=a+b", {.name = "name", .value = "a b"}},
      {"_id", {.name = "_id"}},
  };
  for (const Row& row : rows) {
    const auto parameters = parse_query(row.query);
    ASSERT_TRUE(parameters) << row.query << ": " << parameters.error();
    ASSERT_EQ(parameters->size(), 1U);
    EXPECT_EQ(parameters->front(), row.expected) << row.query;
  }
}

TEST(ParseQuery, KeepsEveryPairInItsOrder) {
  const auto parameters = parse_query("patient=p1&patient=p2&&code=x");
  ASSERT_TRUE(parameters);
  ASSERT_EQ(parameters->size(), 3U);
  EXPECT_EQ((*parameters)[1].value, "p2");
  EXPECT_TRUE(parse_query("")->empty());
}

TEST(ParseQuery, RefusesWhatIsNotWrittenAsASearch) {
  for (const std::string_view query : {"=x", "a/b=x", "patient?a=x", "patient:=%", "patient:a b=x", "a%00=x", "ä=x"})
    EXPECT_FALSE(parse_query(query)) << query;
}

TEST(ParseQuery, RefusesWhatOtherReadersPartInTwo) {
  EXPECT_FALSE(parse_query("patient=p1&code=x;patient=p2"));
  EXPECT_FALSE(parse_query("patient=p1;"));
  EXPECT_EQ((*parse_query("code=a%3Bb"))[0].value, "a;b");
}

}  // namespace
}  // namespace wardend::fhir
