#include "base/json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend {
namespace {

TEST(ParseJson, RefusesWhatIsTooLargeTooDeepTwiceNamedOrNotJson) {
  EXPECT_EQ(parse_json("[1,2,3]", 3).error(), "larger than 3 bytes");
  EXPECT_EQ(parse_json(std::string(120'000, '['), 1 << 20).error(), "nested deeper than 64 levels");
  EXPECT_EQ(parse_json(R"({"a":1,"b":{"a":1},"a":2})", 100).error(), "a member is named twice");
  EXPECT_EQ(parse_json("<html>", 100).error(), "not valid JSON");
  EXPECT_EQ(parse_json("{\"a\":\"\xff\"}", 100).error(), "not valid JSON");
}

TEST(ParseJson, AcceptsSixtyFourLevelsAndBracketsInsideStrings) {
  EXPECT_TRUE(parse_json(std::string(64, '[') + std::string(64, ']'), 1000));
  EXPECT_TRUE(parse_json("\"" + std::string(500, '[') + "\\\"\"", 1000));
  EXPECT_EQ((*parse_json(R"({"a":{"b":1},"c":{"b":2}})", 100))["c"]["b"], 2);
}

}  // namespace
}  // namespace wardend
