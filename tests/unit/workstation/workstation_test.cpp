#include <gtest/gtest.h>

#include "tests/unit/session/world.hpp"

namespace wardend {
namespace {

using test::World;
using workstation::Presence;

TEST(Workstation, IsLockedWhileASourceIsNotLiveOrTheSessionUnknown) {
  World world;
  static_cast<void>(world.workstation.enter("c1"));
  EXPECT_EQ(world.workstation.presence("c1"), Presence::present);
  EXPECT_EQ(world.workstation.presence("c9"), Presence::locked);
  world.logind.is_live = false;
  EXPECT_EQ(world.workstation.presence("c1"), Presence::locked);
  EXPECT_FALSE(world.workstation.ready());
  EXPECT_NE(world.workstation.trouble(), "");
}

TEST(Workstation, AnUnlockAfterAClearLeavesTheSessionHeld) {
  World world;
  static_cast<void>(world.workstation.enter("c1"));
  world.logind.at("c1").locked = true;
  world.clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
  EXPECT_EQ(world.workstation.presence("c1"), Presence::locked);
  world.logind.at("c1").locked = false;
  world.workstation.read_picture("c1");
  EXPECT_EQ(world.workstation.presence("c1"), Presence::held);
  static_cast<void>(world.workstation.prove_presence("c1", workstation::EhrLaunch{}));
  EXPECT_EQ(world.workstation.presence("c1"), Presence::present);
}

// Locked, cleared, and unlocked again as the source's picture has it.
struct Unlocked : World {
  explicit Unlocked(bool proves) {
    settings->broker.unlock_proves_presence = proves;
    static_cast<void>(workstation.enter("c1"));
    logind.at("c1").locked = true;
    clearing.must_clear({.reason = ClearReason::os_lock, .login_session = "c1"});
    logind.at("c1").locked = false;
    workstation.read_picture("c1");
  }
};

TEST(Workstation, AnUnlockProvesPresenceOnlyWhereConfigured) {
  for (const bool proves : {false, true}) {
    Unlocked world(proves);
    world.workstation.unlock_seen("c1");
    EXPECT_EQ(world.workstation.presence("c1"), proves ? Presence::present : Presence::held);
  }
}

// T47: after a restart of logind every login session reads unlocked.
TEST(Workstation, APictureThatReadsUnlockedProvesNothing) {
  Unlocked world(true);
  EXPECT_EQ(world.workstation.presence("c1"), Presence::held);
  world.workstation.read_picture({});
  EXPECT_EQ(world.workstation.presence("c1"), Presence::held);
}

TEST(Workstation, AnUnlockOfWhatIsLockedOtherwiseProvesNothing) {
  Unlocked world(true);
  world.logind.at("c1").active = false;
  world.workstation.read_picture("c1");
  world.workstation.unlock_seen("c1");
  world.logind.at("c1").active = true;
  world.workstation.read_picture("c1");
  EXPECT_EQ(world.workstation.presence("c1"), Presence::held);
  world.workstation.unlock_seen("c9");
  EXPECT_EQ(world.workstation.presence("c9"), Presence::locked);
}

TEST(Workstation, AClosingLoginSessionIsGoneForGranting) {
  World world;
  static_cast<void>(world.workstation.enter("c1"));
  world.logind.at("c1").state = "closing";
  world.workstation.read_picture("c1");
  EXPECT_EQ(world.workstation.presence("c1"), Presence::locked);
}

TEST(Workstation, AnEpochKnowsOneSubOfAnIssuer) {
  World world;
  const auto epoch = world.workstation.enter("c1");
  world.workstation.remember_user(epoch, "https://i", "anna");
  EXPECT_TRUE(world.workstation.same_user(epoch, "https://i", "anna"));
  EXPECT_FALSE(world.workstation.same_user(epoch, "https://i", "bert"));
  EXPECT_TRUE(world.workstation.same_user(epoch, "https://other", "bert"));
}

}  // namespace
}  // namespace wardend
