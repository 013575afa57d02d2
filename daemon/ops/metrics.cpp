#include "daemon/ops/metrics.hpp"

#include <algorithm>

#include "daemon/ops/metric_text.hpp"
#include "daemon/ops/process_stats.hpp"
#include "daemon/ops/zeros.hpp"

namespace wardend::ops {
namespace {

double seconds(WallTime time) { return std::chrono::duration<double>(time.time_since_epoch()).count(); }
double number(std::uint64_t count) { return static_cast<double>(count); }

void write_service(MetricText& out, const Observed& of, Ready ready) {
  out.gauge("wardend_build_info", "Always 1; the labels name the build");
  out.sample({{"version", of.version}, {"commit", WARDEND_COMMIT}}, 1);
  out.gauge("wardend_ready", "1 when sessions may be held: what /readyz says");
  out.sample({}, ready == Ready::yes ? 1 : 0);
  out.gauge("wardend_configuration_faults", "Faults of the files on disk that keep them from being in force");
  out.sample({}, number(of.configuration_faults));
  out.gauge("wardend_lock_source_up", "1 while that lock source is live");
  for (const LockSource* source : of.workstation.sources().all())
    out.sample({{"source", std::string(source->name())}}, source->live() ? 1 : 0);
  out.gauge("wardend_vault_persistent", "1 when sessions survive a restart of wardend");
  out.sample({}, of.vault.persistent() ? 1 : 0);
}

void write_sessions(MetricText& out, const Observed& of) {
  std::map<std::tuple<std::string, std::string, std::string>, std::uint64_t> by_state;
  std::map<std::string, Duration> remaining;
  const BootTime now = of.clock.now();
  for (session::Session* session : of.store.all()) {
    ++by_state[{session->app, session->server, std::string(wire_name_of(session->state()))}];
    const session::Tokens* tokens = session->tokens();
    if (tokens == nullptr || tokens->access.empty()) continue;
    const Duration left = std::max(tokens->expires_at - now, Duration{});
    const auto [found, added] = remaining.try_emplace(session->server, left);
    if (!added) found->second = std::min(found->second, left);
  }
  out.gauge("wardend_sessions", "Sessions by state");
  for (const auto& [key, count] : by_state)
    out.sample({{"app", std::get<0>(key)}, {"server", std::get<1>(key)}, {"state", std::get<2>(key)}}, number(count));
  out.gauge("wardend_token_remaining_seconds", "Smallest remaining life of an active access token");
  for (const auto& [server, left] : remaining)
    out.sample({{"server", server}}, std::chrono::duration<double>(left).count());
}

void write_switches(MetricText& out, const Observed& of) {
  out.gauge("wardend_app_enabled", "1 while the app may be used, 0 while it is switched off");
  for (const config::App& app : of.config.get().apps) out.sample({{"app", app.id}}, app.in_use() ? 1 : 0);
  out.gauge("wardend_app_switches_kept", "1 when what is switched off outlasts a restart of wardend");
  out.sample({}, of.switches_kept ? 1 : 0);
}

void write_tokens(MetricText& out, const Observed& of) {
  out.counter("wardend_token_requests_total", "GetToken calls by Varlink error name, or ok");
  for (const auto& [app, counts] : of.token_requests)
    for (std::size_t i = 0; i < counts.size(); ++i)
      if (counts[i] != 0)
        out.sample({{"app", app}, {"result", i == 0 ? "ok" : std::string(name_of(all_errcs()[i - 1]))}},
                   number(counts[i]));
  out.histogram("wardend_token_request_duration_seconds", "GetToken, frame in to frame out");
  out.sample({}, of.token_request_duration);
  out.counter("wardend_refreshes_total", "Refresh requests by outcome");
  for (const auto& [server, results] : for_servers(of.config.get(), of.refreshes.counters().refreshes,
                                                   {"ok", "transient", "lost_reply", "terminal", "dropped"}))
    for (const auto& [result, count] : results) out.sample({{"server", server}, {"result", result}}, number(count));
  out.histogram("wardend_refresh_duration_seconds", "Refresh: request sent to tokens published");
  for (const auto& [server, duration] : of.refreshes.counters().duration) out.sample({{"server", server}}, duration);
}

void write_odd_users(MetricText& out, const Observed& of) {
  out.counter("wardend_odd_users_total", "Refreshes that named another user than the launch");
  for (const auto& [server, count] : for_servers(of.config.get(), of.refreshes.counters().odd_users))
    out.sample({{"server", server}}, number(count));
}

void write_clears(MetricText& out, const Observed& of) {
  const auto& clears = of.clearing.counters();
  out.counter("wardend_clears_total", "Clear operations by reason");
  for (const auto& [reason, count] : clears.clears)
    out.sample({{"reason", std::string(name_of(reason))}}, number(count));
  out.counter("wardend_sessions_cleared_total", "Sessions that clears ended, by reason");
  for (const auto& [reason, count] : clears.sessions)
    out.sample({{"reason", std::string(name_of(reason))}}, number(count));
  out.histogram("wardend_clear_duration_seconds", "Signal received to secrets wiped");
  out.sample({}, clears.duration);
  out.counter("wardend_revocations_total", "Token revocations by outcome");
  for (const auto& [server, results] :
       for_servers(of.config.get(), of.revoker.counters(), {"ok", "unsupported", "failed", "expired"}))
    for (const auto& [result, count] : results) out.sample({{"server", server}, {"result", result}}, number(count));
  out.gauge("wardend_revocations_pending", "Tokens of ended sessions that their server has not been told of yet");
  out.sample({}, number(of.revoker.pending()));
}

void write_launches(MetricText& out, const Observed& of) {
  const auto& sessions = of.launcher.founding().counters();
  out.counter("wardend_launches_total", "Launches by outcome");
  for (const auto& [key, count] : for_launches(of.config.get(), of.launcher.log().counts(), {"ok", "LaunchFailed"}))
    out.sample({{"app", std::get<0>(key)},
                {"server", std::get<1>(key)},
                {"mode", std::get<2>(key)},
                {"result", std::get<3>(key)}},
               number(count));
  const auto pairs = [&](const Counts<Words2>& counts) {
    for (const auto& [key, count] : for_pairs(of.config.get(), counts))
      out.sample({{"app", key.first}, {"server", key.second}}, number(count));
  };
  out.counter("wardend_launches_without_patient_total", "Launches whose context named no patient");
  pairs(sessions.without_patient);
  out.counter("wardend_scope_shortfall_total", "Launches that were granted less than they asked for");
  pairs(sessions.scope_shortfall);
  out.counter("wardend_scope_surplus_total", "Launches that were granted more than they asked for");
  pairs(sessions.scope_surplus);
}

void write_writes(MetricText& out, const Observed& of) {
  const auto pairs = [&out](const writes::WriteRecord::Counts& counts, const char* label) {
    for (const auto& [key, count] : counts) out.sample({{"app", key.first}, {label, key.second}}, number(count));
  };
  out.counter("wardend_writes_total", "AuthorizeWrite calls by decision: permitted, or the Varlink error name");
  pairs(for_apps(of.config.get(), of.writes.decisions(), {"permitted"}), "decision");
  out.counter("wardend_write_overrides_total", "Writes that passed by an emergency override");
  for (const auto& [app, count] : for_apps(of.config.get(), of.writes.overrides()))
    out.sample({{"app", app}}, number(count));
  out.counter("wardend_write_outcomes_total", "What became of permitted writes");
  pairs(for_apps(of.config.get(), of.writes.outcomes(), {"success", "denied", "failure", "unrecorded"}), "outcome");
  out.counter("wardend_patient_checks_total", "Reads of a session's patient by what they showed");
  for (const auto& [key, count] :
       for_pairs(of.config.get(), of.patients.counts(), {"verified", "unverified", "conflict", "unavailable"}))
    out.sample({{"app", std::get<0>(key)}, {"server", std::get<1>(key)}, {"status", std::get<2>(key)}}, number(count));
}

void write_gateway(MetricText& out, const Observed& of) {
  out.counter("wardend_gateway_requests_total", "FHIR requests by interaction and result");
  for (const auto& [key, count] :
       for_apps(of.config.get(), of.gateway.requests(),
                {{"read", "search", "create", "update"}, {"ok", "PatientMismatch", "ResourceRejected"}}))
    out.sample({{"app", std::get<0>(key)}, {"interaction", std::get<1>(key)}, {"result", std::get<2>(key)}},
               number(count));
  out.counter("wardend_gateway_bytes_total", "Bytes of FHIR answers that went to apps");
  for (const auto& [app, count] : for_apps(of.config.get(), of.gateway.bytes()))
    out.sample({{"app", app}}, number(count));
  out.counter("wardend_gateway_upstream_seconds_total", "Time that servers took until their answers began");
  out.sample({}, std::chrono::duration<double>(of.gateway.upstream()).count());
}

void write_servers(MetricText& out, const Observed& of) {
  const auto& servers = of.config.get().servers;
  out.gauge("wardend_server_state", "1 for the state in which the server's link is");
  for (const config::Server& server : servers)
    for (const server::State state :
         {server::State::unknown, server::State::up, server::State::degraded, server::State::down})
      out.sample({{"server", server.name}, {"state", std::string(name_of(state))}},
                 of.server_health.record(server.name).link.state == state ? 1 : 0);
  out.gauge("wardend_server_confirmed_timestamp_seconds", "When the server last answered");
  for (const config::Server& server : servers)
    if (const auto at = of.server_health.record(server.name).confirmed_at)
      out.sample({{"server", server.name}}, seconds(*at));
  out.histogram("wardend_probe_duration_seconds", "Health probes");
  for (const auto& [server, duration] : of.prober.durations())
    out.sample({{"server", server}, {"target", "discovery"}}, duration);
  out.gauge("wardend_server_certificate_expiry_timestamp_seconds", "When the server's certificate ends");
  for (const config::Server& server : servers)
    if (const auto at = of.server_health.record(server.name).certificate_expires_at)
      out.sample({{"server", server.name}}, seconds(*at));
}

void write_drift(MetricText& out, const Observed& of) {
  out.counter("wardend_capability_drift_total", "Times that a server's documents were found to say something else");
  for (const auto& [server, count] : for_servers(of.config.get(), of.drifts))
    out.sample({{"server", server}}, number(count));
}

void write_hubs(MetricText& out, const Observed& of) {
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts;
  for (const config::Server& server : of.config.get().servers)
    if (server.fhircast.enabled)
      for (const auto word : fhircast::held_topic_words) counts[{server.name, std::string(word)}] = 0;
  for (const fhircast::TopicStatus& topic : of.hubs) ++counts[{topic.server, std::string(name_of(topic.state))}];
  out.gauge("wardend_fhircast_subscriptions", "Topics of EHR hubs that sessions hold, by how they are followed");
  for (const auto& [key, count] : counts) out.sample({{"server", key.first}, {"state", key.second}}, number(count));
}

void write_doors(MetricText& out, const Observed& of) {
  out.gauge("wardend_ipc_connections", "Open connections");
  out.sample({{"socket", "broker"}}, number(of.broker_socket.connections));
  out.sample({{"socket", "control"}}, number(of.control_socket.connections));
  out.sample({{"socket", "lock"}}, number(of.lock_socket.connections));
  out.sample({{"socket", "fhir"}}, number(of.fhir_socket.connections));
  out.counter("wardend_ipc_rejected_total", "Connections refused or cut");
  for (std::size_t i = 0; i < ipc::rejection_names.size(); ++i)
    out.sample({{"reason", std::string(ipc::rejection_names[i])}},
               number(of.broker_socket.rejected[i] + of.control_socket.rejected[i] + of.lock_socket.rejected[i] +
                      of.fhir_socket.rejected[i]));
  out.counter("wardend_audit_entries_total", "Audit records by kind");
  for (const auto& [kind, count] : of.audit.counters().entries) out.sample({{"kind", kind}}, number(count));
  out.counter(
      "wardend_audit_failures_total",
      "Failed writes of the audit trail and records dropped from a full queue (file); failed attempts to forward it "
      "and entries passed over (fhir, syslog)");
  out.sample({{"sink", "file"}}, number(of.audit.counters().failures));
  for (const auto& [sink, standing] : of.forwarded) out.sample({{"sink", sink}}, number(standing.failures));
  out.gauge("wardend_audit_backlog",
            "Audit records not yet on disk (file), or on it and not yet forwarded (fhir, syslog)");
  out.sample({{"sink", "file"}}, number(of.audit.counters().backlog));
  for (const auto& [sink, standing] : of.forwarded)
    if (!standing.receiver.empty()) out.sample({{"sink", sink}}, number(standing.backlog));
}

void write_process(MetricText& out) {
  const ProcessStats stats = read_process_stats();
  out.gauge("process_resident_memory_bytes", "Resident memory");
  out.sample({}, number(stats.resident_bytes));
  out.counter("process_cpu_seconds_total", "User and system time spent");
  out.sample({}, stats.cpu_seconds);
  out.gauge("process_open_fds", "Open file descriptors");
  out.sample({}, number(stats.open_fds));
  out.gauge("process_start_time_seconds", "Start time since the Unix epoch");
  out.sample({}, stats.start_time_seconds);
}

}  // namespace

std::string metrics_text(const Observed& observed, Ready ready, Reader reader) {
  MetricText out;
  write_service(out, observed, ready);
  write_switches(out, observed);
  write_sessions(out, observed);
  write_tokens(out, observed);
  write_odd_users(out, observed);
  write_clears(out, observed);
  write_launches(out, observed);
  write_writes(out, observed);
  write_gateway(out, observed);
  write_servers(out, observed);
  write_drift(out, observed);
  write_hubs(out, observed);
  write_doors(out, observed);
  if (reader == Reader::scraper) write_process(out);
  return out.text();
}

}  // namespace wardend::ops
