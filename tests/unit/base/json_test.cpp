#include "base/json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/json_fault.hpp"
#include "tests/support/json_shapes.hpp"

namespace wardend {
namespace {

std::string list_of(std::string_view value, std::size_t count) {
  std::string text = "[";
  for (std::size_t i = 0; i < count; ++i) text.append(i == 0 ? "" : ",").append(value);
  return text += "]";
}

TEST(ParseJson, EndsWhereItsTextEnds) {
  for (const std::string_view text : {std::string_view("{}\0", 3), std::string_view("{}\0{\"a\":1}", 10),
                                      std::string_view("\0{}", 3), std::string_view("{\0}", 3)})
    EXPECT_FALSE(parse_json(text, 100)) << text.size();
}

TEST(ParseJson, RefusesWhatIsTooLargeTooDeepTwiceNamedOrNotJson) {
  EXPECT_EQ(parse_json("[1,2,3]", {.bytes = 3}).error(), "larger than 3 bytes");
  EXPECT_EQ(parse_json(std::string(120'000, '['), {.bytes = 1 << 20}).error(), "nested deeper than 64 levels");
  EXPECT_EQ(parse_json(R"({"a":1,"b":{"a":1},"a":2})", {.bytes = 100}).error(), "the member a is there twice");
  EXPECT_EQ(parse_json("<html>", {.bytes = 100}).error(), "not valid JSON");
  EXPECT_EQ(parse_json("{\"a\":\"\xff\"}", {.bytes = 100}).error(), "not valid JSON");
}

TEST(ReadJson, TellsATextThatIsTooMuchFromAWrongOne) {
  const auto kind = [](std::string_view text, JsonLimits limits) { return read_json(text, limits).error().kind; };
  EXPECT_EQ(kind("[1,2,3]", {.bytes = 3}), JsonFault::Kind::too_much);
  EXPECT_EQ(kind("[1,2,3]", {.bytes = 100, .values = 3}), JsonFault::Kind::too_much);
  EXPECT_EQ(kind(std::string(100, '['), {.bytes = 100}), JsonFault::Kind::too_much);
  for (const char* wrong : {"", "<html>", "[1", R"({"a":1,"a":2})", "\"\xff\"", "more than 3 values"})
    EXPECT_EQ(kind(wrong, {.bytes = 100}), JsonFault::Kind::wrong) << wrong;
  EXPECT_EQ(read_json("[1]", {.bytes = 100}), parse_json("[1]", 100).value());
}

TEST(ParseJson, RefusesMoreValuesThanItsKindOfDocumentHas) {
  for (const char* value : {"{}", "[]", "1", "\"\"", "null", "true"}) {
    EXPECT_TRUE(parse_json(list_of(value, 4), {.bytes = 100, .values = 5})) << value;
    EXPECT_EQ(parse_json(list_of(value, 5), {.bytes = 100, .values = 5}).error(), "more than 5 values") << value;
  }
  EXPECT_EQ(parse_json(R"({"a":{"b":1},"c":2})", {.bytes = 100, .values = 3}).error(), "more than 3 values");
  EXPECT_TRUE(parse_json(list_of("{}", 19'999), {.bytes = 1 << 20}));
  EXPECT_EQ(parse_json(list_of("{}", 20'000), {.bytes = 1 << 20}).error(), "more than 20000 values");
}

TEST(ParseJson, AcceptsSixtyFourLevelsAndBracketsInsideStrings) {
  EXPECT_TRUE(parse_json(std::string(64, '[') + std::string(64, ']'), {.bytes = 1000}));
  EXPECT_FALSE(parse_json(std::string(65, '[') + std::string(65, ']'), {.bytes = 1000}));
  EXPECT_TRUE(parse_json("\"" + std::string(500, '[') + "\\\"\"", {.bytes = 1000}));
  EXPECT_EQ((*parse_json(R"({"a":{"b":1},"c":{"b":2}})", {.bytes = 100}))["c"]["b"], 2);
}

// The library's own parser is the judge of what the value is.
TEST(ParseJson, BuildsWhatTheTextSays) {
  for (const char* text : {"null", "true", "-7", "18446744073709551615", "0.5", "\"\\u00e9\\ud83d\\ude00\"", "[]", "{}",
                           R"({"a":[1,{"b":[[],{}]},"x"],"":{"c":null},"z":[{"d":{}},2]})", " [ 1 , 2 ] "})
    EXPECT_EQ(parse_json(text, {.bytes = 1000}), nlohmann::json::parse(text)) << text;
  for (const char* text : {"", "1 2", "[1,]", "{\"a\":1,}", "[1e999]", "[1", "{\"a\"}", "nul", "[\"\x01\"]"})
    EXPECT_EQ(parse_json(text, {.bytes = 1000}).error(), "not valid JSON") << text;
}

TEST(ParseJson, HasTheLibrarysNumbers) {
  for (const char* text :
       {"0", "-0", "-0.0", "1E5", "10e-1", "0.1", "1e-400", "4.9e-324", "2.2250738585072011e-308",
        "1.7976931348623157e308", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
        "18446744073709551616", "123456789012345678901234567890", "-1e400", "3.14159265358979323846264338327950288"}) {
    const auto value = parse_json(text, {.bytes = 1000});
    const auto judged = nlohmann::json::parse(text, nullptr, false);
    ASSERT_EQ(value.has_value(), !judged.is_discarded()) << text;
    if (value) EXPECT_EQ(value->type(), judged.type()) << text;
    if (value) EXPECT_EQ(value->dump(), judged.dump()) << text;
  }
}

// Each byte of a text gone, or another one: the library says of each whether that is JSON, and which.
TEST(ParseJson, TakesTheLibrarysTextsAndNoOthers) {
  const std::string whole =
      "\xef\xbb\xbf{\"a\\u00e9\\n\":[1,-2.5e+1,0,true],\"b\":{\"\xc3\xa9\":null,\"c\":\"\\ud83d\\ude00\"},\"d\":[[],{}]"
      "}";
  const auto agree = [](const std::string& text) {
    const auto value = parse_json(text, {.bytes = 1000});
    const auto judged = nlohmann::json::parse(text, nullptr, false);
    if (!value && value.error().ends_with("is there twice")) return;
    ASSERT_EQ(value.has_value(), !judged.is_discarded()) << text;
    if (value) ASSERT_EQ(value->dump(), judged.dump()) << text;
  };
  for (std::size_t at = 0; at < whole.size(); ++at) {
    agree(whole.substr(0, at));
    agree(std::string(whole).erase(at, 1));
    for (const char other : std::string_view("{}[],:\"\\ \t\n\x01"
                                             "0-+.eEut\x7f\x80\xc2\xe0\xed\xf4\xff")) {
      agree(std::string(whole).replace(at, 1, 1, other));
      agree(std::string(whole).insert(at, 1, other));
    }
  }
}

// How long larger ones take is measured by tests/fuzz/time_a_byte and tests/bench.
TEST(ParseJson, BuildsTextsOfEveryShape) {
  for (const auto& shape : test::json_shapes(16 << 10)) {
    const auto value = parse_json(shape.text, {.bytes = 2 << 20, .values = any_number_of_values});
    const auto judged = nlohmann::json::parse(shape.text, nullptr, false);
    if (value)
      EXPECT_EQ(*value, judged) << shape.name;
    else
      EXPECT_TRUE(judged.is_discarded() || value.error().ends_with("is there twice")) << shape.name;
  }
}

}  // namespace
}  // namespace wardend
