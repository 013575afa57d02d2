#include "systemd/login_picture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wardend::systemd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

LoginSession desktop(const std::string& id, bool locked = false) {
  return {.id = id,
          .uid = 1000,
          .seat = "seat0",
          .kind = "user",
          .type = "wayland",
          .remote = false,
          .active = true,
          .locked = locked,
          .state = "active"};
}

TEST(LoginPicture, TellsWhyAChangeClears) {
  LoginPicture picture;
  EXPECT_EQ(picture.take("/c1", desktop("c1", true)).clear, std::nullopt) << "the first news of it is no change";
  EXPECT_EQ(picture.take("/c1", desktop("c1")).clear, std::nullopt);
  const auto locked = picture.take("/c1", desktop("c1", true));
  EXPECT_EQ(locked.clear, ClearReason::os_lock);
  EXPECT_EQ(locked.login_session, "c1");
}

TEST(LoginPicture, AReplyOlderThanASignalMayLockAndNotUnlock) {
  LoginPicture picture;
  (void)picture.take("/c1", desktop("c1"));
  picture.begin_reading();
  (void)picture.take("/c1", desktop("c1", true));
  picture.ask_again("/c1");
  EXPECT_EQ(picture.take_reply("/c1", desktop("c1"))->clear, std::nullopt);
  EXPECT_TRUE(picture.find("c1")->locked);
  EXPECT_EQ(picture.take_unread(), "/c1");
  (void)picture.take_reply("/c1", desktop("c1"));
  EXPECT_FALSE(picture.find("c1")->locked) << "nothing newer than this reply was told";
}

TEST(LoginPicture, AReplyBringsNothingBackThatEnded) {
  LoginPicture picture;
  (void)picture.take("/c1", desktop("c1"));
  picture.begin_reading();
  EXPECT_EQ(picture.end("/c1", "c1").clear, ClearReason::session_removed);
  EXPECT_TRUE(picture.ended_meanwhile("/c1"));
  EXPECT_EQ(picture.take_reply("/c1", desktop("c1")), std::nullopt);
  EXPECT_THAT(picture.all(), IsEmpty());
  picture.begin_reading();
  EXPECT_FALSE(picture.ended_meanwhile("/c1"));
}

TEST(LoginPicture, SilenceLocksAndKeeps) {
  LoginPicture picture;
  (void)picture.take("/c1", desktop("c1"));
  EXPECT_EQ(picture.take_silence("/c1")->clear, ClearReason::os_lock);
  EXPECT_TRUE(picture.find("c1")->locked);
  EXPECT_EQ(picture.take_silence("/c2"), std::nullopt);
}

TEST(LoginPicture, EverybodyIsLockedFromTheSleepToTheReadingAfterIt) {
  LoginPicture picture;
  (void)picture.take("/c1", desktop("c1"));
  picture.fall_asleep();
  EXPECT_TRUE(picture.find("c1")->locked);
  picture.read_after_wake();
  EXPECT_TRUE(picture.find("c1")->locked) << "a reading before the wake proves nothing";
  picture.wake();
  EXPECT_TRUE(picture.find("c1")->locked);
  picture.read_after_wake();
  EXPECT_FALSE(picture.find("c1")->locked);
}

TEST(LoginPicture, NamesWhatAListLacks) {
  LoginPicture picture;
  (void)picture.take("/c1", desktop("c1"));
  (void)picture.take("/c2", desktop("c2"));
  EXPECT_THAT(picture.missing_from({{"/c2", desktop("c2")}}), ElementsAre("/c1"));
  EXPECT_EQ(picture.remove("/c1")->clear, ClearReason::session_removed);
  EXPECT_EQ(picture.remove("/c1"), std::nullopt);
}

TEST(LoginPicture, ReadsAgainByTheNameOfAFile) {
  LoginPicture picture;
  (void)picture.take("/c1", desktop("c1"));
  picture.ask_again_by_id("c9");
  EXPECT_FALSE(picture.has_unread());
  picture.ask_again_by_id("c1");
  picture.forget_owner();
  EXPECT_EQ(picture.take_unread(), std::nullopt) << "another logind owes a reading of everything";
}

}  // namespace
}  // namespace wardend::systemd
