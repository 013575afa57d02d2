#include "daemon/forwarding/forwarding.hpp"

#include <gtest/gtest.h>

namespace wardend::forwarding {
namespace {

TEST(Forwarding, IsSilentWhereNothingIsWrong) {
  EXPECT_EQ(notice_of({}), "");
  EXPECT_EQ(notice_of({.receiver = "atna", .failures = 7, .backlog = 9}), "");
}

TEST(Forwarding, SaysSinceWhenWhyAndHowManyWait) {
  const Standing standing{.receiver = "atna",
                          .backlog = 12,
                          .trouble = "it answered HTTP 401: check forward_token",
                          .since = WallTime(std::chrono::seconds(1'800'000'000))};
  EXPECT_EQ(notice_of(standing),
            "the audit trail is not forwarded to atna since 2027-01-15T08:00:00.000Z: it answered HTTP 401: check "
            "forward_token; entries that wait on the disk and follow by themselves: 12");
}

}  // namespace
}  // namespace wardend::forwarding
