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
  for (const char* item : {"a1", "a2", "a3"}) queue.push(1, known, item);
  queue.push(2, known, "b1");
  queue.push(3, known, "c1");
  queue.push(2, known, "b2");
  EXPECT_EQ(all(queue), "a1 b1 c1 a2 b2 a3");
  EXPECT_TRUE(queue.empty());
}

TEST(TurnQueue, LetsStrangersComeAfterEachKnownOne) {
  TurnQueue<std::string> queue;
  for (const char* item : {"s1", "s2", "s3"}) queue.push(9, stranger, item);
  for (const char* item : {"t1"}) queue.push(8, stranger, item);
  for (const char* item : {"a1", "a2"}) queue.push(1, known, item);
  EXPECT_EQ(all(queue), "a1 s1 a2 t1 s2 s3");
}

// However many users a flood has, one that is known waits for one turn of theirs.
TEST(TurnQueue, LetsAKnownUserWaitForOneTurnOfStrangers) {
  TurnQueue<std::string> queue;
  for (std::uint64_t user = 100; user < 600; ++user) queue.push(user, stranger, "s");
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(*queue.pop(), "s");
    queue.push(1, known, "honest");
    EXPECT_EQ(*queue.pop(), "honest");
  }
}

TEST(TurnQueue, ServesAUserWhoComesBackAfterTheOthers) {
  TurnQueue<std::string> queue;
  queue.push(1, known, "a1");
  queue.push(2, known, "b1");
  EXPECT_EQ(*queue.pop(), "a1");
  queue.push(1, known, "a2");
  EXPECT_EQ(all(queue), "b1 a2");
}

}  // namespace
}  // namespace wardend::ipc
