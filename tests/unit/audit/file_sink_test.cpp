// Records, their order, and a trail that cannot be written.
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
  std::ifstream in(file);
  std::uint64_t sequence = 0;
  for (std::string line; std::getline(in, line);) EXPECT_EQ(nlohmann::json::parse(line)["sequence"], ++sequence);
  EXPECT_EQ(sink->counters().entries.at("service"), 500U);
  EXPECT_EQ(sink->counters().failures, 0U);
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
  fs::remove(file);
  write("new");
  EXPECT_TRUE(on_disk());
  struct stat info{};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07U, 0U);
}

TEST_F(Sink, OpensARotatedOrRemovedFileAnew) {
  write("a");
  ASSERT_TRUE(on_disk());
  fs::rename(file, folder / "audit.jsonl.1");
  write("b");
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(actions(folder / "audit.jsonl.1"), Strings{"a"});
  EXPECT_EQ(actions(file), Strings{"b"});
  fs::remove(file);
  write("c");
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(actions(file), Strings{"c"});
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
  audit::FileSink lost(loop.get_executor(), clock, worker, (folder / "none" / "audit.jsonl").string());
  lost.open();
  EXPECT_TRUE(until([&] { return !lost.writable(); }));
  EXPECT_EQ(lost.trouble(), "No such file or directory");
  fs::create_directory(folder / "none");
  clock.advance(6s);
  EXPECT_TRUE(until([&] { return lost.writable(); })) << "without a record, too";
}

TEST_F(Sink, TheQueueIsBoundedAndFullMeansNotWritable) {
  fs::create_directory(file);
  write("first");
  ASSERT_TRUE(until([&] { return !sink->writable(); }));
  const std::string large(64UL * 1024, 'x');
  for (int i = 0; i < 200; ++i) write(large);
  const auto waiting = sink->counters().backlog;
  EXPECT_LE(waiting, 130U) << "8 MiB of 64 KiB lines";
  EXPECT_GE(waiting, 120U);
  EXPECT_EQ(sink->counters().entries.at("service"), 201U);
  EXPECT_EQ(sink->counters().failures, 1 + 201 - waiting) << "what is dropped is counted";
  fs::remove(file);
  clock.advance(10s);
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(actions(file).size(), waiting);
  write("after");
  ASSERT_TRUE(on_disk());
  EXPECT_EQ(actions(file).back(), "after");
}

TEST_F(Sink, ADroppedRecordLeavesAGapInTheSequence) {
  fs::create_directory(file);
  write("first");
  ASSERT_TRUE(until([&] { return !sink->writable(); }));
  const std::string large(audit::FileSink::max_queued_bytes, 'x');
  write(large);
  write("dropped");
  fs::remove(file);
  clock.advance(10s);
  ASSERT_TRUE(on_disk());
  write("after");
  ASSERT_TRUE(on_disk());
  std::ifstream in(file);
  std::vector<std::uint64_t> sequence;
  for (std::string line; std::getline(in, line);) sequence.push_back(nlohmann::json::parse(line)["sequence"]);
  EXPECT_EQ(sequence, (std::vector<std::uint64_t>{1, 2, 4})) << "a reader of the trail must see that one is missing";
}

TEST_F(Sink, ShuttingDownWritesWhatIsQueued) {
  for (int i = 0; i < 50; ++i) write(std::to_string(i));
  stop();
  EXPECT_EQ(actions(file).size(), 50U);
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
