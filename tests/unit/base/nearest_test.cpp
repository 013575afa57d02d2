#include "base/nearest.hpp"

#include <gtest/gtest.h>

namespace wardend {
namespace {

TEST(Nearest, IsWithinTwoLettersOrNone) {
  const Words keys = {"socket", "state_dir", "lock_grace"};
  EXPECT_EQ(nearest("sockt", keys), "socket");
  EXPECT_EQ(nearest("scoket", keys), "socket");
  EXPECT_EQ(nearest("lockgrace", keys), "lock_grace");
  EXPECT_EQ(nearest("packets", keys), "");
  EXPECT_EQ(nearest("", keys), "");
  EXPECT_EQ(nearest("socket", {}), "");
}

}  // namespace
}  // namespace wardend
