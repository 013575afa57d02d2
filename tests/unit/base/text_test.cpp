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

TEST(LowerCase, LeavesEveryOtherByteAsItIs) {
  EXPECT_EQ(lower_case("EHR.Example.ORG:8443/Ä"), "ehr.example.org:8443/Ä");
  EXPECT_EQ(lower_case(""), "");
}

}  // namespace
}  // namespace wardend
