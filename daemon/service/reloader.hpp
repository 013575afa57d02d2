// Reading the configuration again: on any fault the running one stays. What a change takes away from a session ends it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/worker.hpp"
#include "config/live.hpp"
#include "daemon/clearing/clearing.hpp"
#include "daemon/fhircast/follower.hpp"
#include "daemon/server/prober.hpp"
#include "daemon/service/notices.hpp"
#include "daemon/switches/app_switches.hpp"

namespace wardend::service {

// The (app, server) pairs whose sessions must end when `after` replaces `before`: peer rules, scopes, client or
// address changed, or gone.
[[nodiscard]] std::set<std::pair<std::string, std::string>> reconfigured(const config::Config& before,
                                                                         const config::Config& after);

// The keys that only a restart puts in force, of those that differ: sockets and files are opened at the start.
[[nodiscard]] std::vector<std::string> keys_for_restart(const config::Config& started_with, const config::Config& now);

class Reloader {
 public:
  Reloader(std::filesystem::path file, Worker& worker, config::Live& config, clearing::Clearing& clearing,
           server::Prober& prober, fhircast::Follower& follower, switches::AppSwitches& switches, FileState at_start)
      : file_(std::move(file)),
        worker_(worker),
        config_(config),
        clearing_(clearing),
        prober_(prober),
        follower_(follower),
        switches_(switches),
        started_with_(config.hold()),
        state_(std::move(at_start)) {}

  // The new digest. ConfigInvalid with every finding as FILE:LINE:COLUMN text, and when the files cannot be read
  // within eight seconds; nothing has changed then.
  [[nodiscard]] asio::awaitable<Result<std::string>> reload();
  // What the last reload that was taken has changed, by name.
  [[nodiscard]] const std::string& changes() const { return changes_; }
  // What of the files on disk is not in force, as they were last read.
  [[nodiscard]] const FileState& files() const { return state_; }
  // Notified whenever the files were read again, taken or not.
  [[nodiscard]] wardend::Event& files_read() { return files_read_; }

 private:
  [[nodiscard]] asio::awaitable<Result<std::string>> read_and_apply();
  void apply(config::ConfigPtr next);
  // `app` is null where it is gone.
  void end_sessions(const config::App* app, const workstation::Part& part);

  std::filesystem::path file_;
  Worker& worker_;
  config::Live& config_;
  clearing::Clearing& clearing_;
  server::Prober& prober_;
  fhircast::Follower& follower_;
  switches::AppSwitches& switches_;
  config::ConfigPtr started_with_;
  FileState state_;
  std::string changes_ = "nothing";
  wardend::Event files_read_;
};

}  // namespace wardend::service
