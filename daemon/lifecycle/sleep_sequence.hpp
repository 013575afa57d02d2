// What precedes and follows a sleep of the machine, and follows when the wall clock was set: who is told, in which
// order. The modules do the work. The clock tells of a wake by itself, with logind or without; before a sleep logind
// alone does.
#pragma once

#include <functional>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"
#include "base/http_client.hpp"
#include "daemon/clearing/clearing.hpp"
#include "daemon/refresh/refresher.hpp"
#include "daemon/refresh/schedule.hpp"
#include "daemon/server/prober.hpp"
#include "daemon/server/revoker.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/workstation/workstation.hpp"

namespace wardend::lifecycle {

class SleepSequence {
 public:
  struct Parts {
    Clock& clock;
    HttpClient& http;
    workstation::Workstation& workstation;
    clearing::Clearing& clearing;
    refresh::Refresher& refresher;
    refresh::Schedule& schedule;
    server::Revoker& revoker;
    server::ServerHealth& server_health;
    server::Prober& prober;
    AuditSink& audit;
    std::function<void()> wipe_unsent;        // replies with a token that no client has taken yet
    std::function<void()> cut_channels = {};  // sockets on which hubs tell what EHRs show
  };
  // Listens to the clock until it goes.
  explicit SleepSequence(Parts parts);
  ~SleepSequence();
  SleepSequence(const SleepSequence&) = delete;
  SleepSequence& operator=(const SleepSequence&) = delete;

  // Everything was cleared for a sleep: completes when no secret is left that may still be needed, shortly after
  // `until` at the latest. One call at a time.
  [[nodiscard]] asio::awaitable<void> empty(BootTime until);

 private:
  void slept(Duration span);
  void wall_set(Duration by);
  void record(ActOf<AuditKind::service> act, Duration span);
  Parts parts_;
};

}  // namespace wardend::lifecycle
