// The lock history on a real file, with real threads and a virtual clock.
#include "daemon/workstation/lock_file.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <thread>

#include "base/task_group.hpp"
#include "tests/support/gate.hpp"
#include "tests/support/until.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend {
namespace {

namespace fs = std::filesystem;

class LockFileOnDisk : public ::testing::Test {
 protected:
  ~LockFileOnDisk() override {
    tasks.cancel();
    clock.settle();
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  static fs::path made() {
    std::string name = (fs::temp_directory_path() / "wardend-locks-XXXXXX").string();
    return ::mkdtemp(name.data()) != nullptr ? name : "/nonexistent";
  }
  bool until(const std::function<bool()>& reached) {
    return test::until(loop, reached, [this] { clock.settle(); });
  }
  void run() { tasks.spawn("lock file", lock_file.run()); }
  void lock_screen() {
    locks.saw({.source = "logind", .reason = ClearReason::os_lock, .login_session = "c1", .at = clock.wall_now()});
  }
  [[nodiscard]] std::optional<workstation::LockHistory> stored() const {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return workstation::read_lock_history(text.str());
  }
  [[nodiscard]] bool up_to_date() {
    return until([&] { return stored() == locks.history(); });
  }

  const fs::path folder = made();
  const fs::path file = folder / "locks.json";
  asio::io_context loop;
  test::VirtualClock clock{loop};
  Worker files{clock};
  workstation::LockLog locks;
  workstation::LockFile lock_file{clock, files, locks, folder};
  TaskGroup tasks{loop.get_executor()};
};

TEST_F(LockFileOnDisk, WritesEveryChange) {
  run();
  lock_screen();
  EXPECT_TRUE(up_to_date());
  locks.used(clock.wall_now());
  EXPECT_TRUE(up_to_date());
  EXPECT_EQ(stored()->days_of_use, 1);
}

TEST_F(LockFileOnDisk, GoesOnFromWhatWasKept) {
  std::ofstream(file) << workstation::to_text(
      {.screen_lock_at = 5, .in_use_since = 6, .days_of_use = 3, .last_day = 9});
  run();
  EXPECT_TRUE(until([&] { return locks.history().days_of_use == 3; }));
}

TEST_F(LockFileOnDisk, ALockDuringTheReadIsNewerThanWhatWasKept) {
  std::ofstream(file) << workstation::to_text(
      {.screen_lock_at = 5, .in_use_since = 6, .days_of_use = 3, .last_day = 9});
  run();
  lock_screen();
  EXPECT_TRUE(up_to_date());
  EXPECT_EQ(locks.history().days_of_use, 0);
  EXPECT_EQ(locks.history().screen_lock_at, unix_seconds(clock.wall_now()));
}

TEST_F(LockFileOnDisk, ADayOfUseDuringTheReadIsAddedToWhatWasKept) {
  std::ofstream(file) << workstation::to_text(
      {.screen_lock_at = 5, .in_use_since = 6, .days_of_use = 3, .last_day = 9});
  run();
  locks.used(clock.wall_now());
  EXPECT_TRUE(until([&] { return locks.history().days_of_use == 4; }));
  EXPECT_TRUE(up_to_date());
}

TEST_F(LockFileOnDisk, BrokenTextBeginsAnew) {
  std::ofstream(file) << "{";
  run();
  lock_screen();
  EXPECT_TRUE(up_to_date());
}

TEST_F(LockFileOnDisk, APipeInItsPlaceHoldsNobodyUp) {
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  ASSERT_EQ(::mkfifo((file.string() + ".new").c_str(), 0600), 0);
  run();
  lock_screen();
  std::atomic<bool> next = false;
  const auto job = files.begin(loop.get_executor(), [&next] { return next = true; });
  EXPECT_TRUE(until([&] { return next.load(); }));
}

TEST_F(LockFileOnDisk, SavingEndsWhenTheDiskHangs) {
  const auto hang = std::make_shared<test::Gate>();
  const auto job = files.begin(loop.get_executor(), [hang] {
    hang->pass();
    return true;
  });
  lock_screen();
  bool ended = false;
  tasks.spawn("save", [](workstation::LockFile& of, bool& end) -> asio::awaitable<void> {
    co_await of.save();
    end = true;
  }(lock_file, ended));
  clock.advance(workstation::LockFile::patience);
  EXPECT_TRUE(ended);
  hang->open();
  ASSERT_TRUE(until([&] { return !files.stuck(); }));
  run();
  EXPECT_TRUE(up_to_date()) << "it is written once the disk answers again";
}

}  // namespace
}  // namespace wardend
