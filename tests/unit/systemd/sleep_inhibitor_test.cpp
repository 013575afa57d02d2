#include "systemd/sleep_inhibitor.hpp"

#include <gtest/gtest.h>

#include "tests/unit/systemd/bus_talk.hpp"

namespace wardend::systemd {
namespace {

class Inhibitor : public test::BusTalk {
 public:
  void SetUp() override {
    login1.emplace(daemon.address());
    open();
  }
  void ask() {
    bool asked = false;
    tasks.spawn("ask", keep(asked));
    ASSERT_TRUE(until([&] { return asked; }));
  }
  bool until_inhibited(bool wanted) {
    return until([&] { return login1->inhibited() == wanted; });
  }
  SleepInhibitor inhibitor{clock};

 private:
  asio::awaitable<void> keep(bool& asked) {
    co_await inhibitor.ask(*bus);
    asked = true;
  }
};

TEST_F(Inhibitor, IsAskedForOnlyWhereOneIsWanted) {
  EXPECT_EQ(inhibitor.ask_at(), BootTime::max());
  inhibitor.want();
  EXPECT_LE(inhibitor.ask_at(), clock.now());
  ask();
  EXPECT_TRUE(login1->inhibited());
  EXPECT_EQ(inhibitor.ask_at(), BootTime::max());
  inhibitor.want();
  EXPECT_EQ(inhibitor.ask_at(), BootTime::max()) << "one is held";
}

TEST_F(Inhibitor, IsAskedForAgainTenSecondsAfterARefusal) {
  login1->refuses_inhibit = true;
  inhibitor.want();
  ask();
  EXPECT_EQ(inhibitor.ask_at(), clock.now() + 10s);
  login1->refuses_inhibit = false;
  ask();
  EXPECT_TRUE(login1->inhibited());
  EXPECT_EQ(inhibitor.ask_at(), BootTime::max());
}

TEST_F(Inhibitor, OfOneSleepIsHeldUntilItIsClosed) {
  inhibitor.want();
  ask();
  FileDescriptor sleep = inhibitor.hand_over();
  EXPECT_TRUE(sleep.valid());
  inhibitor.want();
  EXPECT_LE(inhibitor.ask_at(), clock.now()) << "the next sleep needs another one";
  EXPECT_TRUE(login1->inhibited());
  sleep.reset();
  EXPECT_TRUE(until_inhibited(false));
  EXPECT_FALSE(inhibitor.hand_over().valid());
}

// logind's answer and the sleep that it tells of next may be read in one turn.
TEST_F(Inhibitor, ThatComesAfterTheSleepBeganDelaysItUntilTheWipe) {
  inhibitor.want();
  EXPECT_FALSE(inhibitor.hand_over().valid());
  ask();
  EXPECT_TRUE(login1->inhibited());
  inhibitor.let_sleep();
  EXPECT_TRUE(until_inhibited(false));
}

TEST_F(Inhibitor, ThatComesAfterTheWipeDelaysNothing) {
  inhibitor.want();
  EXPECT_FALSE(inhibitor.hand_over().valid());
  inhibitor.let_sleep();
  ask();
  EXPECT_TRUE(until_inhibited(false));
  EXPECT_EQ(inhibitor.ask_at(), BootTime::max()) << "the wake asks for another";
  inhibitor.want();
  ask();
  EXPECT_TRUE(login1->inhibited());
}

TEST_F(Inhibitor, OfTheNextDayOutlastsTheSleepBefore) {
  (void)inhibitor.hand_over();
  inhibitor.want();
  ask();
  inhibitor.let_sleep();  // the wipe of the first sleep took until now
  EXPECT_TRUE(login1->inhibited());
}

// logind refuses one in the middle of a sleep.
TEST_F(Inhibitor, ThatIsRefusedInASleepIsAskedForAtTheWake) {
  login1->refuses_inhibit = true;
  (void)inhibitor.hand_over();
  ask();
  EXPECT_EQ(inhibitor.ask_at(), BootTime::max());
  inhibitor.want();
  EXPECT_LE(inhibitor.ask_at(), clock.now());
}

TEST_F(Inhibitor, IsGivenBackWithTheConnection) {
  inhibitor.want();
  ask();
  inhibitor.drop();
  EXPECT_TRUE(until_inhibited(false));
}

TEST_F(Inhibitor, KnowsHowLongLogindWaits) {
  EXPECT_EQ(inhibitor.delay(), sleep_delay(std::nullopt));
  login1->inhibit_delay_max = std::chrono::seconds(1);
  inhibitor.want();
  ask();
  EXPECT_EQ(inhibitor.delay(), sleep_delay(1s));
  login1->inhibit_delay_max = std::nullopt;
  ask();
  EXPECT_EQ(inhibitor.delay(), sleep_delay(std::nullopt)) << "what cannot be read is logind's own";
}

}  // namespace
}  // namespace wardend::systemd
