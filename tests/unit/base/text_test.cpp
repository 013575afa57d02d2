#include "base/text.hpp"

#include <gtest/gtest.h>

namespace wardend {
namespace {

TEST(Printable, TakesControlCharactersOut) {
  EXPECT_EQ(printable("a\r\nb\x1b[31m\x7f", 64), "ab[31m");
  EXPECT_EQ(printable(std::string_view("a\0b", 3), 64), "ab");
  EXPECT_EQ(printable("Grüße", 64), "Grüße");
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
