#include "daemon/operators_view.hpp"

#include "config/audit_rule.hpp"

namespace wardend {

std::string OperatorsView::not_ready_reason() const {
  if (!of_.core.workstation.ready()) return of_.core.workstation.trouble();
  if (config::waits_for_trail(of_.config.get(), of_.audit.writable()))
    return "the audit trail " + of_.config.get().audit.file + " cannot be written (" + of_.audit.trouble() +
           "): check space and the owner of its folder";
  const auto& sockets = of_.core.reloader.files().sockets;
  return sockets.empty() ? std::string() : sockets.front();
}

std::string OperatorsView::status_line() const {
  if (const std::string reason = not_ready_reason(); !reason.empty()) return "Not ready: " + reason;
  std::size_t held = 0;
  for (const session::Session* session : of_.core.store.all())
    held += session->state() == session::State::cleared ? 0 : 1;
  std::string line = "Ready: " + std::to_string(held) + (held == 1 ? " session" : " sessions");
  for (const config::Server& server : of_.config.get().servers)
    line += ", " + server.name + " " + std::string(name_of(of_.core.server_health.record(server.name).link.state));
  const std::size_t faults = of_.core.reloader.files().faults.size();
  if (faults != 0)
    line += "; the file on disk is not in force: " + std::to_string(faults) + (faults == 1 ? " fault" : " faults");
  return line;
}

std::string OperatorsView::metrics(ops::Reader reader) const {
  core::Core& core = of_.core;
  return ops::metrics_text({core.clock,
                            of_.config,
                            core.workstation,
                            of_.vault,
                            core.store,
                            core.clearing,
                            core.refresh.news,
                            core.revoker,
                            core.launcher,
                            core.server_health,
                            core.prober,
                            of_.audit,
                            of_.broker_socket,
                            of_.control_socket,
                            of_.lock_socket,
                            of_.fhir_socket,
                            core.token_record.counts(),
                            core.write_record,
                            core.gateway_record,
                            core.patient_checks,
                            core.drift_watch.counts(),
                            of_.token_request_duration,
                            WARDEND_VERSION,
                            core.follower.status(),
                            core.reloader.files().faults.size(),
                            core.switches.trouble().empty(),
                            of_.forwarding.sinks()},
                           not_ready_reason().empty() ? ops::Ready::yes : ops::Ready::no, reader);
}

}  // namespace wardend
