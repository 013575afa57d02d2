#include "base/lenient_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

namespace wardend {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(LenientJson, TakesTheLastOfTwoAndNamesTheOutermost) {
  JsonOddities oddities;
  const auto read = parse_lenient_json(R"({"a":1,"b":{"c":1,"c":2},"a":{"d":3}})", {.bytes = 100}, oddities);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->dump(), R"({"a":{"d":3},"b":{"c":2}})");
  EXPECT_THAT(oddities.twice, ElementsAre("a"));
  EXPECT_FALSE(oddities.repaired);
}

TEST(LenientJson, RepairsBytesThatAreNotUtf8) {
  JsonOddities oddities;
  const auto read = parse_lenient_json("{\"name\":\"Ren\xe9\"}", {.bytes = 100}, oddities);
  ASSERT_TRUE(read) << read.error();
  EXPECT_EQ(read->at("name"), "Ren\uFFFD");
  EXPECT_TRUE(oddities.repaired);
  EXPECT_THAT(oddities.twice, IsEmpty());
}

TEST(LenientJson, AMemberThatIsNoJsonCostsOnlyItself) {
  const std::string deep(200, '[');
  const std::string deep_end(200, ']');
  std::string many = "[";
  for (int i = 0; i < 200; ++i) many += "1,";
  for (const std::string& odd :
       {std::string(R"("\ud800")"), std::string("1e999x"), std::string("\"a\tb\""), deep + deep_end, many + "1]",
        std::string("True"), std::string("'x'"), std::string("NaN")}) {
    JsonOddities oddities;
    const std::string text = R"({"a":"1,}","odd":)" + odd + R"( , "b" : {"c":"\"}"} } )";
    const auto read = parse_lenient_json(text, {.bytes = 1000, .values = 100}, oddities);
    ASSERT_TRUE(read) << odd << ": " << read.error();
    EXPECT_EQ(read->dump(), R"({"a":"1,}","b":{"c":"\"}"}})") << odd;
    EXPECT_THAT(oddities.unread, ElementsAre("odd")) << odd;
  }
  JsonOddities oddities;
  const auto read =
      parse_lenient_json(R"({"a":1,"\ud800":2,"a":nope,"a":3,"b":{"c":1,"c":2}})", {.bytes = 100}, oddities);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->dump(), R"({"a":3,"b":{"c":2}})");
  EXPECT_THAT(oddities.unread, ElementsAre("", "a"));
  EXPECT_THAT(oddities.twice, ElementsAre("a", "a"));
}

TEST(LenientJson, ANumberThatNoDoubleHoldsIsTheLargestOfItsSign) {
  for (const auto& [text, largest] : {std::pair{"1e400", std::numeric_limits<double>::max()},
                                      std::pair{"-1e400", std::numeric_limits<double>::lowest()}}) {
    JsonOddities oddities;
    const auto read = parse_lenient_json(std::string(R"({"a":)") + text + "}", {.bytes = 100}, oddities);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(read->at("a"), largest) << text;
    EXPECT_THAT(oddities.unread, IsEmpty());
  }
}

TEST(LenientJson, WhereMembersCannotBeToldApartNothingIsRead) {
  for (const std::string text : {R"({"a":1)", R"({"a":1}})", R"({"a":1]})", R"({"a" 1})", R"({a:1})", R"({"a":"1})",
                                 R"({"a":,"b":1})", R"({"a":1,})", R"({"a":[1})", R"({"a":1} x)"}) {
    JsonOddities oddities;
    EXPECT_FALSE(parse_lenient_json(text, {.bytes = 100}, oddities)) << text;
  }
}

TEST(LenientJson, KeepsItsLimits) {
  JsonOddities oddities;
  EXPECT_FALSE(parse_lenient_json("[1,2,3]", {.bytes = 6}, oddities));
  EXPECT_FALSE(parse_lenient_json("[1,2,3]", {.bytes = 100, .values = 3}, oddities));
  EXPECT_FALSE(parse_lenient_json(std::string(100, '['), {.bytes = 100}, oddities));
  EXPECT_FALSE(parse_lenient_json("{\"a\":1,}", {.bytes = 100}, oddities));
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += "\"" + std::to_string(i) + "\":1,\"" + std::to_string(i) + "\":1,";
  const auto read = parse_lenient_json(many + "\"end\":1}", {.bytes = 10'000}, oddities);
  ASSERT_TRUE(read);
  EXPECT_EQ(oddities.twice.size(), 16U);
}

}  // namespace
}  // namespace wardend
