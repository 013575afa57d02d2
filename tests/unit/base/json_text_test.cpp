#include "base/json_text.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace wardend {
namespace {

bool is_string(const std::string& json) {
  JsonText text(json);
  const auto found = text.string();
  return found && text.at_end();
}

bool is_word(const std::string& json) {
  JsonText text(json);
  return text.word() && text.at_end();
}

TEST(JsonText, ReadsStringsAsJsonHasThem) {
  for (const std::string inside : {"", "a", "12345678", "0123456789abcdef0", "\\\"", "\\\\", "\\/\\b\\f\\n\\r\\t",
                                   "\\u00e9", "\\uD83D\\uDE00", "\x7f", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
                                   "1234567\\\"", "1234567\xc3\xa9\xc3\xa9", "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"}) {
    const std::string json = "\"" + inside + "\"";
    EXPECT_TRUE(is_string(json)) << json;
    EXPECT_TRUE(nlohmann::json::accept(json)) << json;
  }
}

TEST(JsonText, ReadsNoStringThatJsonDoesNotHave) {
  for (const std::string inside : {"\\",
                                   "\\x",
                                   "\\u12",
                                   "\\u12g4",
                                   "\\uD800",
                                   "\\uDC00",
                                   "\\uD800\\u0041",
                                   "\\uD800\\n",
                                   "\n",
                                   "1234567\n",
                                   "\x01",
                                   "\x80",
                                   "\xc3",
                                   "\xc0\xaf",
                                   "\xe0\x80\xaf",
                                   "\xed\xa0\x80",
                                   "\xf4\x90\x80\x80",
                                   "\xf5\x80\x80\x80",
                                   "\xff",
                                   "1234567\xc3",
                                   "\xe2\x82"}) {
    const std::string json = "\"" + inside + "\"";
    EXPECT_FALSE(is_string(json)) << json;
    EXPECT_FALSE(nlohmann::json::accept(json)) << json;
  }
  for (const std::string open : {"\"", "\"a", "\"12345678", "\"\\u", "\"\\uD800\\u", "\"\xe2"})
    EXPECT_FALSE(is_string(open)) << open;
  EXPECT_FALSE(is_string(std::string("\"a\0b\"", 5)));
}

TEST(JsonText, ReadsNumbersAndWordsAsJsonHasThem) {
  for (const std::string json : {"0", "-0", "1", "10", "-1.50", "1e5", "1E+5", "1.0e-10", "true", "false", "null"}) {
    EXPECT_TRUE(is_word(json)) << json;
    EXPECT_TRUE(nlohmann::json::accept(json)) << json;
  }
  for (const std::string json : {"-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "--1", "NaN", "Infinity", "-Infinity",
                                 "True", "tru", "nul", "1,", "a", "'a'"}) {
    EXPECT_FALSE(is_word(json)) << json;
    EXPECT_FALSE(nlohmann::json::accept(json)) << json;
  }
}

TEST(JsonText, PassesOverBlanksAndNothingElse) {
  const std::string blanks = std::string(17, ' ') + "\r\n\t" + std::string(9, ' ');
  JsonText text(blanks);
  text.skip_blanks();
  EXPECT_TRUE(text.at_end());
  JsonText other("  \x0b");
  other.skip_blanks();
  EXPECT_EQ(other.next(), '\x0b');
}

TEST(JsonText, UndoesEscapes) {
  for (const std::string inside :
       {"plain", "\\\"\\\\\\/\\b\\f\\n\\r\\t", "\\u0041\\u00e9\\u20AC\\ud83d\\ude00", "\xc3\xa9\\u002f"}) {
    EXPECT_EQ(unescaped(inside), nlohmann::json::parse("\"" + inside + "\"").get<std::string>()) << inside;
  }
}

TEST(JsonText, EscapesWhatItMust) {
  for (const std::string text : {"plain", "a\"b\\c", "\x01\n\x1f", "\xc3\xa9"})
    EXPECT_EQ(nlohmann::json::parse("\"" + escaped(text) + "\"").get<std::string>(), text);
}

}  // namespace
}  // namespace wardend
