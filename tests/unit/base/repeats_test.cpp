#include "base/repeats.hpp"

#include <gtest/gtest.h>

namespace wardend {
namespace {

using Texts = Repeats<std::string>;

struct Bounded {
  Texts texts{{.told = 2, .kinds_of_one = 2, .kinds_of_all = 3}, "others"};
  BootTime now{1h};

  // "text+left_out" when it is told, "" when it is counted.
  std::string note(const std::string& cause, const std::string& kind) {
    const auto told = texts.note(cause, kind, cause + " " + kind, now);
    return told ? said(*told) : "";
  }
  static std::string said(const Texts::Told& told) { return told.what + "+" + std::to_string(told.left_out); }
  static std::vector<std::string> said(const std::vector<Texts::Told>& all) {
    std::vector<std::string> list;
    for (const auto& told : all) list.push_back(said(told));
    return list;
  }
  std::vector<std::string> due() { return said(texts.due(now)); }
};
using Strings = std::vector<std::string>;

TEST(Repeats, TellsTheFirstOfAKindAndCountsTheRest) {
  Bounded bounded;
  EXPECT_EQ(bounded.note("1000", "refused"), "1000 refused+0");
  EXPECT_EQ(bounded.note("1000", "refused"), "1000 refused+0");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(bounded.note("1000", "refused"), "");
  EXPECT_EQ(bounded.note("1000", "locked"), "1000 locked+0") << "another kind";
  EXPECT_EQ(bounded.note("1001", "refused"), "1001 refused+0") << "another cause";
}

TEST(Repeats, ANewWindowTellsHowManyWereLeftOut) {
  Bounded bounded;
  for (int i = 0; i < 10; ++i) bounded.note("1000", "refused");
  bounded.now += Texts::window;
  EXPECT_EQ(bounded.note("1000", "refused"), "1000 refused+8");
  EXPECT_EQ(bounded.note("1000", "refused"), "1000 refused+0");
}

TEST(Repeats, CountsAreDueThoughNothingFollows) {
  Bounded bounded;
  for (int i = 0; i < 10; ++i) bounded.note("1000", "refused");
  bounded.now += Texts::window - 1s;
  EXPECT_EQ(bounded.due(), Strings{});
  bounded.now += 1s;
  EXPECT_EQ(bounded.due(), Strings{"1000 refused+8"});
  EXPECT_EQ(bounded.due(), Strings{}) << "once";
}

TEST(Repeats, AFloodIsToldOnceAWindow) {
  Bounded bounded;
  std::size_t told = 0;
  for (int second = 0; second < 600; ++second) {
    for (int i = 0; i < 100; ++i) told += bounded.note("1000", "refused").empty() ? 0 : 1;
    bounded.now += 1s;
    told += bounded.due().size();
  }
  EXPECT_LE(told, 12U) << "two at first, then one for each of ten minutes";
}

TEST(Repeats, CountsEverythingThatHappened) {
  Bounded bounded;
  std::uint64_t told = 0;
  const auto add = [&](const std::vector<Texts::Told>& all) {
    for (const auto& one : all) told += one.left_out;
  };
  for (int i = 0; i < 5000; ++i) {
    const std::string cause = std::to_string(i % 7);
    if (auto one = bounded.texts.note(cause, std::to_string(i % 3), "x", bounded.now)) told += 1 + one->left_out;
    bounded.now += 50ms;
    add(bounded.texts.due(bounded.now));
  }
  add(bounded.texts.rest(bounded.now));
  EXPECT_EQ(told, 5000U);
}

TEST(Repeats, OneCauseCannotTakeTheRoomOfAnother) {
  Bounded bounded;
  bounded.note("1000", "a");
  bounded.note("1000", "b");
  EXPECT_EQ(bounded.note("1000", "c"), "others+0");
  EXPECT_EQ(bounded.note("1001", "a"), "1001 a+0");
}

TEST(Repeats, ManyCausesAreToldAsOthers) {
  Bounded bounded;
  std::size_t told = 0;
  for (int i = 0; i < 1000; ++i) told += bounded.note(std::to_string(i), "refused").empty() ? 0 : 1;
  EXPECT_EQ(told, 3U + 2U);
  bounded.now += Texts::window;
  EXPECT_EQ(bounded.due(), Strings{"others+995"});
}

TEST(Repeats, WhatDoesNotHappenAgainIsForgotten) {
  Bounded bounded;
  bounded.note("1000", "a");
  EXPECT_FALSE(bounded.texts.empty());
  bounded.now += Texts::window;
  EXPECT_EQ(bounded.due(), Strings{});
  EXPECT_TRUE(bounded.texts.empty());
  for (int i = 0; i < 3; ++i) EXPECT_NE(bounded.note("2000", "kind " + std::to_string(i)), "") << "there is room again";
}

}  // namespace
}  // namespace wardend
