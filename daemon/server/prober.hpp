// One probe a server and interval, at moments of this machine's own, of its discovery document: the least that every
// SMART server answers without a token.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <map>
#include <string>

#include "base/beat.hpp"
#include "base/clock.hpp"
#include "base/histogram.hpp"
#include "base/task_group.hpp"
#include "config/live.hpp"
#include "daemon/server/directory.hpp"

namespace wardend::server {

class Prober {
 public:
  Prober(asio::any_io_executor executor, Clock& clock, Beat beat, ServerDirectory& directory,
         const ServerHealth& health, const config::Live& config)
      : clock_(clock),
        beat_(beat),
        directory_(directory),
        health_(health),
        config_(config),
        probes_(std::move(executor)) {}

  // Starts a probe for every configured server that has none yet: at start and after a reload. The probe of a server
  // that is no longer configured ends by itself.
  void start();
  // Every server is asked now, whatever its turn.
  void probe_now();
  [[nodiscard]] asio::awaitable<void> shut_down() { return probes_.shut_down(clock_); }
  [[nodiscard]] const std::map<std::string, DurationHistogram>& durations() const { return durations_; }

 private:
  [[nodiscard]] asio::awaitable<void> probe(std::string server);
  [[nodiscard]] BootTime next_turn(const config::Server& server, BootTime began) const;

  Clock& clock_;
  Beat beat_;
  ServerDirectory& directory_;
  const ServerHealth& health_;
  const config::Live& config_;
  std::map<std::string, bool> running_;
  std::map<std::string, DurationHistogram> durations_;
  Event hurried_;
  std::uint64_t hurries_ = 0;
  TaskGroup probes_;
};

}  // namespace wardend::server
