#include "base/random.hpp"

#include <gtest/gtest.h>

#include <string>
#include <unordered_set>

namespace wardend {
namespace {

TEST(SystemRandom, AHundredThousandStatesAreAllDifferentAndHave256Bits) {
  SystemRandom random;
  std::unordered_set<std::string> states;
  for (int i = 0; i < 100'000; ++i) {
    std::string state = random.token(32);
    ASSERT_EQ(state.size(), 43U);  // of 6 bits each
    states.insert(std::move(state));
  }
  EXPECT_EQ(states.size(), 100'000U);
}

TEST(SystemRandom, UnitsAreSpreadFromZeroToOne) {
  SystemRandom random;
  int low = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double unit = random.unit();
    ASSERT_GE(unit, 0.0);
    ASSERT_LT(unit, 1.0);
    low += unit < 0.5 ? 1 : 0;
  }
  EXPECT_GT(low, 4'500);
  EXPECT_LT(low, 5'500);
}

}  // namespace
}  // namespace wardend
