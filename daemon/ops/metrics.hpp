// Every series of the metrics contract that this build has a meaning for, read from the modules' own counters in the
// moment of the scrape. Nothing is counted here.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/vault.hpp"
#include "daemon/access/token_record.hpp"
#include "daemon/audit/file_sink.hpp"
#include "daemon/clearing/clearing.hpp"
#include "daemon/fhircast/topic_status.hpp"
#include "daemon/forwarding/forwarding.hpp"
#include "daemon/gateway/gateway_record.hpp"
#include "daemon/launch/launcher.hpp"
#include "daemon/patients/patient_checks.hpp"
#include "daemon/refresh/news.hpp"
#include "daemon/server/prober.hpp"
#include "daemon/server/revoker.hpp"
#include "daemon/server/server_health.hpp"
#include "daemon/session/store.hpp"
#include "daemon/workstation/workstation.hpp"
#include "daemon/writes/write_record.hpp"
#include "ipc/counters.hpp"

namespace wardend::ops {

struct Observed {
  const Clock& clock;
  const config::Live& config;
  const workstation::Workstation& workstation;
  const Vault& vault;
  session::SessionStore& store;
  const clearing::Clearing& clearing;
  const refresh::News& refreshes;
  const server::Revoker& revoker;
  const launch::Launcher& launcher;
  const server::ServerHealth& server_health;
  const server::Prober& prober;
  const audit::FileSink& audit;
  const ipc::Counters& broker_socket;
  const ipc::Counters& control_socket;
  const ipc::Counters& lock_socket;
  const ipc::Counters& fhir_socket;
  const std::map<std::string, access::ResultCounts, std::less<>>& token_requests;
  const writes::WriteRecord& writes;
  const gateway::GatewayRecord& gateway;
  const patients::PatientChecks& patients;
  const std::map<std::string, std::uint64_t>& drifts;  // by server
  const DurationHistogram& token_request_duration;
  std::string version;
  std::vector<fhircast::TopicStatus> hubs = {};
  std::size_t configuration_faults = 0;                      // of the files on disk, where they are not in force
  bool switches_kept = true;                                 // what is switched off would outlast a restart
  std::vector<forwarding::Forwarding::Sink> forwarded = {};  // the trail, on its way
};

// What /readyz says.
enum class Ready { no, yes };
// Who reads it. node_exporter tells of a process of its own, so that its textfile has none of that.
enum class Reader { scraper, node_exporter };

// In Prometheus' text format.
[[nodiscard]] std::string metrics_text(const Observed& observed, Ready ready, Reader reader = Reader::scraper);

}  // namespace wardend::ops
