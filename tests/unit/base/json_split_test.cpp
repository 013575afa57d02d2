#include "base/json_split.hpp"

#include <gtest/gtest.h>

#include <string>

namespace wardend {
namespace {

TEST(JsonSplit, GivesEachMemberAsItStands) {
  const auto members = split_object(" { \"a\" : \"1,}\\\"\" ,\"b\":{\"c\":[1,{}]}\n,\"\":nope } \r\n");
  ASSERT_TRUE(members);
  ASSERT_EQ(members->size(), 3U);
  EXPECT_EQ(members->at(0).name, "\"a\"");
  EXPECT_EQ(members->at(0).value, "\"1,}\\\"\"");
  EXPECT_EQ(members->at(1).value, "{\"c\":[1,{}]}");
  EXPECT_EQ(members->at(2).name, "\"\"");
  EXPECT_EQ(members->at(2).value, "nope");
  ASSERT_TRUE(split_object("{}"));
  EXPECT_TRUE(split_object("{ }")->empty());
}

TEST(JsonSplit, GivesNothingWhereMembersCannotBeToldApart) {
  for (const char* text : {"", "[]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{\"a\":]}", "{\"a\":[1}",
                           "{\"a\":\"1}", "{\"a\":1}}", "{\"a\":1} x", "{a:1}", "{\"a\":\"\\"})
    EXPECT_FALSE(split_object(text)) << text;
}

// One pass, whatever the text is: ten times the text takes no more than some ten times as many steps.
TEST(JsonSplit, TakesAMegabyteOfAnything) {
  const std::string deep(1'000'000, '[');
  EXPECT_FALSE(split_object("{\"a\":" + deep));
  std::string many = "{\"a\":1";
  for (int i = 0; i < 100'000; ++i) many += ",\"a\":1";
  const auto members = split_object(many + "}");
  ASSERT_TRUE(members);
  EXPECT_EQ(members->size(), 100'001U);
}

}  // namespace
}  // namespace wardend
