#include "daemon/audit/rates.hpp"
#include "tests/support/audit_records.hpp"

#include <gtest/gtest.h>

namespace wardend::audit {
namespace {

AuditRecord of(AuditKind kind, std::optional<uid_t> uid, const std::string& app = "vitals") {
  AuditRecord record = test::record_of_kind(kind);
  record.uid = uid;
  record.app = app;
  return record;
}

int let_through(Rates& rates, const AuditRecord& record, BootTime now, int tries) {
  int passed = 0;
  for (int i = 0; i < tries; ++i) passed += rates.exceeded(record, now) ? 0 : 1;
  return passed;
}

TEST(Rates, LetThreeHundredThroughAndThenFiveASecond) {
  Rates rates;
  const BootTime now{1h};
  EXPECT_EQ(let_through(rates, of(AuditKind::token, 1000), now, 1000), static_cast<int>(Rates::at_once));
  EXPECT_EQ(let_through(rates, of(AuditKind::token, 1000), now + 10s, 1000), 49) << "one is owed";
  EXPECT_EQ(let_through(rates, of(AuditKind::token, 1000), now + 1h, 1000), static_cast<int>(Rates::at_once));
}

TEST(Rates, TellUsersAndAppsApart) {
  Rates rates;
  const BootTime now{1h};
  static_cast<void>(let_through(rates, of(AuditKind::token, 1000), now, 1000));
  EXPECT_FALSE(rates.exceeded(of(AuditKind::token, 1001), now));
  EXPECT_FALSE(rates.exceeded(of(AuditKind::token, 1000, "dosing"), now));
  EXPECT_TRUE(rates.exceeded(of(AuditKind::launch, 1000), now));
}

TEST(Rates, HoldNothingBackThatEndsAccessOrThatAnOperatorDoes) {
  Rates rates;
  for (const AuditKind kind :
       {AuditKind::clear, AuditKind::session_end, AuditKind::access, AuditKind::revocation, AuditKind::refresh,
        AuditKind::control, AuditKind::service, AuditKind::start, AuditKind::stop, AuditKind::gap})
    EXPECT_EQ(let_through(rates, of(kind, 1000), BootTime{1h}, 1000), 1000) << name_of(kind);
  EXPECT_EQ(let_through(rates, of(AuditKind::token, {}), BootTime{1h}, 1000), 1000) << "nobody's";
}

// Its server has an account of its own of each.
TEST(Rates, HoldNoWriteBackThatWentThroughTheGateway) {
  Rates rates;
  AuditRecord write = of(AuditKind::write, 1000);
  EXPECT_EQ(let_through(rates, write, BootTime{1h}, 1000), static_cast<int>(Rates::at_once));
  write.request_id = "r1";
  EXPECT_EQ(let_through(rates, write, BootTime{1h}, 1000), 1000);
  write.denied("ResourceRejected");
  EXPECT_EQ(let_through(rates, write, BootTime{1h}, 1000), 0) << "that one never went";
}

TEST(Rates, RememberOnlySoMany) {
  Rates rates;
  for (uid_t uid = 0; uid < 10'000; ++uid) static_cast<void>(rates.exceeded(of(AuditKind::token, uid), BootTime{1h}));
  EXPECT_TRUE(rates.exceeded(of(AuditKind::token, 20'000), BootTime{1h})) << "those beyond share one account";
  EXPECT_FALSE(rates.exceeded(of(AuditKind::token, 20'000), BootTime{2h}));
}

}  // namespace
}  // namespace wardend::audit
