#include "wardctl/json_layout.hpp"

#include <gtest/gtest.h>

namespace wardend::wardctl {
namespace {

TEST(JsonLayout, KeepsEveryDigitAndLetter) {
  const std::string text = R"( {"value": 1.50, "a b":[ "x , } \" y\\" ,-0.0e+2 ] } )";
  EXPECT_EQ(on_one_line(text), R"({"value":1.50,"a b":["x , } \" y\\",-0.0e+2]})");
  EXPECT_EQ(indented(text), "{\n  \"value\": 1.50,\n  \"a b\": [\n    \"x , } \\\" y\\\\\",\n    -0.0e+2\n  ]\n}");
  EXPECT_EQ(on_one_line(indented(text)), on_one_line(text));
}

TEST(JsonLayout, LeavesEmptyOnesTogether) {
  EXPECT_EQ(indented(R"({"a":[],"b":{},"c":[[]]})"), "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [\n    []\n  ]\n}");
}

TEST(JsonLayout, KeepsTheLettersOfWhatIsNoJson) {
  for (const std::string text : {"", "}", "]]", "\"broken", "\"broken\\", "a:b", ",", "{{"}) {
    EXPECT_EQ(on_one_line(text), text);
    EXPECT_EQ(on_one_line(indented(text)), text);
  }
}

TEST(JsonLayout, IsNoLargerForWhatIsDeep) {
  const std::string deep(100'000, '[');
  EXPECT_LT(indented(deep).size(), deep.size() * 140);
}

}  // namespace
}  // namespace wardend::wardctl
