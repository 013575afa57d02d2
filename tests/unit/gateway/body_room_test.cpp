#include "daemon/gateway/body_room.hpp"

#include <gtest/gtest.h>

#include <list>

namespace wardend::gateway {
namespace {

constexpr std::size_t mebibyte = 1024UL * 1024;

TEST(BodyRoom, IsGivenBackWhenTheRequestGoes) {
  BodyRoom room;
  {
    BodyRoom::Share one(room, 1);
    EXPECT_TRUE(one.grow_to(mebibyte));
    EXPECT_TRUE(one.grow_to(3 * mebibyte));
    EXPECT_EQ(room.taken(), 3 * mebibyte);
  }
  EXPECT_EQ(room.taken(), 0U);
}

TEST(BodyRoom, OfAUserIsTwoLargeBodies) {
  BodyRoom room;
  BodyRoom::Share first(room, 1);
  BodyRoom::Share second(room, 1);
  BodyRoom::Share third(room, 1);
  EXPECT_TRUE(first.grow_to(BodyRoom::of_a_user / 2));
  EXPECT_TRUE(second.grow_to(BodyRoom::of_a_user / 2));
  EXPECT_FALSE(third.grow_to(BodyRoom::small + 1));
  EXPECT_EQ(room.taken(), BodyRoom::of_a_user);
  BodyRoom::Share other(room, 2);
  EXPECT_TRUE(other.grow_to(mebibyte)) << "another user's room is untouched";
}

TEST(BodyRoom, IsThereForASmallBodyWhateverOthersHold) {
  BodyRoom room;
  BodyRoom::Share large(room, 1);
  EXPECT_TRUE(large.grow_to(BodyRoom::of_a_user));
  BodyRoom::Share note(room, 1);
  EXPECT_TRUE(note.grow_to(BodyRoom::small));
  EXPECT_EQ(room.taken(), BodyRoom::of_a_user);
}

TEST(BodyRoom, OfAllIsBounded) {
  BodyRoom room;
  std::list<BodyRoom::Share> shares;
  uid_t user = 1;
  while (shares.emplace_back(room, user).grow_to(BodyRoom::of_a_user)) ++user;
  EXPECT_EQ(room.taken(), BodyRoom::of_all);
  EXPECT_EQ(user, BodyRoom::of_all / BodyRoom::of_a_user + 1);
}

}  // namespace
}  // namespace wardend::gateway
