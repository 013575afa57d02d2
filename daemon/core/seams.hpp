// What the core stands on: what reaches out of the process, and what is this machine's own. Tests give fakes.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"
#include "base/context_channel.hpp"
#include "base/http_client.hpp"
#include "base/random.hpp"
#include "base/vault.hpp"
#include "base/worker.hpp"
#include "config/live.hpp"
#include "daemon/service/notices.hpp"

namespace wardend::core {

struct Seams {
  asio::any_io_executor executor;
  Clock& clock;
  Random& random;
  HttpClient& http;
  HttpClient& upstream;       // what apps send through the gateway: its connections are nobody else's
  ContextChannels& channels;  // to FHIRcast hubs
  Vault& vault;
  AuditSink& audit;
  config::Live& config;
  Worker& look_ups;           // users by name
  Worker& configuration;      // reading it again
  Worker& files;              // of state_dir
  Worker* reading = nullptr;  // of the audit trail; nullptr: `files` does it
  Worker* parsing = nullptr;  // large JSON; nullptr: the loop reads it

  std::filesystem::path configuration_file = {};
  std::filesystem::path credentials_folder = {};
  std::string machine_id = {};
  std::string subscriber = {};       // what an EHR may show of this workstation to its users
  std::string version = {};          // of wardend
  std::uint16_t loopback_port = 0;   // 0: no listener
  service::FileState at_start = {};  // what was found then

  // Asked during calls, never during construction.
  std::function<std::string()> not_ready_reason;  // empty text: ready
  std::function<std::string()> ehr_unit_trouble;  // empty text: none
  // What somebody should do so that the audit trail leaves this machine, a sentence each; none: nobody is asked.
  std::function<std::vector<std::string>()> forwarding_notices = {};
};

}  // namespace wardend::core
