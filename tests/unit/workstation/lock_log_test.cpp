#include "daemon/workstation/lock_log.hpp"

#include <gtest/gtest.h>

namespace wardend::workstation {
namespace {

const WallTime monday{20'000 * 86'400s};

TEST(LockHistory, IsSilentAfterSevenDaysOfUseWithoutALock) {
  workstation::LockHistory history;
  for (int day = 0; day < 6; ++day)
    for (int session = 0; session < 3; ++session)
      history = workstation::after_use(history, monday + std::chrono::days(2 * day) + std::chrono::hours(session));
  EXPECT_EQ(history.days_of_use, 6) << "days without use do not count, and one counts once";
  EXPECT_EQ(history.in_use_since, unix_seconds(monday));
  EXPECT_FALSE(workstation::is_silent(history));
  history = workstation::after_use(history, monday + std::chrono::days(90));
  EXPECT_TRUE(workstation::is_silent(history));
  EXPECT_FALSE(workstation::is_silent(workstation::after_screen_lock(monday + std::chrono::days(91))));
}

TEST(LockHistory, IsReadAsItWasWritten) {
  for (const workstation::LockHistory& history :
       {workstation::LockHistory{}, workstation::after_screen_lock(monday), workstation::after_use({}, monday),
        workstation::after_use(workstation::after_screen_lock(monday), monday)})
    EXPECT_EQ(workstation::read_lock_history(to_text(history)), history);
}

TEST(LockHistory, ThatNobodyWroteIsNone) {
  for (const char* text : {"", "{}", "[]", "{\"days_of_use\":1}", "{\"days_of_use\":-1,\"last_day\":1}",
                           "{\"days_of_use\":\"1\",\"last_day\":1}", "\x01\x02"})
    EXPECT_FALSE(workstation::read_lock_history(text)) << text;
}

TEST(LockLog, KeepsTheLastLockWhateverWasHeld) {
  workstation::LockLog log;
  EXPECT_FALSE(log.last());
  log.saw({"logind", ClearReason::os_lock, "c1", monday});
  log.saw({"control", ClearReason::ehr_lock, "", monday + 1s});
  ASSERT_TRUE(log.last());
  EXPECT_EQ(log.last()->source, "control");
  EXPECT_EQ(log.last()->reason, ClearReason::ehr_lock);
}

TEST(LockLog, OnlyLogindsLocksAreAScreens) {
  workstation::LockLog log;
  log.used(monday);
  log.saw({"control", ClearReason::ehr_lock, "c1", monday});
  log.saw({"logind", ClearReason::session_removed, "c1", monday});
  log.saw({"ehr_unit e.scope", ClearReason::ehr_gone, "c1", monday});
  EXPECT_FALSE(log.history().screen_lock_at);
  EXPECT_EQ(log.history().days_of_use, 1);
  log.saw({"logind", ClearReason::os_lock, "c1", monday + 1h});
  EXPECT_EQ(log.history(), workstation::after_screen_lock(monday + 1h));
}

TEST(LockLog, HasNothingToWriteForASecondLockOfTheSameDay) {
  workstation::LockLog log;
  log.saw({"logind", ClearReason::os_lock, "c1", monday});
  const workstation::LockHistory written = log.history();
  log.saw({"logind", ClearReason::os_lock, "c1", monday + 1h});
  EXPECT_EQ(log.history(), written);
  log.saw({"logind", ClearReason::os_lock, "c1", monday + 25h});
  EXPECT_NE(log.history(), written);
}

}  // namespace
}  // namespace wardend::workstation
