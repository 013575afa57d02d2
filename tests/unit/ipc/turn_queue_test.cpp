// Whose call is answered next.
#include <gtest/gtest.h>

#include <string>

#include "ipc/turn_queue.hpp"

namespace wardend::ipc {
namespace {

using enum Rank;

std::string all(TurnQueue<std::string>& queue) {
  std::string order;
  while (const auto item = queue.pop()) order += (order.empty() ? "" : " ") + *item;
  return order;
}

TEST(TurnQueue, GivesEachUserATurn) {
  TurnQueue<std::string> queue;
  for (const char* item : {"a1", "a2", "a3"}) queue.push({.rank = known, .user = 1}, item);
  queue.push({.rank = known, .user = 2}, "b1");
  queue.push({.rank = known, .user = 3}, "c1");
  queue.push({.rank = known, .user = 2}, "b2");
  EXPECT_EQ(all(queue), "a1 b1 c1 a2 b2 a3");
  EXPECT_TRUE(queue.empty());
}

// One process with many connections beside another one of the same user with one.
TEST(TurnQueue, GivesEachProcessOfAUserATurn) {
  TurnQueue<std::string> queue;
  for (const char* item : {"f1", "f2", "f3"}) queue.push({.rank = known, .user = 1, .process = 10}, item);
  queue.push({.rank = known, .user = 1, .process = 11}, "honest");
  queue.push({.rank = known, .user = 2, .process = 12}, "other");
  EXPECT_EQ(all(queue), "f1 other honest f2 f3");
}

TEST(TurnQueue, LetsStrangersComeAfterEachKnownOne) {
  TurnQueue<std::string> queue;
  for (const char* item : {"s1", "s2", "s3"}) queue.push({.rank = stranger, .user = 9}, item);
  for (const char* item : {"t1"}) queue.push({.rank = stranger, .user = 8}, item);
  for (const char* item : {"a1", "a2"}) queue.push({.rank = known, .user = 1}, item);
  EXPECT_EQ(all(queue), "a1 s1 a2 t1 s2 s3");
}

// However many users a flood has, one that is known waits for one turn of theirs.
TEST(TurnQueue, LetsAKnownUserWaitForOneTurnOfStrangers) {
  TurnQueue<std::string> queue;
  for (std::uint64_t user = 100; user < 600; ++user) queue.push({.rank = stranger, .user = user}, "s");
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(*queue.pop(), "s");
    queue.push({.rank = known, .user = 1}, "honest");
    EXPECT_EQ(*queue.pop(), "honest");
  }
}

TEST(TurnQueue, LeavesStrangersWhereOnlyKnownOnesAreAskedFor) {
  TurnQueue<std::string> queue;
  queue.push({.rank = stranger, .user = 9}, "s1");
  EXPECT_TRUE(queue.waits(stranger));
  EXPECT_FALSE(queue.waits(known));
  EXPECT_FALSE(queue.pop(known).has_value());
  queue.push({.rank = known, .user = 1}, "a1");
  queue.push({.rank = known, .user = 1}, "a2");
  EXPECT_TRUE(queue.waits(known));
  EXPECT_EQ(queue.pop(known), "a1");
  EXPECT_EQ(queue.pop(known), "a2");
  EXPECT_EQ(all(queue), "s1");
}

TEST(TurnQueue, LetsOneWhoWaitedAloneKeepItsPlace) {
  TurnQueue<std::string> queue;
  for (const Rank rank : {stranger, known}) {
    queue.push({.rank = rank, .user = 1, .process = 1}, "first");
    EXPECT_FALSE(queue.empty());
    EXPECT_TRUE(queue.waits(rank));
    EXPECT_FALSE(queue.waits(rank == known ? stranger : known));
    queue.push({.rank = rank, .user = 2, .process = 2}, "second");
    queue.push({.rank = rank, .user = 1, .process = 1}, "third");
    EXPECT_EQ(all(queue), "first second third");
  }
}

TEST(TurnQueue, ServesAUserWhoComesBackAfterTheOthers) {
  TurnQueue<std::string> queue;
  queue.push({.rank = known, .user = 1}, "a1");
  queue.push({.rank = known, .user = 2}, "b1");
  EXPECT_EQ(*queue.pop(), "a1");
  queue.push({.rank = known, .user = 1}, "a2");
  EXPECT_EQ(all(queue), "b1 a2");
}

}  // namespace
}  // namespace wardend::ipc
