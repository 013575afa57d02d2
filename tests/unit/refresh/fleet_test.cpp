// Ten thousand workstations against one token endpoint, in virtual time: what the plans of their sessions make of the
// start of a shift, of an outage and of a morning on which all wake at once. WARDEND_FLEET_SVG=FILE writes the plot of
// docs/fleet.md.
#include <fmt/core.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <numeric>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "daemon/refresh/plan.hpp"
#include "daemon/refresh/policy.hpp"

namespace wardend::refresh {
namespace {

using Kind = Outcome::Kind;

constexpr std::size_t workstations = 10'000;
constexpr Duration life = 1h;
constexpr Duration bucket = 10s;
constexpr Duration probe_interval = 30s;
constexpr BootTime morning{1h};

// One session a workstation, whose requests nobody waits on. An attempt is answered at once: as it can be, or not.
class Fleet {
 public:
  // When the launch of a workstation is. Another `seed` is another fleet.
  Fleet(unsigned seed, const std::function<BootTime(double)>& launch_at)
      : seed_(seed), random_(seed), stations_(workstations) {
    for (std::size_t i = 0; i < workstations; ++i) {
      const BootTime at = launch_at(random());
      renew(i, at, Kind::launched);
    }
  }
  void run_until(BootTime end) {
    while (!due_.empty() && due_.top().first < end) {
      const auto [at, i] = due_.top();
      due_.pop();
      if (stations_[i].plan.due == at && !stations_[i].asleep) attempt(i, at);
    }
    now_ = end;
  }
  void go_down() { up_ = false; }
  // Each workstation hears of it by its own probe, some time within an interval.
  void come_back() {
    up_ = true;
    const BootTime back = now_;
    std::vector<std::pair<BootTime, std::size_t>> heard;
    for (std::size_t i = 0; i < workstations; ++i)
      heard.emplace_back(back + scaled(probe_interval * 6 / 5, random()), i);
    std::ranges::sort(heard);
    for (const auto& [at, i] : heard) {
      run_until(at);
      apply(i, {.kind = Kind::server_back}, at, random());
    }
  }
  void sleep() {
    for (Station& station : stations_) station.asleep = true;
  }
  void wake() {
    for (std::size_t i = 0; i < workstations; ++i) {
      stations_[i].asleep = false;
      apply(i, {.kind = Kind::woke}, now_, random());
    }
  }
  // Requests in each ten seconds of a stretch.
  [[nodiscard]] std::vector<double> load(BootTime from, BootTime to) const {
    std::vector<double> counts(static_cast<std::size_t>((to - from) / bucket));
    for (const BootTime at : requests_)
      if (at >= from && at < to) ++counts[static_cast<std::size_t>((at - from) / bucket)];
    return counts;
  }

 private:
  struct Station {
    RefreshPlan plan = {};
    Basis basis = {};
    std::uint64_t generation = 0;
    bool asleep = false;
  };
  static Duration scaled(Duration span, double factor) {
    return Duration(static_cast<Duration::rep>(static_cast<double>(span.count()) * factor));
  }
  double random() { return std::uniform_real_distribution<double>(0, 1)(random_); }

  void apply(std::size_t i, const Outcome& outcome, BootTime now, double jitter) {
    Station& station = stations_[i];
    station.plan = after(station.plan, outcome, station.basis, now, jitter);
    if (station.plan.due != BootTime::max()) due_.emplace(station.plan.due, i);
  }
  void renew(std::size_t i, BootTime now, Kind kind) {
    Station& station = stations_[i];
    station.basis = {.obtained_at = now, .expires_at = now + life, .refreshable = true};
    const double jitter = token_jitter(fmt::format("machine-{}-{}", seed_, i), "session", ++station.generation);
    apply(i, {.kind = kind}, now, jitter);
  }
  void attempt(std::size_t i, BootTime now) {
    requests_.push_back(now);
    apply(i, {.kind = Kind::sent}, now, 0);
    if (up_) return renew(i, now, Kind::tokens_received);
    apply(i, {.kind = Kind::failed, .word = "unreachable", .server_down = true}, now, random());
  }

