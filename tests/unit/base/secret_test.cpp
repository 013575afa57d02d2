#include "base/secret.hpp"

#include <gtest/gtest.h>

#include <type_traits>

namespace wardend {
namespace {

static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);

TEST(Secret, MovesAndLeavesNothingBehind) {
  Secret one("token");
  const Secret two(std::move(one));
  EXPECT_EQ(two.reveal(), "token");
  EXPECT_TRUE(one.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
}

TEST(Secret, ComparesByContent) {
  const Secret secret("abc");
  EXPECT_TRUE(secret.equals("abc"));
  EXPECT_FALSE(secret.equals("abd"));
  EXPECT_FALSE(secret.equals("ab"));
  EXPECT_TRUE(Secret().equals(""));
}

TEST(Wipe, EmptiesAStringsWholeCapacity) {
  std::string text(100, 'x');
  const char* bytes = text.data();
  wipe(text);
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(bytes[50], '\0');
}

}  // namespace
}  // namespace wardend
