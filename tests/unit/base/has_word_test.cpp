#include "base/has_word.hpp"

#include <gtest/gtest.h>

namespace wardend {
namespace {

TEST(HasWord, OfALetterOrADigitOfAnyScript) {
  for (const char* text : {"a", " 7 ", "-x", "ж", "说明", "\u200b\u00e9", "שלום"}) EXPECT_TRUE(has_word(text)) << text;
}

TEST(HasWord, NoneWhereThereIsNothingThatAnybodySees) {
  for (const char* text : {"", " ", "\t\n", "...", "-", "\u00a0", "\u200b", "\u200b \u2060", "\ufeff", "\u3000",
                           "\u00ad", "\u202e", "\ufe0f"})
    EXPECT_FALSE(has_word(text)) << text;
}

TEST(HasWord, OfBytesThatAreBrokenToo) {
  EXPECT_TRUE(has_word("\xe2\x80"));
  EXPECT_TRUE(has_word("\xff"));
}

TEST(HasWord, LooksForWhatIsSeenToo) {
  for (const char* text : {"a", ".", "\u00e9", " x", "\u4e2d"}) EXPECT_TRUE(shows_something(text)) << text;
  for (const char* text : {"", " \t\n", "\u00a0", "\u200b", "\u2003\u3000", "\u202e", "\u2060", "\u200d"})
    EXPECT_FALSE(shows_something(text)) << text;
}

}  // namespace
}  // namespace wardend
