#include "daemon/audit/trail_writer.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "daemon/audit/record_bytes.hpp"
#include "daemon/audit/ring.hpp"
#include "tests/support/audit_records.hpp"
#include "tests/support/temporary_folder.hpp"
#include "trail/verdict.hpp"

namespace wardend::audit {
namespace {

namespace fs = std::filesystem;

class Writer : public ::testing::Test {
 protected:
  static std::string records(int count) {
    Ring ring;
    for (int i = 0; i < count; ++i)
      EXPECT_TRUE(ring.append(to_bytes(test::record_of_kind(AuditKind::token), WallTime())));
    return ring.oldest(Ring::memory_bytes);
  }
  Put put(int count) { return writer.perform({.records = records(count)}); }
  [[nodiscard]] trail::Verdict verdict() const { return trail::verify(place.file, {}); }

  test::TemporaryFolder folder;
  Place place{.file = folder.file("audit.jsonl"), .state_dir = folder.file(""), .origin = {.boot = "b1"}};
  TrailWriter writer{place};
};

TEST_F(Writer, FindsWhereTheTrailStandsBeforeItWrites) {
  const Put stood = put(2);
  EXPECT_EQ(stood.failure, "");
  EXPECT_EQ(stood.records, 0U);
  EXPECT_EQ(stood.link, trail::Link());
  EXPECT_EQ(fs::file_size(place.file), 0U);
  const Put done = put(2);
  EXPECT_EQ(done.records, 2U);
  EXPECT_EQ(done.link, verdict().last);
  EXPECT_EQ(done.link.sequence, 3U) << "with the entry that begins the file";
}

TEST_F(Writer, RecordsThatAreInTheFileAreNotWrittenAgain) {
  static_cast<void>(put(3));
  const Put first = put(3);
  TrailWriter next(place);
  const Batch batch{.records = records(5), .committed = trail::Link()};
  EXPECT_EQ(next.perform(batch).link, first.link) << "the ring did not hear of it";
  const Put again = next.perform(batch);
  EXPECT_EQ(again.records, 5U);
  EXPECT_EQ(again.link.sequence, first.link.sequence + 2);
  EXPECT_TRUE(verdict().intact());
  EXPECT_EQ(verdict().entries, 6U);
}

TEST_F(Writer, ABatchCanBeSmallerThanWhatIsInTheFile) {
  static_cast<void>(put(3));
  static_cast<void>(put(3));
  TrailWriter next(place);
  static_cast<void>(next.perform({.records = records(2), .committed = trail::Link()}));
  EXPECT_EQ(next.perform({.records = records(2), .committed = trail::Link()}).records, 2U);
  EXPECT_EQ(next.perform({.records = records(2), .committed = trail::Link()}).records, 2U);
  EXPECT_EQ(verdict().entries, 5U) << "the fourth of the ring's records was new";
}

TEST_F(Writer, WritesNothingOnceItIsGivenUp) {
  static_cast<void>(put(1));
  writer.abandon();
  EXPECT_NE(put(1).failure, "");
  EXPECT_EQ(fs::file_size(place.file), 0U);
}

TEST_F(Writer, WhatCannotBeReadFromTheRingIsToldAsDropped) {
  Ring ring;
  ASSERT_TRUE(ring.append("junk"));
  const Batch batch{.records = ring.oldest(100)};
  static_cast<void>(writer.perform(batch));
  EXPECT_EQ(writer.perform(batch).records, 1U);
  ASSERT_EQ(verdict().gaps.size(), 1U);
  EXPECT_EQ(verdict().gaps.front().why, "dropped");
}

TEST_F(Writer, AnAnchorThatCannotBeKeptIsToldAndStopsNothing) {
  place.state_dir = folder.file("none") / "none";
  TrailWriter other(place);
  static_cast<void>(other.perform({}));
  const Put done = other.perform({.records = records(1), .anchoring = Anchoring::wanted});
  EXPECT_EQ(done.failure, "");
  EXPECT_TRUE(done.anchored);
  EXPECT_EQ(done.anchor_failure, "No such file or directory");
}

}  // namespace
}  // namespace wardend::audit
