// Refusals that come again and again.
#include "tests/support/audit_records.hpp"
#include "tests/unit/audit/sink.hpp"

namespace wardend {
namespace {

class CountedRefusals : public test::SinkOnDisk {};

// What mallory, a user whom no rule names, brings about.
AuditRecord refusal(uid_t uid, const std::string& why) {
  AuditRecord record = test::record_of_kind(AuditKind::token);
  record.denied("NotAuthorized").detail = why;
  record.uid = uid;
  return record;
}

TEST_F(CountedRefusals, AreWrittenOnceAMinuteWithTheirCount) {
  for (int i = 0; i < 50'000; ++i) sink->write_counted(refusal(1000, "no rule"));
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(counts(file), std::vector<std::int64_t>{1});
  clock.advance(70s);
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(counts(file), (std::vector<std::int64_t>{1, 49'999}));
  clock.advance(10min);
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(counts(file).size(), 2U) << "nothing more happened";
}

TEST_F(CountedRefusals, AreAllCounted) {
  std::int64_t written = 0;
  for (int minute = 0; minute < 5; ++minute) {
    for (int i = 0; i < 1000; ++i) {
      sink->write_counted(refusal(static_cast<uid_t>(1000 + i % 90), "reason " + std::to_string(i % 7)));
      ++written;
    }
    ASSERT_TRUE(on_disk()) << "virtual time must not run out on a disk that takes real time";
    clock.advance(20s);
  }
  stop();
  std::int64_t told = 0;
  for (const std::int64_t count : counts(file)) told += count;
  EXPECT_EQ(told, written);
}

TEST_F(CountedRefusals, OfManyUsersGrowTheTrailSlowly) {
  for (int minute = 0; minute < 3; ++minute) {
    for (uid_t uid = 100'000; uid < 110'000; ++uid) sink->write_counted(refusal(uid, "no rule"));
    clock.advance(60s);
  }
  ASSERT_TRUE(on_disk());
  EXPECT_LE(counts(file).size(), 3 * 130U);
}

// Whoever tries one chart after the other must not hide them behind one another.
TEST_F(CountedRefusals, OfEachRecordAreToldByThemselves) {
  for (int round = 0; round < 3; ++round)
    for (int chart = 0; chart < 40; ++chart) {
      AuditRecord record = test::record_of_kind(AuditKind::access);
      record.denied("PatientMismatch").resource = "Patient/q" + std::to_string(chart);
      record.uid = 1000;
      record.app = "vitals";
      sink->write_counted(std::move(record));
    }
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(counts(file).size(), 40U);
}

// Nor behind one search, or one kind of record.
TEST_F(CountedRefusals, OfEachSearchAndEachPatientNamedAreToldByThemselves) {
  for (int round = 0; round < 3; ++round)
    for (int one = 0; one < 20; ++one) {
      AuditRecord search = test::record_of_kind(AuditKind::access);
      search.denied("PatientMismatch").resource = "Observation";
      search.query = "patient=q" + std::to_string(one);
      search.uid = 1000;
      search.app = "vitals";
      sink->write_counted(std::move(search));
      AuditRecord create = test::record_of_kind(AuditKind::write);
      create.denied("ResourceRejected").resource = "Observation";
      create.detail = "Observation: a reference to another patient; about Patient/q" + std::to_string(one);
      create.uid = 1000;
      create.app = "vitals";
      sink->write_counted(std::move(create));
    }
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(counts(file).size(), 40U);
}

TEST_F(CountedRefusals, OfStrangersTakeNoRoomOfAKnownApp) {
  for (uid_t uid = 100'000; uid < 101'000; ++uid) sink->write_counted(refusal(uid, "no rule"));
  AuditRecord known = refusal(1000, "the session was cleared");
  known.app = "vitals";
  sink->write_counted(std::move(known));
  ASSERT_TRUE(on_disk());
  EXPECT_TRUE(text_of(file).contains("the session was cleared"));
}

TEST_F(CountedRefusals, ThatWaitAreWrittenAtTheEnd) {
  for (int i = 0; i < 7; ++i) sink->write_counted(refusal(1000, "no rule"));
  stop();
  EXPECT_EQ(counts(file), (std::vector<std::int64_t>{1, 6}));
}

}  // namespace
}  // namespace wardend
