#include "daemon/launch/reference.hpp"

#include <gtest/gtest.h>

#include "tests/support/virtual_random.hpp"

namespace wardend {
namespace {

TEST(Reference, CanBeReadOutAndIsAnotherEachTime) {
  test::VirtualRandom random;
  const std::string first = launch::new_reference(random);
  EXPECT_EQ(first.size(), 9U);
  EXPECT_EQ(first[4], '-');
  EXPECT_EQ(first.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), std::string::npos) << first;
  EXPECT_NE(launch::new_reference(random), first);
}

}  // namespace
}  // namespace wardend
