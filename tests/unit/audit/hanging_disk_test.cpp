// A disk that does not answer.
#include "tests/unit/audit/sink.hpp"

namespace wardend {
namespace {

class HangingDisk : public test::SinkOnDisk {};
using Strings = std::vector<std::string>;

// The disk's thread is busy with something that does not end: to the sink that is a disk that does not answer.
TEST_F(HangingDisk, ADiskThatDoesNotAnswerForFiveSecondsIsNotWritable) {
  const auto hang = hold(worker);
  write("a");
  clock.advance(4900ms);
  EXPECT_TRUE(sink->writable());
  clock.advance(200ms);
  EXPECT_FALSE(sink->writable());
  EXPECT_EQ(sink->trouble(), "the disk has not answered for 5 s");
  EXPECT_EQ(sink->counters().failures, 1U);
  write("b");
  hang->open();
  ASSERT_TRUE(on_disk());
  EXPECT_TRUE(sink->writable());
  EXPECT_EQ(actions(file), (Strings{"a", "b"})) << "each once";
}

TEST_F(HangingDisk, ShuttingDownDoesNotWaitForADiskThatHangs) {
  const auto hang = hold(worker);
  write("in flight");
  clock.settle();
  write("queued");
  bool ended = false;
  TaskGroup closing(loop.get_executor());
  closing.spawn("shut down", close(*sink, ended));
  clock.advance(audit::FileSink::last_patience);
  EXPECT_TRUE(until([&] { return ended; }));
  const Strings both{"in flight", "queued"};
  EXPECT_EQ(actions(file), both) << "another thread appends what the disk's own did not get to";
  hang->open();
  sink.reset();
  EXPECT_TRUE(worker.end());
  EXPECT_EQ(actions(file), both) << "what comes back from the hang writes nothing";
  EXPECT_EQ(first_fault(), "");
}

TEST_F(HangingDisk, ShuttingDownEndsWhenEveryDiskHangs) {
  const auto hang = hold(worker);
  const auto hang_too = hold(spare);
  write("in flight");
  clock.settle();
  write("queued");
  bool ended = false;
  TaskGroup closing(loop.get_executor());
  closing.spawn("shut down", close(*sink, ended));
  clock.advance(audit::FileSink::last_patience + audit::FileSink::spare_patience);
  EXPECT_TRUE(ended);
  hang->open();
  hang_too->open();
  sink.reset();
}

}  // namespace
}  // namespace wardend
