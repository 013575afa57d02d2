#include "daemon/ops/metric_text.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>

#include "daemon/ops/process_stats.hpp"

namespace wardend {
namespace {

using namespace std::chrono_literals;

TEST(MetricText, EscapesLabelValues) {
  ops::MetricText text;
  text.gauge("a_b", "help");
  text.sample({{"name", "x\"y\\z\nw"}}, 1.5);
  EXPECT_EQ(text.text(), "# HELP a_b help\n# TYPE a_b gauge\na_b{name=\"x\\\"y\\\\z\\nw\"} 1.5\n");
}

TEST(MetricText, ListsAFamilyThatHasNoSampleYet) {
  ops::MetricText text;
  text.counter("a_total", "help");
  EXPECT_EQ(text.text(), "# HELP a_total help\n# TYPE a_total counter\n");
}

TEST(MetricText, AHistogramsBucketsAddUp) {
  DurationHistogram durations;
  durations.observe(50us);
  durations.observe(60us);
  durations.observe(20s);
  ops::MetricText text;
  text.histogram("a_seconds", "help");
  text.sample({}, durations);
  const std::string out = text.text();
  EXPECT_NE(out.find("a_seconds_bucket{le=\"5e-05\"} 1\n"), std::string::npos) << out;
  EXPECT_NE(out.find("a_seconds_bucket{le=\"0.0001\"} 2\n"), std::string::npos) << out;
  EXPECT_NE(out.find("a_seconds_bucket{le=\"10\"} 2\n"), std::string::npos) << out;
  EXPECT_NE(out.find("a_seconds_bucket{le=\"+Inf\"} 3\n"), std::string::npos) << out;
  EXPECT_NE(out.find("a_seconds_count 3\n"), std::string::npos) << out;
}

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