  unsigned seed_;
  std::mt19937_64 random_;
  std::vector<Station> stations_;
  using Due = std::pair<BootTime, std::size_t>;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::vector<BootTime> requests_;
  BootTime now_ = morning;
  bool up_ = true;
};

// A moment somewhere in `span` after the morning's beginning.
BootTime within(Duration span, double part) {
  return morning + Duration(static_cast<Duration::rep>(part * static_cast<double>(span.count())));
}

// A fleet that has worked for so long that nothing of its start shows.
Fleet settled(unsigned seed) {
  Fleet fleet(seed, [](double part) { return within(1h, part); });
  fleet.run_until(morning + 4h);
  return fleet;
}

using Load = std::vector<double>;
double mean(const Load& load) {
  return std::accumulate(load.begin(), load.end(), 0.0) / static_cast<double>(load.size());
}
double peak(const Load& load) { return *std::ranges::max_element(load); }

// What one fleet shows, and what twenty do on average. Chance alone makes ten seconds of one that are half as full
// again as others, so a rule that brings workstations together shows in many fleets.
struct Story {
  std::string name;
  Load one = {};
  Load average = {};
};
constexpr unsigned fleets = 5;

Story told(std::string name, const std::function<Load(unsigned seed)>& run) {
  Story story{.name = std::move(name), .one = run(0)};
  story.average = story.one;
  for (unsigned seed = 1; seed < fleets; ++seed) {
    const Load load = run(seed);
    for (std::size_t i = 0; i < load.size(); ++i) story.average[i] += load[i];
  }
  for (double& load : story.average) load /= fleets;
  return story;
}

// What a fleet of that size and token life asks without any occasion: a token is renewed between 45 and 50 minutes
// after it came, so that there is a request for each in 47.5 minutes.
constexpr double steady = workstations / (47.5 * 60 / 10);

Story no_occasion() {
  return told("No occasion", [](unsigned seed) {
    Fleet fleet = settled(seed);
    fleet.run_until(morning + 8h);
    return fleet.load(morning + 4h, morning + 8h);
  });
}
Story start_of_a_shift() {
  return told("Start of a shift: all launch within half an hour", [](unsigned seed) {
    Fleet fleet(seed, [](double part) { return within(30min, part); });
    fleet.run_until(morning + 8h);
    return fleet.load(morning, morning + 8h);
  });
}
Story an_hour_without_the_server() {
  return told("The server comes back after an hour", [](unsigned seed) {
    Fleet fleet = settled(seed);
    fleet.go_down();
    fleet.run_until(morning + 5h);
    fleet.come_back();
    fleet.run_until(morning + 9h);
    return fleet.load(morning + 5h, morning + 9h);
  });
}
Story the_hour_itself() {
  return told("The hour without the server", [](unsigned seed) {
    Fleet fleet = settled(seed);
    fleet.go_down();
    fleet.run_until(morning + 5h);
    return fleet.load(morning + 4h, morning + 5h);
  });
}
Story all_wake_at_once() {
  return told("All wake at once after an hour", [](unsigned seed) {
    Fleet fleet = settled(seed);
    fleet.sleep();
    fleet.run_until(morning + 5h);
    fleet.wake();
    fleet.run_until(morning + 9h);
    return fleet.load(morning + 5h, morning + 9h);
  });
}

double above_steady(const Story& story) { return peak(story.average) / steady; }

// A row of script/bench.
void tell(const Story& story) {
  std::printf("| %s | %.0f | %.0f | %.1f | %.2f |\n", story.name.c_str(), peak(story.one), peak(story.average), steady,
              above_steady(story));
}

TEST(Fleet, AsksOnceATokenAndSpreadsItOut) {
  const Story story = no_occasion();
  tell(story);
  EXPECT_NEAR(mean(story.average), steady, steady / 50);
}

TEST(Fleet, DoesNotComeTogetherWhenAShiftStarts) {
  const Story story = start_of_a_shift();
  tell(story);
  EXPECT_LT(above_steady(story), 1.5);
}

TEST(Fleet, DoesNotComeTogetherWhenTheServerIsBack) {
  const Story story = an_hour_without_the_server();
  tell(story);
  EXPECT_LT(above_steady(story), 1.5);
}

TEST(Fleet, DoesNotComeTogetherWhenAllWake) {
  const Story story = all_wake_at_once();
  tell(story);
  EXPECT_LT(above_steady(story), 1.5);
}

// Each finds out that the server is down when its refresh is due, and tries once more before its token ends.
TEST(Fleet, AsksAServerThatIsDownTwiceAsOftenAsUsualAtMost) {
  const Story story = the_hour_itself();
  tell(story);
  EXPECT_LT(mean(story.average), 2.2 * steady);
  EXPECT_LT(above_steady(story), 3);
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
