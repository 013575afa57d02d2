#include "daemon/ops/status_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "base/task_group.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend::ops {
namespace {

using testing::ElementsAre;

class StatusLineTest : public testing::Test {
 protected:
  StatusLineTest() {
    tasks.spawn("run", status.run());
    tasks.spawn("events", status.heed_events());
    tasks.spawn("logins", status.heed(logins));
    clock.settle();
  }
  ~StatusLineTest() override {
    tasks.cancel();
    clock.settle();
  }

  asio::io_context loop;
  test::VirtualClock clock{loop};
  events::EventHub hub;
  Event logins;
  std::string line = "one";
  int made = 0;
  std::vector<std::string> told;
  StatusLine status{clock, hub,
                    [this] {
                      ++made;
                      return line;
                    },
                    [this](const std::string& text) { told.push_back(text); }};
  TaskGroup tasks{loop.get_executor()};
};

TEST_F(StatusLineTest, IsToldAtOnceThenWhenItDiffers) {
  EXPECT_THAT(told, ElementsAre("one"));
  clock.advance(5s);
  hub.publish({.kind = events::EventKind::token_refreshed});
  clock.settle();
  EXPECT_EQ(made, 2);
  EXPECT_THAT(told, ElementsAre("one")) << "it is the same";
  clock.advance(5s);
  line = "two";
  hub.publish({.kind = events::EventKind::session_cleared});
  clock.settle();
  EXPECT_THAT(told, ElementsAre("one", "two"));
  clock.advance(5s);
  line = "three";
  logins.notify_all();
  clock.settle();
  EXPECT_THAT(told, ElementsAre("one", "two", "three"));
  clock.advance(5s);
  line = "four";
  status.stir();
  clock.settle();
  EXPECT_THAT(told, ElementsAre("one", "two", "three", "four"));
}

TEST_F(StatusLineTest, IsMadeOnceASecondWhateverHappens) {
  clock.advance(5s);
  for (int i = 0; i < 1000; ++i) hub.publish({.kind = events::EventKind::token_refreshed});
  clock.settle();
  line = "last";
  for (int i = 0; i < 10; ++i) {
    logins.notify_all();
    clock.settle();
  }
  EXPECT_EQ(made, 2);
  clock.advance(1s);
  clock.settle();
  EXPECT_EQ(made, 3);
  EXPECT_EQ(told.back(), "last");
}

TEST_F(StatusLineTest, IsLookedAtTwiceAMinuteWhileNothingHappens) {
  for (int second = 0; second < 600; ++second) {
    clock.advance(1s);
    clock.settle();
  }
  EXPECT_LE(made, 21);
  EXPECT_GE(made, 20);
  line = "the disk is full";
  clock.advance(30s);
  clock.settle();
  EXPECT_EQ(told.back(), "the disk is full");
}

}  // namespace
}  // namespace wardend::ops
