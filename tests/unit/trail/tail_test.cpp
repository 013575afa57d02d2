#include "trail/tail.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/trail/trails.hpp"

namespace wardend::trail {
namespace {

TEST(Tail, HasTheEntriesFromANumberOnAndTheLast) {
  const test::TemporaryFolder folder;
  const auto file = folder.file("audit.jsonl");
  test::WrittenTrail trail;
  trail.fill(4).add("gap", R"("action":"dropped")").add("stop", R"("boot":"b7")");
  test::write_file(file, trail.text);
  const Tail tail = tail_of(file, 5);
  ASSERT_EQ(tail.entries.size(), 3U);
  EXPECT_EQ(tail.entries[0].link.sequence, 5U);
  EXPECT_EQ(tail.entries[1].action, "dropped");
  EXPECT_EQ(tail.entries[2].previous, tail.entries[1].link.hash);
  EXPECT_EQ(tail.entries[2].kind, "stop");
  EXPECT_EQ(tail.boot, "b7");
  EXPECT_EQ(tail.first, 1U);
  EXPECT_EQ(tail_of(file, std::numeric_limits<std::uint64_t>::max()).entries.size(), 1U);
}

TEST(Tail, OfANewFileIsThatOfTheOneBefore) {
  const test::TemporaryFolder folder;
  const auto file = folder.file("audit.jsonl");
  EXPECT_TRUE(tail_of(file, 1).entries.empty());
  test::WrittenTrail trail;
  test::write_file(folder.file("audit.jsonl.2"), trail.fill(2).rotate());
  test::write_file(folder.file("audit.jsonl.1"), trail.fill(2).text);
  test::write_file(file, "");
  const Tail tail = tail_of(file, 6);
  ASSERT_EQ(tail.entries.size(), 1U);
  EXPECT_EQ(tail.entries.back().link, trail.last);
  EXPECT_EQ(tail.first, 4U);
}

}  // namespace
}  // namespace wardend::trail
