#include "base/log.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace wardend {
namespace {

class LogLines : public ::testing::Test {
 protected:
  LogLines() {
    log::set_sink([this](log::Level, std::string_view line) { lines.emplace_back(line); });
  }
  ~LogLines() override {
    log::set_sink([](log::Level, std::string_view) {});
  }
  std::vector<std::string> lines;
};

TEST_F(LogLines, QuoteWhatCouldBreakThem) {
  log::warn("text", {{"plain", 1}, {"spaced", "a b"}, {"broken", "a\nb"}, {"empty", ""}});
  EXPECT_EQ(lines, std::vector<std::string>{R"(text plain=1 spaced="a b" broken=a\x0ab empty="")"});
}

TEST_F(LogLines, ThatOthersCauseAreFiveAlikeInAMinute) {
  for (int i = 0; i < 10'000; ++i) log::bounded(log::Level::warn, "refused", "1000", {{"uid", 1000}});
  EXPECT_EQ(lines.size(), 5U);
  log::bounded(log::Level::warn, "refused", "1001", {{"uid", 1001}});
  EXPECT_EQ(lines.size(), 6U) << "of another user";
  log::bounded(log::Level::warn, "refused otherwise", "1000");
  EXPECT_EQ(lines.size(), 7U) << "of another text";
}

TEST_F(LogLines, OfManyCausesAreBoundedTogether) {
  for (int i = 0; i < 10'000; ++i) log::bounded(log::Level::warn, "refused", std::to_string(i));
  EXPECT_EQ(lines.size(), 16U + 5U);
  EXPECT_EQ(lines.back(), "refused cause=others");
}

TEST_F(LogLines, ThatWereLeftOutAreCountedAtTheEnd) {
  for (int i = 0; i < 12; ++i) log::bounded(log::Level::warn, "refused", "1000", {{"uid", 1000}});
  log::tell_left_out();
  EXPECT_EQ(lines.size(), 5U) << "the minute is not over";
  log::tell_all_left_out();
  EXPECT_EQ(lines.back(), "refused uid=1000 left_out=7");
}

TEST_F(LogLines, OfOurOwnAreNeverLeftOut) {
  for (int i = 0; i < 10'000; ++i) log::bounded(log::Level::warn, "cleared", std::to_string(i));
  const std::size_t before = lines.size();
  for (int i = 0; i < 100; ++i) log::info("cleared");
  EXPECT_EQ(lines.size(), before + 100);
}

}  // namespace
}  // namespace wardend
