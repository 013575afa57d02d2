#include "daemon/gateway/turns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <string>

#include "base/task_group.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::gateway {
namespace {

using enum Rank;

// A tenth of the loop.
constexpr PaceLimits strangers{.at_once = 5'000'000, .each = 10ns, .shortest_pause = 500us, .longest_pause = 20ms};

class GatewayTurns : public ::testing::Test {
 protected:
  ~GatewayTurns() override {
    asio::co_spawn(loop, tasks.shut_down(clock), asio::detached);
    clock.settle();
  }
  // One asker, who writes its name when it has its turn.
  void ask(const ipc::TurnOwner& owner, const std::string& name) {
    tasks.spawn("asker", [](GatewayTurns& test, ipc::TurnOwner of, std::string own) -> asio::awaitable<void> {
      co_await test.turns.wait(of);
      test.order += own;
    }(*this, owner, name));
  }
  // Somebody else on the loop, who writes "!" as often.
  void act(int times) {
    order += "!";
    if (times > 0) asio::post(loop, [this, times] { act(times - 1); });
  }
  void give() { tasks.spawn("turns", turns.give()); }

  asio::io_context loop;
  test::VirtualClock clock{loop};
  Turns turns{clock, strangers};
  TaskGroup tasks{loop.get_executor()};
  std::string order;
};

TEST_F(GatewayTurns, AreHadAtOnceByAFew) {
  for (int i = 0; i < 3; ++i) ask({.rank = known, .user = 1}, "a");
  clock.settle();
  EXPECT_EQ(order, "aa") << "the third queues, and nobody gives turns yet";
  give();
  clock.settle();
  EXPECT_EQ(order, "aaa");
}

TEST_F(GatewayTurns, GoFromUserToUser) {
  for (int i = 0; i < 12; ++i) ask({.rank = known, .user = 1}, "a");
  ask({.rank = known, .user = 2}, "b");
  clock.settle();
  give();
  clock.settle();
  EXPECT_EQ(order, "aaabaaaaaaaaa");
}

TEST_F(GatewayTurns, LetOthersActAfterAFew) {
  for (int i = 0; i < 12; ++i) ask({.rank = known, .user = 1}, "a");
  clock.settle();
  order.clear();
  give();
  act(20);
  clock.settle();
  EXPECT_TRUE(order.contains("!aa!")) << order;
  EXPECT_FALSE(order.contains("aaa")) << order;
  EXPECT_EQ(std::ranges::count(order, 'a'), 10);
}

TEST_F(GatewayTurns, AreHadAtOnceInEachTurnOfTheLoop) {
  for (int i = 0; i < 20; ++i) {
    ask({.rank = known, .user = 1}, "a");
    clock.settle();
  }
  EXPECT_EQ(order.size(), 20U) << "nobody gives turns, and none had to queue";
}

TEST_F(GatewayTurns, OfStrangersAreOneAtATime) {
  for (int i = 0; i < 3; ++i) ask({.rank = stranger, .user = 9}, "s");
  clock.settle();
  give();
  act(20);
  clock.settle();
  EXPECT_FALSE(order.contains("ss")) << order;
  EXPECT_EQ(std::ranges::count(order, 's'), 3);
}

TEST_F(GatewayTurns, OfStrangersCostAShareOfTheLoop) {
  give();
  ask({.rank = stranger, .user = 9}, "s");
  clock.settle();
  EXPECT_EQ(order, "s");
  turns.charge_strangers(6ms);
  ask({.rank = stranger, .user = 9}, "s");
  clock.settle();
  EXPECT_EQ(order, "s") << "they owe ten times a millisecond";
  ask({.rank = known, .user = 1}, "a");
  clock.settle();
  EXPECT_EQ(order, "sa");
  clock.advance(11ms);
  EXPECT_EQ(order, "sas");
}

TEST_F(GatewayTurns, OfWhoHasLeftAreNobodyElses) {
  ask({.rank = stranger, .user = 9}, "s");
  clock.settle();
  tasks.cancel();
  clock.settle();
  give();
  ask({.rank = stranger, .user = 8}, "t");
  clock.settle();
  EXPECT_EQ(order, "t");
}

}  // namespace
}  // namespace wardend::gateway
