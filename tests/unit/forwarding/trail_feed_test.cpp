#include "daemon/forwarding/trail_feed.hpp"

#include <gtest/gtest.h>

#include "tests/unit/forwarding/trail_on_disk.hpp"

namespace wardend::forwarding {
namespace {

using test::TrailOnDisk;

constexpr std::uint64_t all = ~0ULL;

std::vector<std::uint64_t> numbers(const Found& found) {
  std::vector<std::uint64_t> of;
  for (const Outgoing& entry : found.entries) of.push_back(entry.behind.link.sequence);
  return of;
}

// From `cursor` on to the end, in batches; the cursor is at the end then.
std::vector<std::uint64_t> drain(TrailFeed& feed, Cursor& cursor, std::uint64_t up_to = all) {
  std::vector<std::uint64_t> of;
  for (;;) {
    const Found found = feed.behind(cursor, up_to, {.entries = 3});
    if (found.entries.empty()) return of;
    for (const std::uint64_t number : numbers(found)) of.push_back(number);
    cursor = found.entries.back().behind;
  }
}

std::vector<std::uint64_t> range(std::uint64_t first, std::uint64_t last) {
  std::vector<std::uint64_t> of;
  for (std::uint64_t number = first; number <= last; ++number) of.push_back(number);
  return of;
}

TEST(TrailFeed, GivesWhatIsBehindTheCursorAndWhatIsWrittenLater) {
  TrailOnDisk trail;
  TrailFeed feed(trail.file);
  Cursor cursor;
  EXPECT_TRUE(drain(feed, cursor).empty());
  trail.grow(7);
  EXPECT_EQ(drain(feed, cursor), range(1, 7));
  EXPECT_TRUE(drain(feed, cursor).empty());
  trail.grow(2);
  EXPECT_EQ(drain(feed, cursor), range(8, 9));
}

TEST(TrailFeed, WhatIsWrittenAfterAReadThatStoppedBeforeTheEndIsSeen) {
  TrailOnDisk trail;
  trail.grow(3);
  TrailFeed feed(trail.file);
  Cursor cursor;
  EXPECT_EQ(drain(feed, cursor, 3), range(1, 3));
  trail.grow(2);
  EXPECT_EQ(numbers(feed.behind(cursor, 5, {})), range(4, 5));
}

TEST(TrailFeed, GivesNothingThatTheDiskHasNotConfirmed) {
  TrailOnDisk trail;
  trail.grow(5);
  TrailFeed feed(trail.file);
  Cursor cursor;
  EXPECT_EQ(drain(feed, cursor, 3), range(1, 3));
  EXPECT_EQ(drain(feed, cursor, 5), range(4, 5));
}

TEST(TrailFeed, IsBoundedByEntriesAndBytes) {
  TrailOnDisk trail;
  trail.grow(200);
  TrailFeed feed(trail.file);
  EXPECT_EQ(feed.behind({}, all, {}).entries.size(), 100U);
  EXPECT_EQ(feed.behind({}, all, {.bytes = 1}).entries.size(), 1U);
}

TEST(TrailFeed, GoesOnOverRotationsAndThroughCompressedFiles) {
  TrailOnDisk trail;
  trail.grow(5);
  trail.rotate("audit.jsonl.2");
  trail.compress("audit.jsonl.2");
  trail.grow(5);
  trail.rotate("audit.jsonl.1");
  trail.grow(5);
  TrailFeed feed(trail.file);
  Cursor cursor;
  EXPECT_EQ(drain(feed, cursor), range(1, 15));
  trail.grow(1);
  trail.rotate("audit.jsonl-20261129");
  EXPECT_EQ(drain(feed, cursor), range(16, 16));
  trail.grow(2);
  EXPECT_EQ(drain(feed, cursor), range(17, 18));
}

TEST(TrailFeed, AnEntryThatWasWrittenIntoAFilePutAsideIsNotLost) {
  TrailOnDisk trail;
  trail.grow(2);
  TrailFeed feed(trail.file);
  Cursor cursor = feed.behind({}, 1, {}).entries.back().behind;
  std::ofstream late(trail.file, std::ios::app);
  Found two = feed.behind(cursor, all, {.entries = 1});
  cursor = two.entries.back().behind;
  trail.rotate("audit.jsonl.1");
  late << trail.next() << std::flush;
  trail.grow(1);
  EXPECT_EQ(drain(feed, cursor), range(3, 4));
}

TEST(TrailFeed, ANewFeedGoesOnFromACursorInAnyFile) {
  TrailOnDisk trail;
  trail.grow(6);
  TrailFeed first(trail.file);
  Cursor cursor = first.behind({}, all, {.entries = 4}).entries.back().behind;
  Cursor same = cursor;
  TrailFeed second(trail.file);
  EXPECT_EQ(drain(second, cursor), range(5, 6));
  trail.rotate("audit.jsonl.1");
  trail.grow(2);
  TrailFeed third(trail.file);
  EXPECT_EQ(drain(third, same), range(5, 8));
}

TEST(TrailFeed, AWrongHintCostsASearchAndNothingElse) {
  TrailOnDisk trail;
  trail.grow(6);
  TrailFeed feed(trail.file);
  Cursor cursor = feed.behind({}, all, {.entries = 4}).entries.back().behind;
  for (const std::uint64_t offset : {std::uint64_t{0}, cursor.offset - 5, cursor.offset + 5, std::uint64_t{1} << 40}) {
    Cursor wrong = cursor;
    wrong.offset = offset;
    TrailFeed other(trail.file);
    EXPECT_EQ(drain(other, wrong), range(5, 6)) << offset;
  }
}

TEST(TrailFeed, HalfALineIsLeftUntilItIsWhole) {
  TrailOnDisk trail;
  trail.grow(1);
  const std::string next = trail.next();
  std::ofstream(trail.file, std::ios::app) << next.substr(0, 40);
  TrailFeed feed(trail.file);
  Cursor cursor;
  EXPECT_EQ(drain(feed, cursor), range(1, 1));
  std::ofstream(trail.file, std::ios::app) << next.substr(40);
  EXPECT_EQ(drain(feed, cursor), range(2, 2));
}

TEST(TrailFeed, TellsWhatIsMissing) {
  TrailOnDisk trail;
  trail.grow(4);
  std::filesystem::remove(trail.file);
  trail.grow(2);
  TrailFeed feed(trail.file);
  Cursor cursor{.link = {.sequence = 2, .hash = std::string(64, 'a')}};
  const Found found = feed.behind(cursor, all, {});
  EXPECT_EQ(numbers(found), range(5, 6));
  ASSERT_FALSE(found.entries.empty());
  EXPECT_EQ(found.entries[0].flaw.missing, 2U);
}

TEST(TrailFeed, TellsOfAChangedLineAndOfARewrittenTrail) {
  TrailOnDisk trail;
  trail.grow(2);
  std::string changed = trail.next();
  changed.replace(changed.find("vitals"), 6, "forged");
  std::ofstream(trail.file, std::ios::app) << changed << "garbage\n";
  trail.grow(1);
  TrailFeed feed(trail.file);
  const Found found = feed.behind({.link = {.sequence = 1, .hash = std::string(64, 'a')}}, all, {});
  EXPECT_EQ(numbers(found), (std::vector<std::uint64_t>{2, 4}));
  ASSERT_EQ(found.entries.size(), 2U);
  EXPECT_TRUE(found.entries[0].flaw.unlinked);
  EXPECT_EQ(found.entries[1].flaw.broken, 2U);
  EXPECT_EQ(found.entries[1].flaw.missing, 1U);
}

TEST(TrailFeed, AFileThatCannotBeReadIsToldAndTriedAgain) {
  TrailOnDisk trail;
  trail.grow(1);
  trail.rotate("moved");
  std::filesystem::create_symlink(trail.folder.file("moved"), trail.file);
  TrailFeed feed(trail.file);
  EXPECT_TRUE(feed.behind({}, all, {}).entries.empty());
  std::filesystem::remove(trail.file);
  std::filesystem::rename(trail.folder.file("moved"), trail.file);
  EXPECT_EQ(numbers(feed.behind({}, all, {})), range(1, 1));
}

}  // namespace
}  // namespace wardend::forwarding
