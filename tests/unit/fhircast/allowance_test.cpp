#include "daemon/fhircast/allowance.hpp"

#include <gtest/gtest.h>

namespace wardend::fhircast {
namespace {

const BootTime start = BootTime(1h);

int taken(Allowance& allowance, int messages, std::size_t bytes, BootTime now) {
  int count = 0;
  for (int i = 0; i < messages; ++i) count += allowance.take(bytes, now) ? 1 : 0;
  return count;
}

TEST(Allowance, ReadsABurstAndThenSoManyASecond) {
  Allowance allowance;
  EXPECT_EQ(taken(allowance, 5000, 100, start), 1000);
  EXPECT_EQ(taken(allowance, 5000, 100, start + 1s), 50);
  EXPECT_EQ(taken(allowance, 5000, 100, start + 3s), 100);
}

TEST(Allowance, ReadsSoManyBytes) {
  Allowance allowance;
  EXPECT_EQ(taken(allowance, 100, 256 * 1024, start), 16);
  EXPECT_EQ(taken(allowance, 100, 256 * 1024, start + 1s), 2);
}

TEST(Allowance, IsFullAgainAfterAQuietHourAndNoFuller) {
  Allowance allowance;
  EXPECT_EQ(taken(allowance, 5000, 100, start), 1000);
  EXPECT_EQ(taken(allowance, 5000, 100, start + 1h), 1000);
}

}  // namespace
}  // namespace wardend::fhircast
