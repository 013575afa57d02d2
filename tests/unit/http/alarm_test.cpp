#include "daemon/http/alarm.hpp"

#include <gtest/gtest.h>

namespace wardend::http {
namespace {

using namespace std::chrono_literals;

class AlarmTest : public ::testing::Test {
 protected:
  static Alarm::Time in(Alarm::Time::duration span) { return std::chrono::steady_clock::now() + span; }

  asio::io_context loop;
  int rung = 0;
  Alarm alarm{loop, [this] { ++rung; }};
};

TEST_F(AlarmTest, RingsOnceAndThenNobodyWaits) {
  alarm.set(in(1ms));
  loop.run_for(10s);
  EXPECT_EQ(rung, 1);
  EXPECT_TRUE(loop.stopped());
}

TEST_F(AlarmTest, RingsAtOnceWhereTheMomentIsOver) {
  alarm.set(Alarm::Time());
  loop.run_for(10s);
  EXPECT_EQ(rung, 1);
}

TEST_F(AlarmTest, ALaterMomentTakesThePlaceOfTheFirst) {
  alarm.set(in(1h));
  const Alarm::Time second = in(2ms);
  alarm.set(second);
  loop.run_for(10s);
  EXPECT_EQ(rung, 1);
  EXPECT_GE(std::chrono::steady_clock::now(), second);
}

// Nothing is left that could wake the loop: it ends, and the kernel's timer is not armed.
TEST_F(AlarmTest, TakenBackItWakesNobody) {
  alarm.set(in(1h));
  alarm.clear();
  loop.run_for(10s);
  EXPECT_EQ(rung, 0);
  EXPECT_TRUE(loop.stopped());
  alarm.set(in(1ms));
  loop.restart();
  loop.run_for(10s);
  EXPECT_EQ(rung, 1) << "and can be set again";
}

// It is due, nobody has heard it yet, and it is taken back or set anew before somebody does.
TEST_F(AlarmTest, WhatWasTakenBackInTimeIsNotHeard) {
  alarm.set(Alarm::Time());
  alarm.clear();
  loop.run_for(10s);
  EXPECT_EQ(rung, 0);
  alarm.set(Alarm::Time());
  alarm.clear();
  alarm.set(in(1ms));
  loop.restart();
  loop.run_for(10s);
  EXPECT_EQ(rung, 1);
}

}  // namespace
}  // namespace wardend::http
