#include "base/text.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace wardend {
namespace {

TEST(Printable, TakesControlCharactersOut) {
  EXPECT_EQ(printable("a\r\nb\x1b[31m\x7f", 64), "ab[31m");
  EXPECT_EQ(printable(std::string_view("a\0b", 3), 64), "ab");
  EXPECT_EQ(printable("Grüße", 64), "Grüße");
}

TEST(Printable, TakesOutWhatTurnsTheTextAround) {
  EXPECT_EQ(printable("a\u202Eb\u2066c\u2069d\u200Fe\u061Cf", 64), "abcdef");
  EXPECT_EQ(printable("a\u0085b\u009Bc\u2028d\u2029e\uFEFFf\u200Bg", 64), "abcdefg");
  EXPECT_EQ(printable("\U000E0041a", 64), "a");
  EXPECT_EQ(printable("\u0645\u06CC\u200C\u062E \u05D0\u05D1 \U0001F468\u200D\U0001F469 \u2067", 64),
            "\u0645\u06CC\u200C\u062E \u05D0\u05D1 \U0001F468\u200D\U0001F469 ")
      << "what joins letters stays, and letters of every direction";
}

TEST(Joined, PutsTheWordsOneAfterTheOther) {
  EXPECT_EQ(joined(std::vector<std::string>{}), "");
  EXPECT_EQ(joined(std::vector<std::string>{"a"}), "a");
  EXPECT_EQ(joined(std::vector<std::string>{"a", "b"}), "a, b");
  EXPECT_EQ(joined(std::vector<std::string>{"a", "b"}, " "), "a b");
}

TEST(Printable, CutsBeforeTheCharacterThatWouldNotFit) {
  EXPECT_EQ(printable("abcdef", 4), "abcd");
  EXPECT_EQ(printable("abü", 3), "ab");
  EXPECT_EQ(printable("abü", 4), "abü");
  EXPECT_EQ(printable("a€b", 3), "a");
  EXPECT_EQ(printable("", 4), "");
}

TEST(Printable, BoundsBytesThatAreNotUtf8Too) {
  EXPECT_LE(printable(std::string(4096, '\x80'), 64).size(), 64U);
  EXPECT_LE(printable(std::string(4096, '\xe2'), 64).size(), 64U);
}

TEST(ValidUtf8, ReplacesWhatIsNone) {
  EXPECT_EQ(valid_utf8("a Grüße € \U0001F600"), "a Grüße € \U0001F600");
  EXPECT_EQ(valid_utf8("Ren\xe9"), "Ren\uFFFD");
  EXPECT_EQ(valid_utf8("\xc0\x80"), "\uFFFD\uFFFD") << "an overlong form";
  EXPECT_EQ(valid_utf8("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD") << "half of a pair";
  EXPECT_EQ(valid_utf8("\xf4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD") << "beyond the last character";
  EXPECT_EQ(valid_utf8("\xe2\x82"), "\uFFFD\uFFFD") << "cut short";
}

TEST(LowerCase, LeavesEveryOtherByteAsItIs) {
  EXPECT_EQ(lower_case("EHR.Example.ORG:8443/Ä"), "ehr.example.org:8443/Ä");
  EXPECT_EQ(lower_case(""), "");
}

}  // namespace
}  // namespace wardend
