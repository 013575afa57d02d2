#include "daemon/ops/metrics_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <string>

#include "base/task_group.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/until.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::ops {
namespace {

class MetricsFileTest : public testing::Test {
 protected:
  ~MetricsFileTest() override {
    tasks.cancel();
    clock.settle();
  }
  void start() {
    tasks.spawn("file", written.run());
    finish_disk_work();
  }
  void finish_disk_work() {
    bool done = false;
    clock.settle();
    tasks.spawn("disk", wait_for_disk(done));
    EXPECT_TRUE(test::until(loop, [&] { return done; }, [this] { clock.settle(); }));
  }
  void pass(Duration span) {
    clock.advance(span);
    finish_disk_work();
  }
  [[nodiscard]] std::string text() const {
    std::ostringstream all;
    all << std::ifstream(file).rdbuf();
    return all.str();
  }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(file.parent_path()), {}));
  }

  test::TemporaryFolder folder;
  asio::io_context loop;
  test::VirtualClock clock{loop};
  Worker worker{clock};
  std::filesystem::path file = folder.file("wardend.prom");
  int made = 0;
  MetricsFile written{clock, worker, file, [this] { return "wardend_ready " + std::to_string(++made) + "\n"; }};
  TaskGroup tasks{loop.get_executor()};

 private:
  asio::awaitable<void> wait_for_disk(bool& done) {
    done = co_await worker.run([] { return true; });
  }
};

TEST_F(MetricsFileTest, IsThereAtOnceForEverybodyAndAloneInItsFolder) {
  const mode_t before = ::umask(0077);
  start();
  ::umask(before);
  EXPECT_EQ(text(), "wardend_ready 1\n");
  struct stat info{};
  ASSERT_EQ(::stat(file.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode, S_IFREG | 0644U);
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(written.trouble(), "");
}

TEST_F(MetricsFileTest, IsWrittenOnceAMinuteWhileNothingHappens) {
  start();
  for (int second = 0; second < 600; ++second) pass(1s);
  EXPECT_GE(made, 10);
  EXPECT_LE(made, 11);
  EXPECT_EQ(text(), "wardend_ready " + std::to_string(made) + "\n");
}

TEST_F(MetricsFileTest, ToldOfAChangeIsWrittenAtOnceAndNotTooOften) {
  start();
  pass(MetricsFile::at_most_each);
  written.stir();
  finish_disk_work();
  EXPECT_EQ(text(), "wardend_ready 2\n");
  for (int i = 0; i < 100; ++i) {
    written.stir();
    finish_disk_work();
  }
  EXPECT_EQ(made, 2);
  pass(MetricsFile::at_most_each);
  EXPECT_EQ(text(), "wardend_ready 3\n") << "the last change is told";
}

TEST_F(MetricsFileTest, IsGoneAfterAStop) {
  start();
  tasks.cancel();
  clock.settle();
  TaskGroup stop{loop.get_executor()};
  stop.spawn("remove", written.remove());
  ASSERT_TRUE(test::until(loop, [&] { return !std::filesystem::exists(file); }, [this] { clock.settle(); }));
  EXPECT_EQ(files(), 0U);
}

TEST_F(MetricsFileTest, AFolderThatTakesNothingIsTroubleUntilItDoes) {
  std::filesystem::create_directory(file);
  start();
  EXPECT_NE(written.trouble(), "");
  EXPECT_EQ(files(), 1U) << "no half of a file is left";
  std::filesystem::remove(file);
  pass(MetricsFile::at_least_each);
  EXPECT_EQ(written.trouble(), "");
  EXPECT_EQ(text(), "wardend_ready 2\n");
}

TEST_F(MetricsFileTest, FollowsNoLinkThatLiesInTheFolder) {
  const std::filesystem::path elsewhere = folder.file("elsewhere");
  std::ofstream(elsewhere) << "not ours";
  std::filesystem::create_symlink(elsewhere, file.string() + ".new");
  std::filesystem::create_symlink(elsewhere, file);
  start();
  std::ostringstream left;
  left << std::ifstream(elsewhere).rdbuf();
  EXPECT_EQ(left.str(), "not ours");
  EXPECT_FALSE(std::filesystem::is_symlink(file));
  EXPECT_EQ(text(), "wardend_ready 1\n");
}

TEST_F(MetricsFileTest, ThatNobodyNamedIsNotWritten) {
  MetricsFile none(clock, worker, "", [this] { return std::to_string(++made); });
  tasks.spawn("none", none.run());
  tasks.spawn("remove", none.remove());
  finish_disk_work();
  EXPECT_EQ(made, 0);
}

}  // namespace
}  // namespace wardend::ops
