// What a fleet asks of its servers (fleet.hpp). WARDEND_FLEET_SVG=FILE writes the plot of docs/fleet.md.
#include "tests/unit/refresh/fleet.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>

#include "base/beat.hpp"

namespace wardend::refresh {
namespace {

double above_steady(const Story& story) { return peak(story.average) / steady; }

// What chance alone exceeds in one of a thousand days: `mean` in a bucket, each workstation for itself.
double most_by_chance(double mean, std::size_t buckets) {
  const double rare = 0.001 / static_cast<double>(buckets);
  double likelihood = std::exp(-mean);
  double up_to = likelihood;
  double count = 0;
  while (1 - up_to > rare) {
    likelihood *= mean / ++count;
    up_to += likelihood;
  }
  return count;
}

// A row of script/bench.
void tell(const Story& story) {
  std::printf("| %s | %.0f | %.2f | %.0f | %.2f |\n", story.name.c_str(), peak(story.one), peak(story.one) / steady,
              peak(story.average) * fleets, above_steady(story));
}

void expect_chance_alone(const Story& story) {
  EXPECT_LT(above_steady(story), 1.5);
  EXPECT_LE(peak(story.one), most_by_chance(steady, story.one.size()));
}

// Without any occasion: what the others are held against.
TEST(Fleet, AsksOnceATokenAndSpreadsItOut) {
  const Story story = no_occasion();
  tell(story);
  expect_chance_alone(story);
  EXPECT_NEAR(mean(story.average), steady, steady / 50);
}

TEST(Fleet, DoesNotComeTogetherWhenAShiftStarts) {
  const Story story = start_of_a_shift();
  tell(story);
  expect_chance_alone(story);
}

TEST(Fleet, DoesNotComeTogetherWhenTheServerIsBack) {
  const Story story = an_hour_without_the_server();
  tell(story);
  expect_chance_alone(story);
}

TEST(Fleet, DoesNotComeTogetherWhenAllWake) {
  const Story story = all_wake_at_once();
  tell(story);
  expect_chance_alone(story);
}

// Each finds out that the server is down when its refresh is due, and tries once more before its token ends.
TEST(Fleet, AsksAServerThatIsDownTwiceAsOftenAsUsualAtMost) {
  const Story story = the_hour_itself();
  tell(story);
  EXPECT_LT(mean(story.average), 2.2 * steady);
  EXPECT_LT(above_steady(story), 3);
}

// Each machine has moments of its own, whenever it was switched on or woke.
TEST(Fleet, ProbesOnceAnIntervalAndSpreadOut) {
  Load load(3);
  for (std::size_t i = 0; i < workstations; ++i) {
    const Beat beat(fmt::format("machine-{}", i));
    const BootTime first = beat.next(morning, probe_interval);
    EXPECT_EQ(beat.next(first, probe_interval) - first, probe_interval);
    ++load[static_cast<std::size_t>((first - morning - Duration(1)) / bucket)];
  }
  std::printf("| Probes of ten thousand, interval 30 s | %.0f | %.2f | | |\n", peak(load), peak(load) / mean(load));
  EXPECT_LT(peak(load) / mean(load), 1.1);
}

std::string panel(const Story& story, double top, double base) {
  constexpr double width = 860;
  constexpr double height = 150;
  const double most = std::max(peak(story.one), 2 * base);
  const auto y = [&](double value) { return top + height - value / most * height; };
  const auto points = [&](const Load& load) {
    std::string all;
    for (std::size_t i = 0; i < load.size(); ++i)
      all += fmt::format("{:.1f},{:.1f} ", 60 + width * static_cast<double>(i) / static_cast<double>(load.size()),
                         y(load[i]));
    return all;
  };
  return fmt::format(
      "<text x=\"60\" y=\"{:.0f}\">{}: at most {:.0f} in ten seconds, steady {:.0f}</text>\n"
      "<line x1=\"60\" x2=\"920\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#b3261e\" stroke-dasharray=\"6 4\"/>\n"
      "<line x1=\"60\" x2=\"920\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#767676\"/>\n"
      "<polyline fill=\"none\" stroke=\"#b9cdf0\" points=\"{}\"/>\n"
      "<polyline fill=\"none\" stroke=\"#0b57d0\" stroke-width=\"1.5\" points=\"{}\"/>\n"
      "<text x=\"60\" y=\"{:.0f}\" font-size=\"12\">0 h</text><text x=\"920\" y=\"{:.0f}\" font-size=\"12\" "
      "text-anchor=\"end\">{} h</text>\n",
      top - 8, story.name, peak(story.one), base, y(base), y(base), top + height, top + height, points(story.one),
      points(story.average), top + height + 16, top + height + 16, story.one.size() / 360);
}

TEST(Fleet, IsPlottedWhereAFileIsNamed) {
  const char* file = std::getenv("WARDEND_FLEET_SVG");
  if (file == nullptr) GTEST_SKIP() << "WARDEND_FLEET_SVG names no file";
  std::ofstream out(file);
  out << "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 960 660\" font-family=\"sans-serif\" "
         "font-size=\"15\">\n"
         "<rect width=\"960\" height=\"660\" fill=\"#fff\"/>\n";
  double top = 40;
  for (const Story& story : {start_of_a_shift(), an_hour_without_the_server(), all_wake_at_once()}) {
    out << panel(story, top, steady);
    top += 210;
  }
  out << "</svg>\n";
  EXPECT_TRUE(out.good());
}

}  // namespace
}  // namespace wardend::refresh
