// What operators are told of the service as a whole: whether it is ready, its status line, its metrics. It reads what
// is there, and changes nothing.
#pragma once

#include <string>

#include "base/histogram.hpp"
#include "base/vault.hpp"
#include "daemon/audit/file_sink.hpp"
#include "daemon/core/core.hpp"
#include "daemon/forwarding/forwarding.hpp"
#include "daemon/ops/metrics.hpp"
#include "ipc/counters.hpp"

namespace wardend {

class OperatorsView {
 public:
  struct Sources {
    core::Core& core;
    const config::Live& config;
    const audit::FileSink& audit;
    const Vault& vault;
    const ipc::Counters& broker_socket;
    const ipc::Counters& control_socket;
    const ipc::Counters& lock_socket;
    const ipc::Counters& fhir_socket;
    const DurationHistogram& token_request_duration;
    const forwarding::Forwarding& forwarding;
  };
  explicit OperatorsView(Sources sources) : of_(sources) {}

  // Why no session may be held, or nobody finds the sockets; empty: ready.
  [[nodiscard]] std::string not_ready_reason() const;
  // What `systemctl status` shows.
  [[nodiscard]] std::string status_line() const;
  // In Prometheus' text format.
  [[nodiscard]] std::string metrics(ops::Reader reader) const;

 private:
  Sources of_;
};

}  // namespace wardend
