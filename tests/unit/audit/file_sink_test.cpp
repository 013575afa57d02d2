// Records, their order, and a trail that cannot be written.
#include "daemon/audit/record_bytes.hpp"
#include "tests/support/audit_records.hpp"
#include "tests/unit/audit/sink.hpp"

namespace wardend {
namespace {

namespace fs = std::filesystem;
class Sink : public test::SinkOnDisk {};
using Strings = std::vector<std::string>;

TEST_F(Sink, WritesEveryRecordInOrderWithAnUnbrokenSequence) {
  for (int i = 0; i < 500; ++i) {
    write(std::to_string(i));
    if (i % 100 == 0) clock.settle();
  }
  EXPECT_TRUE(on_disk());
  const auto found = actions(file);
  ASSERT_EQ(found.size(), 500U);
  for (int i = 0; i < 500; ++i) EXPECT_EQ(found[static_cast<std::size_t>(i)], std::to_string(i));
  std::uint64_t sequence = 0;
  for (const auto& entry : entries(file)) EXPECT_EQ(entry["sequence"], ++sequence);
  EXPECT_EQ(sequence, 501U) << "a file begins with an entry of its own";
  EXPECT_EQ(first_fault(), "");
  EXPECT_EQ(sink->counters().entries.at("service"), 500U);
  EXPECT_EQ(sink->counters().failures, 0U);
}

TEST_F(Sink, UnderLoadEntriesShareOneConfirmation) {
  // The first batch looks where the trail stands.
  for (unsigned batch = 1; batch < audit::FileSink::batches_at_once; ++batch) {
    write("early");
    ASSERT_TRUE(on_disk());
  }
  write("a");
  write("b");
  clock.settle();
  const auto written = entries(file).size();
  write("c");
  clock.advance(audit::FileSink::between_batches - 1ms);
  clock.settle();
  EXPECT_EQ(sink->counters().backlog, 3U) << "they wait for one another";
  EXPECT_EQ(entries(file).size(), written);
  clock.advance(1ms);
  EXPECT_TRUE(on_disk());
  EXPECT_EQ(entries(file).size(), written + 3);
}

TEST_F(Sink, WritingDoesNotWait) {
  write("a");
  EXPECT_EQ(sink->counters().backlog, 1U);
  EXPECT_TRUE(sink->writable());
  EXPECT_TRUE(on_disk());
}

TEST_F(Sink, AppendsToWhatIsThereAndOthersCannotReadTheFile) {
  std::ofstream(file) << "{\"action\":\"before\"}\n";
  write("after");
  EXPECT_TRUE(on_disk());
  EXPECT_EQ(actions(file), (Strings{"before", "after"}));
  EXPECT_EQ(first_fault(), "the line is not an entry of the trail");
  fs::remove(file);
  write("new");
  EXPECT_TRUE(on_disk());
  struct stat info{};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07U, 0U);
}

TEST_F(Sink, ARotatedFileIsFollowedByOneThatGoesOn) {
  write("a");
  ASSERT_TRUE(on_disk());
  fs::rename(file, folder / "audit.jsonl.1");
  write("b");
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(actions(folder / "audit.jsonl.1"), Strings{"a"});
  EXPECT_EQ(actions(file), Strings{"b"});
  EXPECT_EQ(entries(file).front()["kind"], "rotation");
  EXPECT_EQ(entries(file).front()["sequence"], 3);
  EXPECT_EQ(first_fault(), "");
}

TEST_F(Sink, ARotationIsNoticedWithoutARecord) {
  sink->open();
  write("a");
  ASSERT_TRUE(on_disk());
  fs::rename(file, folder / "audit.jsonl.1");
  clock.advance(61s);
  ASSERT_TRUE(until([&] { return fs::exists(file) && fs::file_size(file) > 0; }));
  EXPECT_EQ(entries(file).front()["kind"], "rotation");
  EXPECT_TRUE(until([&] { return sink->counters().entries.at("rotation") == 2; }));
}

// Each look wakes a thread, and it the loop.
TEST_F(Sink, WhileNothingIsWrittenTheFileIsLookedAtEachFiveMinutes) {
  const auto anchored = [&](std::uint64_t entry) {
    return until([&] {
      const auto anchor = trail::read_anchor(trail::anchor_in(folder)).link;
      return anchor && anchor->sequence == entry;
    });
  };
  sink->open();
  write("a");
  ASSERT_TRUE(anchored(2)) << "at once";
  write("b");
  ASSERT_TRUE(on_disk());
  clock.advance(61s);
  ASSERT_TRUE(anchored(3)) << "the last look";
  fs::rename(file, folder / "audit.jsonl.1");
  clock.advance(3min);
  loop.restart();
  loop.run_one_for(20ms);
  clock.settle();
  EXPECT_FALSE(fs::exists(file)) << "nobody has looked";
  clock.advance(2min);
  ASSERT_TRUE(until([&] { return fs::exists(file) && fs::file_size(file) > 0; }));
}

TEST_F(Sink, ARemovedFileIsToldInTheNewOneAndFound) {
  write("a");
  ASSERT_TRUE(on_disk());
  fs::remove(file);
  write("c");
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(actions(file), (Strings{"removed", "c"}));
  EXPECT_EQ(first_fault(), "entries 1 to 2 are lost: the file was removed, and its entries with it");
  EXPECT_EQ(sink->counters().entries.at("gap"), 1U);
}

TEST_F(Sink, AFileThatIsCutOffIsToldAndFound) {
  for (const char* action : {"a", "b", "c"}) write(action);
  ASSERT_TRUE(on_disk());
  fs::resize_file(file, fs::file_size(file) - 30);
  write("d");
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(actions(file), (Strings{"a", "b", "shortened", "d"}));
  EXPECT_EQ(first_fault(), "entry 4 is missing");
}

TEST_F(Sink, ACopiedAndTruncatedFileIsWhole) {
  for (const char* action : {"a", "b"}) write(action);
  ASSERT_TRUE(on_disk());
  fs::copy_file(file, folder / "audit.jsonl.1");
  fs::resize_file(file, 0);
  write("c");
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(actions(file), Strings{"c"});
  EXPECT_EQ(first_fault(), "") << "logrotate's copytruncate, where nothing was written in between";
}

TEST_F(Sink, WhatSomebodyElseWritesIsToldAndFound) {
  write("a");
  ASSERT_TRUE(on_disk());
  std::ofstream(file, std::ios::app) << "mine\n";
  write("b");
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(actions(file), (Strings{"a", "broken: mine", "foreign", "b"}));
  EXPECT_EQ(first_fault(), "the line is not an entry of the trail");
}

TEST_F(Sink, TheAnchorIsKeptEachMinuteAndAtTheEnd) {
  const auto anchored = [&] {
    const auto anchor = trail::read_anchor(trail::anchor_in(folder)).link;
    return anchor ? anchor->sequence : 0;
  };
  sink->open();
  write("a");
  ASSERT_TRUE(until([&] { return anchored() == 2; })) << "at once";
  write("b");
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(anchored(), 2U);
  clock.advance(61s);
  ASSERT_TRUE(until([&] { return anchored() == 3; }));
  write("c");
  stop();
  EXPECT_EQ(anchored(), 4U);
  const std::string text = text_of(file);
  fs::resize_file(file, text.rfind('\n', text.size() - 2) + 1);
  EXPECT_EQ(first_fault(), "entry 4 is missing at the end: they were anchored");
}

TEST_F(Sink, AnAppThatAsksOnAndOnIsCounted) {
  for (int i = 0; i < 5000; ++i) {
    AuditRecord record = test::record_of_kind(AuditKind::token);
    record.granted().app = "vitals";
    record.uid = 1000;
    record.pid = i;
    sink->write(std::move(record));
  }
  ASSERT_TRUE(on_disk());
  stop();
  std::int64_t told = 0;
  const auto all = counts(file);
  for (const std::int64_t count : all) told += count;
  EXPECT_EQ(told, 5000) << "none is left out";
  EXPECT_LE(all.size(), audit::Rates::at_once + 10);
}

TEST_F(Sink, IsNotWritableWhileTheFileCannotBeWrittenAndLosesNothing) {
  fs::create_directory(file);  // even root cannot write to a folder
  write("a");
  ASSERT_TRUE(until([&] { return !sink->writable(); }));
  EXPECT_NE(sink->trouble(), "");
  EXPECT_EQ(sink->counters().failures, 1U);
  write("b");
  clock.advance(4s);
  EXPECT_FALSE(sink->writable());
  EXPECT_EQ(sink->counters().backlog, 2U);
  fs::remove(file);
  clock.advance(2s);
  ASSERT_TRUE(on_disk());
  ASSERT_TRUE(until([&] { return sink->writable(); }));
  EXPECT_EQ(sink->trouble(), "");
  EXPECT_EQ(actions(file), (Strings{"a", "b"}));
}

TEST_F(Sink, DoesNotFollowASymbolicLink) {
  fs::create_symlink(folder / "elsewhere", file);
  write("a");
  EXPECT_TRUE(until([&] { return !sink->writable(); }));
  EXPECT_FALSE(fs::exists(folder / "elsewhere"));
}

TEST_F(Sink, OpeningTellsBeforeThereIsARecord) {
  sink->open();
  EXPECT_TRUE(until([&] { return fs::exists(file); }));
  EXPECT_TRUE(sink->writable());
  audit::FileSink lost(loop.get_executor(), clock, worker, {.file = (folder / "none" / "audit.jsonl").string()});
  lost.open();
  EXPECT_TRUE(until([&] { return !lost.writable(); }));
  EXPECT_EQ(lost.trouble(), "No such file or directory");
  fs::create_directory(folder / "none");
  clock.advance(6s);
  EXPECT_TRUE(until([&] { return lost.writable(); })) << "without a record, too";
  shut_down(lost);
}

TEST_F(Sink, TheRingIsBoundedAndTheTrailTellsWhatWasDropped) {
  fs::create_directory(file);
  write("first");
  ASSERT_TRUE(until([&] { return !sink->writable(); }));
  const std::string large(audit::longest_text, 'x');
  for (int i = 0; i < 1000; ++i) write(large);
  const auto waiting = sink->counters().backlog;
  EXPECT_LE(waiting, 513U) << "8 MiB of 16 KiB records";
  EXPECT_GE(waiting, 500U);
  EXPECT_EQ(sink->counters().entries.at("service"), 1001U);
  EXPECT_EQ(sink->counters().failures, 1 + 1001 - waiting) << "what is dropped is counted";
  fs::remove(file);
  clock.advance(10s);
  ASSERT_TRUE(on_disk());
  write("after");
  ASSERT_TRUE(on_disk());
  const auto found = actions(file);
  ASSERT_EQ(found.size(), waiting + 2);
  EXPECT_EQ(found.back(), "after");
  const auto gap = entries(file)[waiting + 1];
  EXPECT_EQ(gap["kind"], "gap");
  EXPECT_EQ(gap["action"], "dropped");
  EXPECT_EQ(gap["count"], 1001 - waiting);
  EXPECT_EQ(first_fault(), "");
}

TEST_F(Sink, ShuttingDownWritesWhatIsQueued) {
  for (int i = 0; i < 50; ++i) write(std::to_string(i));
  stop();
  EXPECT_EQ(actions(file).size(), 50U);
  EXPECT_EQ(first_fault(), "");
}

TEST_F(Sink, ShuttingDownDoesNotWaitForATrailThatCannotBeWritten) {
  fs::create_directory(file);
  write("a");
  ASSERT_TRUE(until([&] { return !sink->writable(); }));
  const auto before = std::chrono::steady_clock::now();
  stop();
  EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
}

}  // namespace
}  // namespace wardend
