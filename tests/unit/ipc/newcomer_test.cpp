#include "ipc/newcomer.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace wardend::ipc {
namespace {

struct Newcomer : testing::Test {
  Newcomer() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0); }
  ~Newcomer() override {
    for (const int end : ends) ::close(end);
  }
  Newcomer(const Newcomer&) = delete;
  Newcomer& operator=(const Newcomer&) = delete;
  std::array<int, 2> ends{};
};

TEST_F(Newcomer, IsKnownWhereTheConfigurationNamesItAndItsProcessIsThere) {
  auto caller = Caller::of_socket(ends[0]);
  ASSERT_TRUE(caller);
  const auto says = [](bool answer) { return [answer](const Caller&) { return answer; }; };
  EXPECT_EQ(possible_rank(*caller, {}), Rank::known) << "without a rule everybody is";
  EXPECT_EQ(possible_rank(*caller, {.may_be_known = says(true)}), Rank::known);
  EXPECT_EQ(possible_rank(*caller, {.may_be_known = says(false)}), Rank::stranger);
  EXPECT_EQ(rank_of(*caller, {}, Process::held), Rank::known);
  EXPECT_EQ(rank_of(*caller, {.is_known = says(false)}, Process::held), Rank::stranger);
  EXPECT_EQ(rank_of(*caller, {.is_known = says(true)}, Process::held), Rank::known);
  EXPECT_EQ(rank_of(*caller, {}, Process::gone), std::unexpected(Rejection::unknown_peer));
  EXPECT_EQ(rank_of(*caller, {.absent = Absent::heard}, Process::gone), Rank::known) << "a lock is done all the same";
}

}  // namespace
}  // namespace wardend::ipc
