// Ten thousand workstations against one token endpoint, in virtual time: what the plans of their sessions make of the
// start of a shift, of an outage and of a morning on which all wake at once.
#pragma once

#include <fmt/core.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <queue>
#include <random>
#include <string>
#include <vector>

#include "daemon/refresh/plan.hpp"
#include "daemon/refresh/policy.hpp"

namespace wardend::refresh {

constexpr std::size_t workstations = 10'000;
inline constexpr Duration life = 1h;
inline constexpr Duration bucket = 10s;
inline constexpr Duration probe_interval = 30s;
inline constexpr BootTime morning{1h};

// One session a workstation, whose requests nobody waits on. An attempt is answered at once: as it can be, or not.
class Fleet {
 public:
  // When the launch of a workstation is. Another `seed` is another fleet.
  Fleet(unsigned seed, const std::function<BootTime(double)>& launch_at)
      : seed_(seed), random_(drawn_from(seed)), stations_(workstations) {
    for (std::size_t i = 0; i < workstations; ++i) {
      const BootTime at = launch_at(random());
      renew(i, at, Outcome::Kind::launched);
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
    for (std::size_t i = 0; i < workstations; ++i) heard.emplace_back(back + scaled(probe_interval, random()), i);
    std::ranges::sort(heard);
    for (const auto& [at, i] : heard) {
      run_until(at);
      apply(i, {.kind = Outcome::Kind::server_back}, at, random());
    }
  }
  void sleep() {
    for (Station& station : stations_) station.asleep = true;
  }
  void wake() {
    for (std::size_t i = 0; i < workstations; ++i) {
      stations_[i].asleep = false;
      apply(i, {.kind = Outcome::Kind::woke}, now_, random());
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
  static std::mt19937_64 drawn_from(unsigned seed) {
    std::seed_seq all{seed};
    return std::mt19937_64(all);
  }
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
  void renew(std::size_t i, BootTime now, Outcome::Kind kind) {
    Station& station = stations_[i];
    station.basis = {.obtained_at = now, .expires_at = now + life, .refreshable = true};
    const double jitter = token_jitter(fmt::format("machine-{}-{}", seed_, i), "session", ++station.generation);
    apply(i, {.kind = kind}, now, jitter);
  }
  void attempt(std::size_t i, BootTime now) {
    requests_.push_back(now);
    apply(i, {.kind = Outcome::Kind::sent}, now, 0);
    if (up_) return renew(i, now, Outcome::Kind::tokens_received);
    apply(i, {.kind = Outcome::Kind::failed, .word = "unreachable", .server_down = true}, now, random());
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
inline BootTime within(Duration span, double part) {
  return morning + Duration(static_cast<Duration::rep>(part * static_cast<double>(span.count())));
}

// A fleet that has worked for so long that nothing of its start shows.
inline Fleet settled(unsigned seed) {
  Fleet fleet(seed, [](double part) { return within(1h, part); });
  fleet.run_until(morning + 4h);
  return fleet;
}

using Load = std::vector<double>;
inline double mean(const Load& load) {
  return std::accumulate(load.begin(), load.end(), 0.0) / static_cast<double>(load.size());
}
inline double peak(const Load& load) { return *std::ranges::max_element(load); }

// What one fleet shows, and what five times as many workstations do, per ten thousand. No workstation knows of the
// others, so the sum of them is as uneven as chance makes it: half as full again in the fullest ten seconds of ten
// thousand, and less the more there are. What brings workstations together shows in both.
struct Story {
  std::string name;
  Load one = {};
  Load average = {};
};
inline constexpr unsigned fleets = 5;

inline Story told(std::string name, const std::function<Load(unsigned seed)>& run) {
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
inline constexpr double steady = workstations / (47.5 * 60 / 10);

inline Story no_occasion() {
  return told("No occasion", [](unsigned seed) {
    Fleet fleet = settled(seed);
    fleet.run_until(morning + 8h);
    return fleet.load(morning + 4h, morning + 8h);
  });
}
inline Story start_of_a_shift() {
  return told("Start of a shift: all launch within half an hour", [](unsigned seed) {
    Fleet fleet(seed, [](double part) { return within(30min, part); });
    fleet.run_until(morning + 8h);
    return fleet.load(morning, morning + 8h);
  });
}
// An hour for which all are away, and the four after it.
inline Story an_hour_away(const char* title, void (Fleet::*leave)(), void (Fleet::*come_back)()) {
  return told(title, [leave, come_back](unsigned seed) {
    Fleet fleet = settled(seed);
    (fleet.*leave)();
    fleet.run_until(morning + 5h);
    (fleet.*come_back)();
    fleet.run_until(morning + 9h);
    return fleet.load(morning + 5h, morning + 9h);
  });
}
inline Story an_hour_without_the_server() {
  return an_hour_away("The server comes back after an hour", &Fleet::go_down, &Fleet::come_back);
}
inline Story the_hour_itself() {
  return told("The hour without the server", [](unsigned seed) {
    Fleet fleet = settled(seed);
    fleet.go_down();
    fleet.run_until(morning + 5h);
    return fleet.load(morning + 4h, morning + 5h);
  });
}
inline Story all_wake_at_once() { return an_hour_away("All wake at once after an hour", &Fleet::sleep, &Fleet::wake); }

}  // namespace wardend::refresh
