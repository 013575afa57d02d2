// The sink on a real file with a real worker; the clock is virtual.
#include "daemon/audit/file_sink.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "tests/support/virtual_clock.hpp"

namespace wardend {
namespace {

namespace fs = std::filesystem;

class Sink : public ::testing::Test {
 public:
  Sink() {
    std::string name = (fs::temp_directory_path() / "wardend-audit-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) folder = name;
    file = folder / "audit.jsonl";
    sink.emplace(loop.get_executor(), clock, worker, file.string());
  }
  ~Sink() override {
    stop();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  void stop() {
    if (!sink) return;
    bool ended = false;
    TaskGroup closing(loop.get_executor());
    closing.spawn("shut down", close(ended));
    until([&] { return ended; });
    sink.reset();
  }
  asio::awaitable<void> close(bool& ended) {
    co_await sink->shut_down(spare);
    ended = true;
  }
  // Lets the worker finish; true once `reached`.
  bool until(const std::function<bool()>& reached) {
    const auto guard = asio::make_work_guard(loop);
    const auto give_up = std::chrono::steady_clock::now() + 10s;
    clock.settle();
    while (!reached() && std::chrono::steady_clock::now() < give_up) {
      loop.restart();
      loop.run_one_for(50ms);
      clock.settle();
    }
    return reached();
  }
  bool on_disk() {
    return until([&] { return sink->counters().backlog == 0; });
  }
  void write(const std::string& action) {
    AuditRecord record(AuditKind::service);
    record.granted().action = action;
    sink->write(std::move(record));
  }
  // Keeps `of` busy until the flag is cleared.
  std::shared_ptr<std::atomic<bool>> hold(Worker& of) {
    auto hang = std::make_shared<std::atomic<bool>>(true);
    held.push_back(of.begin(loop.get_executor(), [hang] {
      while (*hang) std::this_thread::sleep_for(1ms);
      return true;
    }));
    return hang;
  }
  static std::vector<std::int64_t> counts(const fs::path& path) {
    std::ifstream in(path);
    std::vector<std::int64_t> found;
    for (std::string line; std::getline(in, line);) found.push_back(nlohmann::json::parse(line).value("count", 1));
    return found;
  }
  static std::string text_of(const fs::path& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  static std::vector<std::string> actions(const fs::path& path) {
    std::ifstream in(path);
    std::vector<std::string> found;
    for (std::string line; std::getline(in, line);) {
      const auto json = nlohmann::json::parse(line, nullptr, false);
      found.push_back(json.is_discarded() ? "broken: " + line : json.value("action", ""));
    }
    return found;
  }

  fs::path folder;
  fs::path file;
  asio::io_context loop;
  test::VirtualClock clock{loop};
  Worker worker{clock, "disk"};
  Worker spare{clock, "spare"};
  std::vector<Worker::Job<bool>> held;
  std::optional<audit::FileSink> sink;
};
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

// The disk's thread is busy with something that does not end: to the sink that is a disk that does not answer.
TEST_F(Sink, ADiskThatDoesNotAnswerForFiveSecondsIsNotWritable) {
  const auto hang = hold(worker);
  write("a");
  clock.advance(4900ms);
  EXPECT_TRUE(sink->writable());
  clock.advance(200ms);
  EXPECT_FALSE(sink->writable());
  EXPECT_EQ(sink->trouble(), "the disk has not answered for 5 s");
  EXPECT_EQ(sink->counters().failures, 1U);
  write("b");
  *hang = false;
  ASSERT_TRUE(on_disk());
  EXPECT_TRUE(sink->writable());
  EXPECT_EQ(actions(file), (Strings{"a", "b"})) << "each once";
}

// What mallory, a user whom no rule names, brings about.
AuditRecord refusal(uid_t uid, const std::string& why) {
  AuditRecord record(AuditKind::token);
  record.denied("NotAuthorized").detail = why;
  record.uid = uid;
  return record;
}

TEST_F(Sink, ARefusalThatComesAgainAndAgainIsWrittenOnceAMinuteWithItsCount) {
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

TEST_F(Sink, EveryRefusalIsCounted) {
  std::int64_t written = 0;
  for (int minute = 0; minute < 5; ++minute) {
    for (int i = 0; i < 1000; ++i) {
      sink->write_counted(refusal(static_cast<uid_t>(1000 + i % 90), "reason " + std::to_string(i % 7)));
      ++written;
    }
    clock.advance(20s);
  }
  stop();
  std::int64_t told = 0;
  for (const std::int64_t count : counts(file)) told += count;
  EXPECT_EQ(told, written);
}

TEST_F(Sink, ManyUsersWithoutRightsGrowTheTrailSlowly) {
  for (int minute = 0; minute < 3; ++minute) {
    for (uid_t uid = 100'000; uid < 110'000; ++uid) sink->write_counted(refusal(uid, "no rule"));
    clock.advance(60s);
  }
  ASSERT_TRUE(on_disk());
  EXPECT_LE(counts(file).size(), 3 * 130U);
}

TEST_F(Sink, AFloodByStrangersTakesNoRoomOfAKnownApp) {
  for (uid_t uid = 100'000; uid < 101'000; ++uid) sink->write_counted(refusal(uid, "no rule"));
  AuditRecord known = refusal(1000, "the session was cleared");
  known.app = "vitals";
  sink->write_counted(std::move(known));
  ASSERT_TRUE(on_disk());
  EXPECT_TRUE(text_of(file).contains("the session was cleared"));
}

TEST_F(Sink, CountsThatWaitAreWrittenAtTheEnd) {
  for (int i = 0; i < 7; ++i) sink->write_counted(refusal(1000, "no rule"));
  stop();
  EXPECT_EQ(counts(file), (std::vector<std::int64_t>{1, 6}));
}

TEST_F(Sink, ShuttingDownDoesNotWaitForADiskThatHangs) {
  const auto hang = hold(worker);
  write("in flight");
  clock.settle();
  write("queued");
  bool ended = false;
  TaskGroup closing(loop.get_executor());
  closing.spawn("shut down", close(ended));
  clock.advance(500ms);
  EXPECT_TRUE(until([&] { return ended; }));
  EXPECT_EQ(actions(file), Strings{"queued"}) << "another thread appends what the disk's own did not get to";
  *hang = false;
  sink.reset();
}

TEST_F(Sink, ShuttingDownEndsWhenEveryDiskHangs) {
  const auto hang = hold(worker);
  const auto hang_too = hold(spare);
  write("in flight");
  clock.settle();
  write("queued");
  bool ended = false;
  TaskGroup closing(loop.get_executor());
  closing.spawn("shut down", close(ended));
  clock.advance(1s);
  EXPECT_TRUE(ended);
  *hang = *hang_too = false;
  sink.reset();
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
