#include "systemd/notify.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "base/task_group.hpp"
#include "tests/support/virtual_clock.hpp"
#include "tests/unit/systemd/datagrams.hpp"

namespace wardend::systemd {
namespace {

using namespace std::chrono_literals;
using test::Variable;
using testing::ElementsAre;
using testing::IsEmpty;

class Notify : public testing::Test {
 public:
  test::Datagrams manager;
  Variable socket{"NOTIFY_SOCKET", manager.path()};
};

TEST_F(Notify, SaysReadyAndStopping) {
  notify_ready();
  notify_stopping();
  EXPECT_THAT(manager.take(), ElementsAre("READY=1", "STOPPING=1"));
}

TEST_F(Notify, SaysWhenAReloadBeganAndThatItEnded) {
  const auto now = [] {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::seconds(time.tv_sec) +
                                                                 std::chrono::nanoseconds(time.tv_nsec));
  };
  const auto before = now();
  notify_reloading();
  const auto after = now();
  notify_reloaded();
  const auto said = manager.take();
  ASSERT_EQ(said.size(), 2U);
  const std::string start = "RELOADING=1\nMONOTONIC_USEC=";
  ASSERT_TRUE(said[0].starts_with(start)) << said[0];
  const std::chrono::microseconds began(std::stoll(said[0].substr(start.size())));
  EXPECT_GE(began, before);
  EXPECT_LE(began, after);
  EXPECT_EQ(said[1], "READY=1");
}

TEST_F(Notify, SaysAStatusOnceUntilItChanges) {
  notify_status("3 sessions");
  notify_status("3 sessions");
  notify_status("4 sessions");
  notify_status("3 sessions");
  EXPECT_THAT(manager.take(), ElementsAre("STATUS=3 sessions", "STATUS=4 sessions", "STATUS=3 sessions"));
}

TEST_F(Notify, FeedsTheWatchdogTwiceAnIntervalUntilCancelled) {
  const Variable interval("WATCHDOG_USEC", "20000000");
  const Variable process("WATCHDOG_PID", std::to_string(::getpid()));
  asio::io_context loop;
  test::VirtualClock clock(loop);
  TaskGroup tasks(loop.get_executor());
  ASSERT_EQ(watchdog_interval(), 20s);
  tasks.spawn("watchdog", feed_watchdog(clock, Beat()));
  clock.settle();
  EXPECT_THAT(manager.take(), ElementsAre("WATCHDOG=1")) << "at once";
  clock.advance(10s - 1ms);
  EXPECT_THAT(manager.take(), IsEmpty());
  clock.advance(1ms);
  EXPECT_EQ(manager.take().size(), 1U);
  clock.advance(1min);
  EXPECT_EQ(manager.take().size(), 6U);
  tasks.cancel();
  clock.advance(1min);
  EXPECT_EQ(tasks.size(), 0U);
  EXPECT_THAT(manager.take(), IsEmpty());
}

TEST_F(Notify, DoesNotFeedAWatchdogThatIsNotThere) {
  asio::io_context loop;
  test::VirtualClock clock(loop);
  TaskGroup tasks(loop.get_executor());
  tasks.spawn("watchdog", feed_watchdog(clock, Beat()));
  clock.settle();
  EXPECT_EQ(tasks.size(), 0U) << "returns at once";
  EXPECT_THAT(manager.take(), IsEmpty());
}

TEST_F(Notify, LeavesAnotherProcesssWatchdogAlone) {
  const Variable interval("WATCHDOG_USEC", "20000000");
  const Variable process("WATCHDOG_PID", std::to_string(::getppid()));
  EXPECT_FALSE(watchdog_interval());
}

TEST_F(Notify, TakesAnIntervalThatIsNoNumberForNone) {
  for (const char* text : {"", "0", "soon", "-1"}) {
    const Variable interval("WATCHDOG_USEC", text);
    EXPECT_FALSE(watchdog_interval()) << text;
  }
}

// Nobody's socket, or one that is gone. What a call then left behind would show in the next that is heard: a status
// that counts as said, a descriptor that stays open.
class NotifyUnheard : public testing::Test {
 protected:
  static std::size_t open_descriptors() {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) ++count;
    return count;
  }
  static void say_everything() {
    notify_ready();
    notify_reloading();
    notify_reloaded();
    notify_status("nobody hears this");
    notify_stopping();
  }
  test::Datagrams manager;
};

TEST_F(NotifyUnheard, WithoutASocketNothingIsSentAndNothingStaysOpen) {
  ::unsetenv("NOTIFY_SOCKET");
  const std::size_t before = open_descriptors();
  say_everything();
  EXPECT_THAT(manager.take(), IsEmpty()) << "a manager that is not named hears nothing";
  EXPECT_EQ(open_descriptors(), before);
}

TEST_F(NotifyUnheard, ASocketThatIsGoneIsLeftAloneAndHeardAgainOnceItIsBack) {
  const Variable socket("NOTIFY_SOCKET", manager.path());
  manager.close();
  const std::size_t before = open_descriptors();
  say_everything();
  EXPECT_EQ(open_descriptors(), before);
  manager.open();
  notify_status("nobody hears this");
  notify_ready();
  EXPECT_THAT(manager.take(), ElementsAre("STATUS=nobody hears this", "READY=1"))
      << "a status that nobody heard was not said";
}

}  // namespace
}  // namespace wardend::systemd
