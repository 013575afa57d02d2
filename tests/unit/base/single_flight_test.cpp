#include "base/single_flight.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <string>
#include <vector>

#include "base/task_group.hpp"
#include "tests/support/virtual_clock.hpp"

namespace wardend {
namespace {

using Answer = std::optional<std::string>;

class SingleFlightTest : public ::testing::Test {
 public:
  ~SingleFlightTest() override {
    tasks.cancel();
    clock.settle();
  }
  asio::awaitable<std::string> work(std::string value, Duration span) {
    ++begun;
    co_await clock.sleep_for(span);
    co_return value;
  }
  asio::awaitable<void> ask(std::string value, Duration patience) {
    answers.push_back(co_await flight.join(clock, clock.now() + patience, [&, value] { return work(value, 5s); }));
  }

  asio::io_context loop;
  test::VirtualClock clock{loop};
  SingleFlight<std::string> flight;
  TaskGroup tasks{loop.get_executor()};
  std::vector<Answer> answers;
  int begun = 0;
};

TEST_F(SingleFlightTest, WhoComesMeanwhileGetsTheSameValue) {
  for (const char* value : {"first", "second", "third"}) {
    tasks.spawn("ask", ask(value, 10s));
    clock.advance(1s);
  }
  clock.advance(5s);
  EXPECT_EQ(answers, std::vector<Answer>(3, "first"));
  EXPECT_EQ(begun, 1);
}

TEST_F(SingleFlightTest, WhoComesAfterwardsBeginsAgain) {
  for (const char* value : {"first", "second"}) {
    tasks.spawn("ask", ask(value, 10s));
    clock.advance(6s);
  }
  EXPECT_EQ(answers, (std::vector<Answer>{"first", "second"}));
}

TEST_F(SingleFlightTest, ADeadlineEndsTheWaitAndNotTheWork) {
  tasks.spawn("ask", ask("first", 10s));
  tasks.spawn("ask", ask("second", 2s));
  clock.advance(3s);
  EXPECT_EQ(answers, std::vector<Answer>{std::nullopt});
  clock.advance(3s);
  EXPECT_EQ(answers, (std::vector<Answer>{std::nullopt, "first"}));
}

TEST_F(SingleFlightTest, AWaiterTakesOverFromOneThatIsCancelled) {
  TaskGroup leader{loop.get_executor()};
  leader.spawn("ask", ask("first", 10s));
  clock.settle();
  tasks.spawn("ask", ask("second", 20s));
  tasks.spawn("ask", ask("third", 20s));
  clock.advance(1s);
  leader.cancel();
  clock.advance(6s);
  EXPECT_EQ(answers, std::vector<Answer>(2, "second"));
  EXPECT_EQ(begun, 2);
  EXPECT_FALSE(flight.under_way());
}

TEST_F(SingleFlightTest, AFlightThatBeginsAtOnceIsNotTakenForTheLastOne) {
  tasks.spawn("ask", ask("first", 10s));
  clock.advance(1s);
  tasks.spawn("ask", [](SingleFlightTest& of) -> asio::awaitable<void> {
    static_cast<void>(co_await of.flight.join(of.clock, BootTime::max(), [&of] { return of.work("unused", 5s); }));
    co_await of.ask("next", 10s);
  }(*this));
  clock.advance(20s);
  EXPECT_EQ(answers, (std::vector<Answer>{"first", "next"}));
}

}  // namespace
}  // namespace wardend
