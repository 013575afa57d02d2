// The daemon: the core over this machine's clock, disks and network, the sockets in front of it, and what the service
// manager is told. It runs until it is told to stop, and decides nothing itself.
#pragma once

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/histogram.hpp"
#include "base/random.hpp"
#include "base/signals.hpp"
#include "base/system_clock.hpp"
#include "base/task_group.hpp"
#include "base/vault.hpp"
#include "daemon/audit/file_sink.hpp"
#include "daemon/core/core.hpp"
#include "daemon/fhircast/websocket_channel.hpp"
#include "daemon/forwarding/forwarding.hpp"
#include "daemon/gateway/server.hpp"
#include "daemon/http/curl_client.hpp"
#include "daemon/http/listener.hpp"
#include "daemon/listening_sockets.hpp"
#include "daemon/operators_view.hpp"
#include "daemon/ops/endpoints.hpp"
#include "daemon/ops/metrics_file.hpp"
#include "daemon/ops/status_line.hpp"
#include "daemon/workers.hpp"
#include "daemon/workstation/configuration_source.hpp"
#include "daemon/workstation/control_source.hpp"
#include "daemon/workstation/lock_file.hpp"
#include "ipc/server.hpp"
#include "systemd/logind.hpp"
#include "systemd/stored_memory.hpp"
#include "systemd/unit_watch.hpp"

namespace wardend {

class Daemon {
 public:
  // Where it came from: the path, for reloads, and its faults. With any fault `config` tells of the service itself
  // alone, and no session is held until a reload has brought a good one.
  struct Configuration {
    config::ConfigPtr config;
    std::filesystem::path file;
    std::vector<std::string> faults = {};
  };
  // What came back from the process before this one, or was made anew.
  struct Kept {
    std::unique_ptr<Vault> vault;
    systemd::StoredMemory audit;  // as audit::Ring takes it
  };
  Daemon(asio::io_context& loop, Configuration configuration, ListeningSockets sockets, Kept kept);
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  // Runs until SIGTERM or SIGINT, then ends every part; first it clears and revokes, unless the service manager starts
  // it again at once and the vault brings the sessions back. Once only.
  [[nodiscard]] asio::awaitable<void> run();
  // After run(): a thread hangs in a call of the system and was left behind. End the process by _exit then.
  [[nodiscard]] bool left_a_thread() const { return left_a_thread_; }

 private:
  // What stands below the core: called once, where the core is built.
  [[nodiscard]] core::Seams seams(std::filesystem::path file, const std::vector<std::string>& faults,
                                  const ListeningSockets& sockets);
  void attach();
  [[nodiscard]] asio::awaitable<void> hear_locks();
  [[nodiscard]] asio::awaitable<void> hear_logind();
  void listen();
  [[nodiscard]] asio::awaitable<void> heed_signals();
  [[nodiscard]] asio::awaitable<void> reload();
  [[nodiscard]] asio::awaitable<void> stop();
  [[nodiscard]] asio::awaitable<void> save_files();
  [[nodiscard]] asio::awaitable<void> leave_the_disks();
  [[nodiscard]] asio::awaitable<void> say_goodbye();
  [[nodiscard]] std::string configuration_fault();
  [[nodiscard]] std::string status_and_left_out();
  void tell_status(const std::string& line);

  asio::io_context& loop_;
  Signals signals_;
  SystemClock clock_;
  Beat beat_;
  SystemRandom random_;
  Workers workers_;
  config::Live config_;
  systemd::StoredMemory audit_memory_;
  audit::FileSink audit_;
  http::CurlClient http_;
  http::CurlClient upstream_;
  fhircast::WebSocketChannels channels_;
  std::unique_ptr<Vault> vault_;
  forwarding::Forwarding forwarding_;

  core::Core core_;
  workstation::LockFile lock_file_;

  DurationHistogram token_request_duration_;
  ipc::Server broker_;
  ipc::Server control_;
  ipc::Server lock_;
  gateway::Server fhir_;
  OperatorsView view_;
  ops::Endpoints endpoints_;
  ops::MetricsFile metrics_file_;
  ops::StatusLine status_;
  std::optional<http::Listener> loopback_listener_;
  std::optional<http::Listener> metrics_listener_;

  config::ConfigPtr stand_in_;  // of a start with faults; null: the configuration was good, or is by now
  std::optional<workstation::ConfigurationSource> configuration_source_;
  workstation::ControlSource control_source_;
  systemd::UnitWatch unit_watch_;
  std::optional<systemd::Logind> logind_;
  ListeningSockets sockets_;  // until they are listened on
  TaskGroup tasks_;
  Event saved_;
  bool files_saved_ = false;
  bool left_a_thread_ = false;
};

}  // namespace wardend
