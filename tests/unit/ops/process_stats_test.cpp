#include "daemon/ops/process_stats.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>

namespace wardend {
namespace {

TEST(ProcessStats, AreOfThisProcess) {
  const ops::ProcessStats before = ops::read_process_stats();
  EXPECT_GT(before.resident_bytes, 1'000'000U);
  EXPECT_LT(before.resident_bytes, 10'000'000'000U);
  EXPECT_GE(before.cpu_seconds, 0);
  const auto now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_LE(before.start_time_seconds, now + 1);
  EXPECT_GT(before.start_time_seconds, now - 3600);
  const int extra = ::dup(0);
  EXPECT_EQ(ops::read_process_stats().open_fds, before.open_fds + 1);
  ::close(extra);
}

}  // namespace
}  // namespace wardend
