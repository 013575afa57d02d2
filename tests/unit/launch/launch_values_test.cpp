// Which launch values were seen before: over clears, restarts and floods, and by a hash that says nothing.
#include "daemon/launch/launch_values.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <string>

#include "base/encoding.hpp"
#include "tests/support/fake_vault.hpp"
#include "tests/support/virtual_clock.hpp"
#include "tests/support/virtual_random.hpp"

namespace wardend {
namespace {

using launch::LaunchValues;
using test::FakeVault;

struct Values {
  asio::io_context loop;
  test::VirtualClock clock{loop};
  test::VirtualRandom random;
  FakeVault vault;
  LaunchValues values{clock, random, vault};
  bool before(const std::string& value, const std::string& server = "ehr") { return values.see(server, value).before; }
};

TEST(LaunchValues, AreKnownTheSecondTimeAndByServer) {
  Values world;
  EXPECT_FALSE(world.before("a"));
  EXPECT_TRUE(world.before("a"));
  EXPECT_FALSE(world.before("b"));
  EXPECT_FALSE(world.before("a", "other")) << "two servers may choose the same value";
  EXPECT_FALSE(world.before("ra", "eh")) << "no two pairs read the same";
}

// B13: what a server may read as one value is one.
TEST(LaunchValues, AreComparedAsAServerMayReadThem) {
  for (const char* same : {"V1", "v1", "V1 ", " V1", "V\t1", "V1\xc2\xa0", "V1\xe2\x80\x83", "V1\xef\xbb\xbf", "%561",
                           "%2556%31", "%25%35%36%31", "V1+", "V1%00", "V1%C2%A0", "%252525252556%2531"}) {
    Values world;
    EXPECT_FALSE(world.before("V1"));
    EXPECT_TRUE(world.before(same)) << same;
  }
  EXPECT_EQ(launch::comparable("a%4"), "a%4") << "no encoding";
  EXPECT_EQ(launch::comparable("a%zz%"), "a%zz%");
  EXPECT_NE(launch::comparable("v1"), launch::comparable("v2"));
}

TEST(LaunchValues, ThatTellNothingCountAsSeen) {
  std::string often = "V1";
  for (int i = 0; i < 20; ++i) often = "%" + std::string(i == 0 ? "56" : "25") + often.substr(1);
  Values world;
  EXPECT_TRUE(world.before(often)) << often;
  EXPECT_TRUE(world.before(" \xc2\xa0"));
  EXPECT_EQ(world.values.size(), 0U);
}

TEST(LaunchValues, AreForgottenAfterAMonth) {
  Values world;
  EXPECT_FALSE(world.before("a"));
  world.clock.advance(LaunchValues::kept_for);
  EXPECT_TRUE(world.before("a"));
  world.clock.advance(1s);
  EXPECT_FALSE(world.before("a"));
}

TEST(LaunchValues, TheOldestGoesWhenThereAreTooMany) {
  Values world;
  for (std::size_t i = 0; i <= LaunchValues::most; ++i) EXPECT_FALSE(world.before(std::to_string(i)));
  EXPECT_EQ(world.values.size(), LaunchValues::most);
  EXPECT_TRUE(world.before("1"));
  EXPECT_FALSE(world.before("0")) << "the oldest was forgotten";
}

TEST(LaunchValues, NobodyPushesOutWhatCameToASession) {
  Values world;
  world.values.came_to_session(world.values.see("ehr", "signed-in").mark);
  for (std::size_t i = 0; i < 3 * LaunchValues::most; ++i) EXPECT_FALSE(world.before(std::to_string(i)));
  EXPECT_TRUE(world.before("signed-in"));
}

TEST(LaunchValues, UsedOnesMakeRoomForEachOther) {
  Values world;
  for (std::size_t i = 0; i <= LaunchValues::most; ++i)
    world.values.came_to_session(world.values.see("ehr", std::to_string(i)).mark);
  EXPECT_EQ(world.values.size(), LaunchValues::most);
  EXPECT_TRUE(world.before("1"));
  EXPECT_FALSE(world.before("0"));
}

TEST(LaunchValues, OutlastARestart) {
  Values first;
  first.values.came_to_session(first.values.see("ehr", "a").mark);
  EXPECT_FALSE(first.before("b"));
  FakeVault left(first.vault);
  LaunchValues second(first.clock, first.random, left);
  second.restore();
  EXPECT_EQ(second.size(), 2U);
  EXPECT_TRUE(second.see("ehr", "a").before);
  EXPECT_TRUE(second.see("ehr", "b").before);
  EXPECT_FALSE(second.see("ehr", "c").before);
  EXPECT_EQ(left.count(Vault::Kind::launch_values), 1U);
}

TEST(LaunchValues, ABrokenRecordIsErased) {
  for (const std::size_t bytes : {0UL, 5UL, 33UL, 56UL}) {
    Values world;
    static_cast<void>(world.vault.put(0, Vault::Kind::launch_values, std::string(bytes, 'x')));
    world.values.restore();
    EXPECT_EQ(world.values.size(), 0U) << bytes;
    EXPECT_FALSE(world.before("a"));
    EXPECT_TRUE(world.before("a"));
    EXPECT_EQ(world.vault.count(Vault::Kind::launch_values), 1U) << bytes;
  }
}

TEST(LaunchValues, AreNowhereAsTheyAre) {
  Values world;
  EXPECT_FALSE(world.before("launch-value-of-the-ehr"));
  EXPECT_FALSE(world.vault.holds("launch-value"));
  EXPECT_FALSE(world.vault.holds(sha256("launch-value-of-the-ehr").substr(0, 16)));
  const auto mark = world.values.see("ehr", "launch-value-of-the-ehr").mark;
  Values another;
  unsigned char spent = 0;
  another.random.fill({&spent, 1});
  EXPECT_NE(another.values.see("ehr", "launch-value-of-the-ehr").mark, mark) << "the hash has a key of its own";
}

}  // namespace
}  // namespace wardend
