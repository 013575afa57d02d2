#include "daemon/fhircast/lease.hpp"

#include <gtest/gtest.h>

namespace wardend::fhircast {
namespace {

const BootTime start = BootTime(1h);

TEST(Lease, IsRenewedAtFourFifthsAndOverAtItsEnd) {
  Lease lease;
  lease.confirmed(start, 100s);
  EXPECT_FALSE(lease.due(start + 79s));
  EXPECT_TRUE(lease.due(start + 80s));
  EXPECT_FALSE(lease.over(start + 99s));
  EXPECT_TRUE(lease.over(start + 100s));
}

TEST(Lease, WithoutALengthStandsUntilItsTokenIsRenewed) {
  Lease lease;
  lease.confirmed(start, std::nullopt);
  EXPECT_FALSE(lease.due(start + 24h));
  EXPECT_FALSE(lease.over(start + 24h));
  lease.renew_now(start + 1h);
  EXPECT_TRUE(lease.due(start + 1h));
}

TEST(Lease, IsNeverDueBeforeAHubHasConfirmed) {
  const Lease lease;
  EXPECT_FALSE(lease.due(start + 24h));
  EXPECT_FALSE(lease.over(start + 24h));
}

TEST(Lease, IsAskedForAgainWhereNoConfirmationComes) {
  Lease lease;
  lease.confirmed(start, 1h);
  lease.asked(start + 10s);
  EXPECT_FALSE(lease.due(start + 27s));
  EXPECT_TRUE(lease.due(start + 28s)) << "the request's eight seconds, and the confirmation's ten";
}

TEST(Lease, WaitsTenSecondsForAToken) {
  Lease lease;
  lease.confirmed(start, 1h);
  lease.awaits_token(start);
  EXPECT_FALSE(lease.due(start + 9s));
  EXPECT_TRUE(lease.due(start + 10s));
}

TEST(Lease, IsPutOffLongerEachTimeAndAtLeastAsAsked) {
  Lease lease;
  lease.confirmed(start, 1h);
  lease.put_off(start, 0, std::nullopt);
  EXPECT_EQ(lease.due_at(), start + 1s);
  lease.put_off(start, 0, std::nullopt);
  EXPECT_EQ(lease.due_at(), start + 2s);
  lease.put_off(start, 0, 30s);
  EXPECT_EQ(lease.due_at(), start + 30s);
  lease.confirmed(start, 1h);
  lease.put_off(start, 0, std::nullopt);
  EXPECT_EQ(lease.due_at(), start + 1s) << "a confirmation counts anew";
}

TEST(Lease, IsAboutOverInItsLastSecond) {
  Lease lease;
  lease.confirmed(start, 100s);
  EXPECT_FALSE(lease.about_over(start + 98s));
  EXPECT_TRUE(lease.about_over(start + 99s));
}

}  // namespace
}  // namespace wardend::fhircast
