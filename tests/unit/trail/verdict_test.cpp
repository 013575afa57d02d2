#include "trail/verdict.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <thread>

#include "tests/support/temporary_folder.hpp"
#include "tests/unit/trail/trails.hpp"

namespace wardend::trail {
namespace {

TEST(Verify, ReadsEveryFileOfTheTrail) {
  const test::TemporaryFolder folder;
  const auto file = folder.file("audit.jsonl");
  test::WrittenTrail trail;
  test::write_file(folder.file("audit.jsonl.1"), trail.fill(3).rotate());
  test::write_file(file, trail.fill(2).text);
  const Verdict whole = verify(file, {trail.last});
  EXPECT_TRUE(whole.intact());
  EXPECT_EQ(whole.entries, 7U);
  EXPECT_EQ(whole.first, 1U);
  EXPECT_EQ(whole.last, trail.last);
  EXPECT_EQ(whole.files, (std::vector<std::string>{folder.file("audit.jsonl.1"), file}));
  test::write_file(folder.file("audit.jsonl.1"), "x\n");
  const Verdict broken = verify(file, {});
  ASSERT_FALSE(broken.intact());
  EXPECT_EQ(broken.faults.front().file, folder.file("audit.jsonl.1"));
  EXPECT_EQ(broken.faults.front().line, 1U);
}

TEST(Verify, SaysWhyThereIsNothingToRead) {
  const test::TemporaryFolder folder;
  EXPECT_EQ(verify(folder.file("audit.jsonl"), {}).cannot_read, "there is no such file");
  EXPECT_EQ(verify(folder.file("none/audit.jsonl"), {}).cannot_read, "No such file or directory");
  ASSERT_EQ(::mkfifo(folder.file("audit.jsonl").c_str(), 0600), 0);
  const Verdict pipe = verify(folder.file("audit.jsonl"), {});
  ASSERT_FALSE(pipe.intact());
  EXPECT_EQ(pipe.faults.front().what, "the file cannot be read: not a regular file");
}

TEST(Verify, WaitsForALineThatIsBeingWritten) {
  const test::TemporaryFolder folder;
  const auto file = folder.file("audit.jsonl");
  test::WrittenTrail trail;
  const std::string text = trail.fill(2).text;
  test::write_file(file, text.substr(0, text.size() - 20));
  std::thread writer([&] { std::ofstream(file, std::ios::app) << text.substr(text.size() - 20); });
  EXPECT_TRUE(verify(file, {}).intact());
  writer.join();
  test::write_file(file, text.substr(0, text.size() - 20));
  EXPECT_EQ(verify(file, {}).faults.front().what, "the last line is cut off");
}

}  // namespace
}  // namespace wardend::trail
