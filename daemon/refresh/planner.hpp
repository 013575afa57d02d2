// Puts outcomes into a session's plan, and the plan into the schedule. It starts nothing.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "config/live.hpp"
#include "daemon/refresh/plan.hpp"
#include "daemon/session/store.hpp"

namespace wardend::refresh {

class Planner {
 public:
  // `machine_id` keeps the workstations of a fleet apart.
  Planner(Clock& clock, Random& random, session::SessionStore& store, const config::Live& config,
          std::string machine_id)
      : clock_(clock), random_(random), store_(store), config_(config), machine_id_(std::move(machine_id)) {}

  // The session's plan after `outcome`, and its entry in the schedule.
  void apply(session::Session& session, const Outcome& outcome);
  // Sets the entry in the schedule to whatever comes first for this session: a refresh, its token's expiry, idleness,
  // the end of its life, or of its tombstone. To be called whenever one of these moved.
  void reschedule(session::Session& session);

 private:
  [[nodiscard]] Basis basis_of(const session::Session& session) const;
  [[nodiscard]] double jitter_for(const session::Session& session, Outcome::Kind kind);

  Clock& clock_;
  Random& random_;
  session::SessionStore& store_;
  const config::Live& config_;
  std::string machine_id_;
};

}  // namespace wardend::refresh
