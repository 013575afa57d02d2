#include "daemon/workstation/login_sessions.hpp"

#include <gtest/gtest.h>

namespace wardend::workstation {
namespace {

TEST(LoginSessions, UsersShareAStateUntilTheyAreSetApart) {
  LoginSessions sessions;
  const EpochNumber first = sessions.epoch_of("uid:1000");
  EXPECT_TRUE(sessions.running(first));
  EXPECT_NE(first, sessions.epoch_of("uid:1001"));
  const auto own = sessions.set_apart("uid:1000");
  EXPECT_TRUE(own.is_new);
  EXPECT_EQ(own.state.epoch, first) << "to be set apart ends nothing";
  EXPECT_TRUE(sessions.running(first));
  EXPECT_FALSE(sessions.set_apart("uid:1000").is_new);
  EXPECT_EQ(*sessions.apart_in(first), "uid:1000");
  EXPECT_EQ(sessions.apart_in(sessions.epoch_of("uid:1001")), nullptr);
  EXPECT_EQ(sessions.users_apart(), 1U);
}

TEST(LoginSessions, NothingIsKnownOfALoginSessionUntilItIsSetApart) {
  LoginSessions sessions;
  EXPECT_EQ(sessions.find("c1"), nullptr);
  EXPECT_EQ(sessions.epoch_of("c1"), 0U);
  LoginSessionState& state = sessions.set_apart("c1").state;
  EXPECT_TRUE(sessions.running(state.epoch));
  EXPECT_EQ(sessions.names_apart(), std::vector<std::string>{"c1"});
  sessions.forget(state);
  EXPECT_EQ(sessions.find("c1"), nullptr);
}

TEST(LoginSessions, TheNextEpochEndsTheOneBefore) {
  LoginSessions sessions;
  LoginSessionState& state = sessions.set_apart("c1").state;
  const EpochNumber before = state.epoch;
  sessions.begin_next(state);
  EXPECT_FALSE(sessions.running(before));
  EXPECT_TRUE(sessions.running(state.epoch));
  EXPECT_GT(state.epoch, before);
}

TEST(LoginSessions, TheNextEpochOfAllUsersSparesThoseApart) {
  LoginSessions sessions;
  const EpochNumber apart = sessions.set_apart("uid:1000").state.epoch;
  const EpochNumber shared = sessions.epoch_of("uid:1001");
  sessions.begin_next(sessions.common());
  EXPECT_TRUE(sessions.running(apart));
  EXPECT_FALSE(sessions.running(shared));
}

TEST(LoginSessions, NumbersGoOnAfterWhatWasPutBack) {
  LoginSessions sessions;
  sessions.put({.login_session = "c1", .epoch = epoch_number(41, {})});
  EXPECT_TRUE(sessions.running(epoch_number(41, {})));
  EXPECT_EQ(sessions.last(), 41U);
  EXPECT_EQ(sessions.set_apart("c2").state.epoch, epoch_number(42, {}));
}

}  // namespace
}  // namespace wardend::workstation
