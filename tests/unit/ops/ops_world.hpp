// A broker that has lived, for what operators read of it.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "daemon/ops/metrics.hpp"
#include "tests/unit/launch/launch_world.hpp"

namespace wardend::test {

// Launches of every outcome, a refresh, clears, revocations, refused frames.
struct OpsWorld : LaunchWorld {
  audit::FileSink trail{loop.get_executor(), clock, worker, {.file = folder.file("audit.jsonl").string()}};
  ipc::Counters broker_socket;
  ipc::Counters control_socket;
  ipc::Counters lock_socket;
  ipc::Counters fhir_socket;
  std::map<std::string, access::ResultCounts, std::less<>> token_requests;
  DurationHistogram token_request_duration;

  ~OpsWorld() {
    bool ended = false;
    launches.spawn("trail", close(ended));
    while (!ended) {
      loop.restart();
      loop.run_one_for(50ms);
    }
    clock.settle();
  }
  asio::awaitable<void> close(bool& ended) {
    co_await trail.shut_down(worker);
    ended = true;
  }
  void live() {
    prober.start();
    app().scopes.push_back({.scope = "patient/Condition.r", .action = "", .approved_by = "", .approved_on = ""});
    app().patient_context = config::PatientContext::optional;
    ehr.patient.clear();
    ehr.scope += " profile";
    EXPECT_TRUE(launch_with_code("c1"));
    EXPECT_FALSE(come_back(begin_standalone(), "error=access_denied"));
    clock.advance(300s);
    server_health.observe("ehr", {.kind = server::LinkEvidence::Kind::answered,
                                  .certificate_expires_at = WallTime(std::chrono::seconds(1'900'000'000))});
    refresh.news.odd_user(begin("ended"), "another_fhir_user");
    write(*store.find("ended"));
    read_through_gateway(*store.find("ended"));
    clearing.clear_session(*store.find("ended"), {ClearReason::ended_by_app, ""});
    clock.advance(5s);
    ++broker_socket.rejected[0];
    broker_socket.connections = 3;
    token_requests["vitals"][0] = 7;
    token_requests["vitals"][static_cast<std::size_t>(Errc::PatientMismatch) + 1] = 2;
    token_request_duration.observe(3ms);
    trail.write(record_of(entry::ClockStep{.act = AuditAct::service_resumed}));
    ehr.patient = "secret-patient";
  }
  // A write that an override permitted, its outcome, and a look at its patient.
  void write(const session::Session& session) {
    const ipc::Caller caller({.pid = 77, .uid = 1000});
    const writes::Permit& permit = core.permits.give(session, {.interaction = "create", .type = "Observation"});
    core.write_record.permitted(permit, caller, {.excused = {"on_screen_unknown"}, .reason = "why"});
    core.write_record.recorded(permit, caller, writes::Outcome::success, "");
    launches.spawn("renew", core.patient_checks.renew(session.id, session.epoch, 60s, clock.now() + 8s));
    clock.advance(1s);
  }
  // A read that the server answered, and one that the guard refused.
  void read_through_gateway(session::Session& session) {
    const ipc::Caller caller({.pid = 77, .uid = 1000});
    gateway::Seen seen{
        .caller = caller,
        .who = fail(errors::NotAuthorized{"nobody asked"}),
        .whose = audit_owner(session),
        .request = {.interaction = fhir::Interaction::read, .type = "Patient", .id = "secret-id", .reads = true},
        .known = true,
        .query = "secret-query"};
    const writes::Permit permit = core.gateway_record.sent(seen, session, {});
    core.gateway_record.took(250ms);
    core.gateway_record.answered(seen, {.status = 200, .bytes = 1234, .location = "secret-place", .permit = permit});
    core.gateway_record.refused(seen, &session,
                                errors::PatientMismatch{.session = session.id, .requested = "secret-patient"});
  }
  [[nodiscard]] std::string text(ops::Ready ready = ops::Ready::yes, ops::Reader reader = ops::Reader::scraper) {
    return ops::metrics_text({clock,
                              config,
                              workstation,
                              vault,
                              store,
                              clearing,
                              refresh.news,
                              revoker,
                              launcher,
                              server_health,
                              prober,
                              trail,
                              broker_socket,
                              control_socket,
                              lock_socket,
                              fhir_socket,
                              token_requests,
                              core.write_record,
                              core.gateway_record,
                              core.patient_checks,
                              core.drift_watch.counts(),
                              token_request_duration,
                              "1.2.3",
                              {{.server = "ehr", .state = fhircast::TopicState::following}},
                              2},
                             ready, reader);
  }
};

}  // namespace wardend::test
