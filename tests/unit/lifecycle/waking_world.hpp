// Probes, and a login session of logind or of the user, for a sleep of the machine.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/session/world.hpp"

namespace wardend::test {

struct WakingWorld : World {
  using World::begin;

  // Login sessions are logind's where it is listed, else there is one of the user.
  enum class Sources { logind, control };

  explicit WakingWorld(Sources sources = Sources::control) {
    if (sources == Sources::control) settings->broker.lock_sources = {"control"};
    home = sources == Sources::control ? "uid:1000" : "c1";
    static_cast<void>(workstation.enter(home));
    prober.start();
    clock.settle();
  }

  std::string home;

  session::Session& begin_here(const std::string& id) { return begin(id, home); }
  workstation::EpochNumber epoch() { return workstation.enter(home); }
  // Asks for a token; `outcome` is filled when it has been answered.
  void start_asking(const std::string& id, std::optional<Result<Duration>>& outcome) {
    tasks.spawn("ask", ask({.session = id, .epoch = epoch()}, outcome));
    clock.settle();
  }

  // How many refreshes came in each of the next seconds.
  std::vector<std::size_t> refreshes_a_second(std::chrono::seconds span) {
    std::vector<std::size_t> counts;
    for (auto second = 0s; second < span; second += 1s) {
      const std::size_t before = ehr.refresh_requests.size();
      clock.advance(1s);
      counts.push_back(ehr.refresh_requests.size() - before);
    }
    return counts;
  }
  [[nodiscard]] const AuditRecord* audited(const std::string& action) const {
    const auto found = std::ranges::find(audit.records, action, &AuditRecord::action);
    return found == audit.records.end() ? nullptr : &*found;
  }
};

}  // namespace wardend::test
