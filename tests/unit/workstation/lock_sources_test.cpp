#include "daemon/workstation/lock_sources.hpp"

#include <gtest/gtest.h>

#include "tests/support/fakes.hpp"

namespace wardend::workstation {
namespace {

// logind with one desktop of user 1000, "c1".
struct Sources {
  Sources() {
    sources.attach(logind);
    logind.add("c1", 1000);
  }
  std::shared_ptr<config::Config> settings = test::basic_config();
  config::Live config{settings};
  test::FakeLogind logind;
  LockSources sources{config};
};

TEST(LockSources, PlaceAProcessInItsLoginSession) {
  Sources world;
  EXPECT_EQ(world.sources.login_session_of({.uid = 1000, .login_session = "c1"}), "c1");
  EXPECT_EQ(world.sources.login_session_of({.uid = 1000, .under_user_manager = true}), "c1");
  EXPECT_EQ(world.sources.login_session_of({.uid = 990}), "uid:990");
  EXPECT_EQ(world.sources.login_session_of({.uid = 1001, .under_user_manager = true}), "") << "no graphical session";
  world.logind.add("c2", 1000);
  EXPECT_EQ(world.sources.login_session_of({.uid = 1000, .under_user_manager = true}), "") << "two of them";
  world.logind.at("c1").state = "closing";
  EXPECT_EQ(world.sources.login_session_of({.uid = 1000, .under_user_manager = true}), "c2") << "the next login";
}

TEST(LockSources, WithoutLogindPlaceEveryCallerByUid) {
  Sources world;
  world.settings->broker.lock_sources = {"control"};
  EXPECT_EQ(world.sources.login_session_of({.uid = 1000, .login_session = "c1"}), "uid:1000");
  EXPECT_EQ(world.sources.seated_session_of(1000), "uid:1000");
}

TEST(LockSources, PlaceNobodyWhereNothingMayBeHeld) {
  Sources world;
  LoginSession& ssh = world.logind.add("c5", 1000);
  ssh.seat = "";
  ssh.type = "tty";
  ssh.remote = true;
  EXPECT_EQ(world.sources.login_session_of({.uid = 1000, .login_session = "c5"}), "");
  EXPECT_EQ(world.sources.login_session_of({.uid = 1000, .under_user_manager = true}), "c1") << "not between two";
  EXPECT_EQ(world.sources.login_session_of({.uid = 1000, .login_session = "c9"}), "c9") << "not read yet: locked";
  EXPECT_EQ(world.sources.seated_session_of(1000), "c1");
  EXPECT_FALSE(world.sources.may_hold("c5"));
  EXPECT_FALSE(world.sources.may_hold("c9"));
  EXPECT_TRUE(world.sources.may_hold("c1"));
}

TEST(LockSources, GiveABrowserTheOneActiveUnlockedSeatedSession) {
  Sources world;
  EXPECT_EQ(world.sources.seated_session_of(1000), "c1");
  EXPECT_EQ(world.sources.seated_session_of(1001), "");
  world.logind.add("c2", 1000).active = false;
  EXPECT_EQ(world.sources.seated_session_of(1000), "c1");
  world.logind.at("c2").active = true;
  EXPECT_EQ(world.sources.seated_session_of(1000), "") << "two";
  world.logind.at("c2").active = false;
  world.logind.at("c1").locked = true;
  EXPECT_EQ(world.sources.seated_session_of(1000), "");
  world.logind.at("c1").locked = false;
  world.logind.is_live = false;
  EXPECT_EQ(world.sources.seated_session_of(1000), "");
}

TEST(LockSources, AreReadyOnceEachIsLiveAndSayWhatIsNot) {
  Sources world;
  EXPECT_TRUE(world.sources.ready());
  EXPECT_EQ(world.sources.trouble(), "");
  test::FakeLogind other;
  other.is_live = false;
  world.sources.attach(other);
  EXPECT_FALSE(world.sources.ready());
  EXPECT_EQ(world.sources.trouble(), "logind is not there: start systemd-logind");
}

TEST(LockSources, CountWhatTheyCannotReadAsLockedAndAUsersNameNever) {
  Sources world;
  EXPECT_FALSE(world.sources.is_locked("c1"));
  EXPECT_TRUE(world.sources.is_locked("c9"));
  EXPECT_FALSE(world.sources.is_locked("uid:1000"));
  EXPECT_TRUE(world.sources.exists("uid:1000"));
  EXPECT_TRUE(world.sources.exists("c1"));
  EXPECT_FALSE(world.sources.exists("c9"));
}

TEST(LoginSessionName, HasItsUserInItOrIsLoginds) {
  EXPECT_EQ(login_session_of_user(1000), "uid:1000");
  EXPECT_EQ(user_in_name("uid:1000"), 1000U);
  for (const char* name : {"c1", "", "uid:", "uid:x", "uid:1000x", "uid:-1", "uid: 1", "uid:99999999999", "UID:1"})
    EXPECT_EQ(user_in_name(name), std::nullopt) << name;
}

}  // namespace
}  // namespace wardend::workstation
