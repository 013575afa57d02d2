// Both interfaces over every module, in virtual time. Callers are facts; worker threads are real.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/worker.hpp"
#include "daemon/access/token_issue.hpp"
#include "daemon/server/prober.hpp"
#include "daemon/service/broker_service.hpp"
#include "daemon/service/control_service.hpp"
#include "daemon/service/reloader.hpp"
#include "daemon/service/token_reply.hpp"
#include "tests/support/fake_hub.hpp"
#include "tests/unit/launch/launch_world.hpp"

namespace wardend::test {

// A folder that goes with the test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "wardend-test-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] std::filesystem::path file(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

// A connection's caller with the call that it makes.
struct Client {
  explicit Client(ipc::CallerFacts facts, std::uint64_t epoch = 0) : caller(std::move(facts)), call{caller, epoch} {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ipc::Caller caller;
  ipc::Call call;
};

inline ipc::CallerFacts in_login_session(uid_t uid, const std::string& id, pid_t pid = 77) {
  return {.pid = pid,
          .uid = uid,
          .gid = uid,
          .cgroup = {.system_unit = "session-" + id + ".scope", .login_session = id},
          .start_time = "1"};
}
inline ipc::CallerFacts in_system_unit(uid_t uid, const std::string& unit) {
  return {.pid = 78, .uid = uid, .gid = uid, .cgroup = {.system_unit = unit}, .start_time = "1"};
}

struct ServiceWorld : LaunchWorld {
  TemporaryFolder folder;
  Worker worker{clock};
  access::Gate gate{config, workstation, clock};
  access::TokenRecord token_record{clock, session_vault, audit};
  access::TokenIssue token_issue{{gate, store, readiness, server_health, token_record}, random};
  service::TokenReplies replies{clock};  // of the tests that need no whole call
  server::Prober prober{loop.get_executor(), clock, random, directory, config};
  FakeHub fhircast_hub{clock};
  fhircast::Follower follower{
      loop.get_executor(),
      {{random, fhircast_hub, {clock, fhircast_hub, config, "wardend"}, store, refresher, audit}, clearing, hub}};
  service::Reloader reloader{folder.file("wardend.toml"), worker, config, clearing, prober, follower};
  std::string not_ready;
  std::string unit_trouble;
  service::LaunchMethods launch_methods{{clock, config, gate, launcher, store}};
  service::AccessMethods access_methods{clock, gate, token_issue};
  service::SessionMethods session_methods{{clock, gate, store, clearing, server_health}};
  service::HealthMethods health_methods{config, gate, directory, server_health};
  service::WorkMethods work_methods{{clock, gate, store, parking, audit}};
  service::MonitorMethods monitor_methods{{clock, gate, workstation, store, hub, server_health}};
  service::BrokerService broker{
      {launch_methods, access_methods, session_methods, health_methods, work_methods, monitor_methods}};
  service::ControlTrail trail{config, audit};
  service::ControlTargets targets{{config, workstation, store, clearing, worker}};
  service::ClearMethods clear_methods{clock, clearing, targets, trail};
  service::StatusMethod status_method{
      {.held = {clock, store, revoker},
       .servers = {config, server_health, directory, follower},
       .workstation = {workstation, clearing, [this] { return not_ready; }, [this] { return unit_trouble; }}},
      trail,
      "1.2"};
  service::OperatorMethods operator_methods{reloader, directory, trail};
  service::ControlService control{{trail, clear_methods, status_method, operator_methods}};

  ServiceWorld() {
    settings->roles.ehr.gids = {500};
    settings->roles.operators.gids = {501};
    settings->roles.observer.gids = {502};
  }
  ~ServiceWorld() {
    launches.cancel();
    launches.spawn("prober", prober.shut_down());
    clock.settle();
    launches.spawn("follower", follower.shut_down());
    clock.advance(2s);
  }

  // As the server makes them: the epoch is taken when the connection is accepted.
  Client connect(const ipc::CallerFacts& facts) { return Client(facts, gate.epoch_at_accept(ipc::Caller(facts))); }
  Client user() { return connect(in_login_session(1000, "c1")); }

  // Runs `work` to its end; worker threads take the time that they take.
  template <typename T>
  Result<T> ask(asio::awaitable<Result<T>> work) {
    const auto guard = asio::make_work_guard(loop);
    const auto outcome = start(std::move(work));
    const auto give_up = std::chrono::steady_clock::now() + 10s;
    clock.settle();
    while (!*outcome && std::chrono::steady_clock::now() < give_up) {
      loop.restart();
      loop.run_one_for(100ms);
      clock.settle();
    }
    if (!*outcome) return fail(no_answer("no answer within ten seconds"));
    return std::move(**outcome);
  }
};

}  // namespace wardend::test
