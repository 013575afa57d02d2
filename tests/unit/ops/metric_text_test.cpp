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

}  // namespace
}  // namespace wardend
