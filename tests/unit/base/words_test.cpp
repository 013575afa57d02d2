#include "base/words.hpp"

#include <gtest/gtest.h>

namespace wardend::words {
namespace {

TEST(Words, TellTimesOfThisMachineAndNothingOfWhatIsAbsent) {
  EXPECT_EQ(local_time(0).size(), 8U);
  EXPECT_EQ(local_date_time(0).size(), 19U);
  EXPECT_EQ(local_date_time(0).substr(11), local_time(0));
  EXPECT_EQ(local_time(std::nullopt), "-");
  EXPECT_EQ(local_date_time(std::nullopt), "-");
}

TEST(Words, CountWithTheRightEnding) {
  EXPECT_EQ(counted(1, "session"), "1 session");
  EXPECT_EQ(counted(0, "session"), "0 sessions");
  EXPECT_EQ(counted(2, "session"), "2 sessions");
}

}  // namespace
}  // namespace wardend::words
