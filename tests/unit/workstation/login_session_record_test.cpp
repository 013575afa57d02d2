#include "daemon/workstation/login_session_record.hpp"

#include <gtest/gtest.h>

namespace wardend::workstation {
namespace {

TEST(LoginSessionRecord, BringsALoginSessionBackAsItStood) {
  const LoginSessionState before{
      .login_session = "c2",
      .uid = 1000,
      .seat = "seat0",
      .type = "wayland",
      .epoch = 9,
      .held = true,
      .last_clear = EpochEnd{ClearReason::ehr_lock, WallTime(std::chrono::seconds(1'800'000'000)), BootTime(77s)},
      .subjects = {{"https://ehr", "dr-a"}},
      .parts = {{.part = {.server = "ehr", .app = {}},
                 .order = 7,
                 .end = {ClearReason::ehr_logout, WallTime(std::chrono::seconds(1'800'000'001)), BootTime(78s)},
                 .held = true}}};
  const auto after = login_session_from(to_record(before).reveal());
  ASSERT_TRUE(after.has_value());
  EXPECT_EQ(after->login_session, "c2");
  EXPECT_EQ(after->uid, 1000U);
  EXPECT_EQ(after->seat, "seat0");
  EXPECT_EQ(after->type, "wayland");
  EXPECT_EQ(after->epoch, 9U);
  EXPECT_TRUE(after->held);
  EXPECT_EQ(after->last_clear->reason, ClearReason::ehr_lock);
  EXPECT_EQ(after->last_clear->at, before.last_clear->at);
  EXPECT_EQ(after->last_clear->boot, BootTime(77s));
  EXPECT_EQ(after->subjects, before.subjects);
  ASSERT_EQ(after->parts.size(), 1U);
  EXPECT_EQ(after->parts[0].part.server, "ehr");
  EXPECT_TRUE(after->parts[0].held);
  EXPECT_EQ(after->parts[0].end.boot, BootTime(78s));
}

TEST(LoginSessionRecord, LeavesOutAPartThatIsNotHeld) {
  const LoginSessionState before{
      .login_session = "c2",
      .epoch = 9,
      .parts = {
          {.part = {.server = "ehr", .app = {}}, .order = 7, .end = {ClearReason::ehr_logout, {}, {}}, .held = false}}};
  EXPECT_TRUE(login_session_from(to_record(before).reveal())->parts.empty());
}

// Nobody is known to be there: what is missing or unreadable is held.
TEST(LoginSessionRecord, ReadsWhatIsMissingAsHeld) {
  const auto least = login_session_from(R"({"login_session":"c1","epoch":2})");
  ASSERT_TRUE(least);
  EXPECT_TRUE(least->held);
  EXPECT_EQ(least->uid, std::nullopt);
  EXPECT_EQ(least->last_clear, std::nullopt);
  const auto odd = login_session_from(
      R"({"login_session":"c1","epoch":2,"held":0,"cleared_for":"of a later version","subjects":{"i":1},"new":[1],)"
      R"("parts":[{"server":"ehr","cleared_for":"of a later version"},7]})");
  ASSERT_TRUE(odd);
  EXPECT_TRUE(odd->held);
  EXPECT_EQ(odd->last_clear, std::nullopt);
  EXPECT_TRUE(odd->subjects.empty());
  ASSERT_EQ(odd->parts.size(), 1U);
  EXPECT_EQ(odd->parts[0].part.server, "ehr");
  EXPECT_EQ(odd->parts[0].end.reason, ClearReason::restart);
  EXPECT_TRUE(odd->parts[0].held);
}

TEST(LoginSessionRecord, IsNoneWithoutAnEpochOrAName) {
  for (const char* text : {"", "{", "[]", "{}", R"({"login_session":"c1"})", R"({"login_session":"c1","epoch":0})",
                           R"({"login_session":"","epoch":2})"})
    EXPECT_FALSE(login_session_from(text)) << text;
  const LoginSessionState of_all{.login_session = "", .epoch = epoch_number(3, {})};
  EXPECT_TRUE(login_session_from(to_record(of_all).reveal())) << "of those whom nothing has set apart";
}

}  // namespace
}  // namespace wardend::workstation
