#include "tests/bench/sessions.hpp"

#include <malloc.h>
#include <unistd.h>

#include <boost/asio/executor_work_guard.hpp>
#include <chrono>
#include <filesystem>
#include <list>
#include <string>

#include "base/worker.hpp"
#include "daemon/audit/file_sink.hpp"
#include "tests/unit/session/world.hpp"

namespace wardend::bench {
namespace {

using Now = std::chrono::steady_clock;

std::size_t heap_in_use() { return ::mallinfo2().uordblks + ::mallinfo2().hblkhd; }

double since(Now::time_point begun) { return std::chrono::duration<double, std::micro>(Now::now() - begun).count(); }

std::string place(std::size_t number) { return number == 0 ? "c1" : "d" + std::to_string(number); }

// Sessions of many login sessions, each as after its first GetToken.
struct Crowd : test::World {
  explicit Crowd(std::size_t login_sessions) {
    ehr.token_life = std::chrono::hours(1);
    for (std::size_t i = 1; i < login_sessions; ++i) logind.add(place(i), 1000);
  }
  void add(std::size_t number, std::size_t login_sessions) {
    shape_tokens = [number](session::Tokens& tokens) {
      tokens.access = Secret(std::string(1000, 'a') + std::to_string(number));  // a JWT's size
      tokens.refresh = Secret(std::string(200, 'r') + std::to_string(number));
    };
    auto& session = begin("session-" + std::to_string(number), place(number % login_sessions));
    session.user = {.fhir_user = "https://ehr.example.org/fhir/Practitioner/" + std::to_string(number),
                    .subject = "user-" + std::to_string(number),
                    .issuer = "https://ehr.example.org"};
    session.held_by({.pid = 1000, .birth = "123456"});
    (void)replies.of(
        {.session = session, .config = config.hold(), .freshness = server_health.freshness("ehr"), .request_id = "r1"});
  }
  service::TokenReplies replies{clock};
};

// Clearing as the daemon has it: an audit trail on disk, and somebody who watches each login session.
struct Cleared {
  Cleared(Crowd& of, std::size_t login_sessions)
      : crowd(of),
        trail(of.loop.get_executor(), of.clock, worker, {.file = file.string()}),
        parking(of.clock, of.vault, of.config, trail),
        clearing(of.clock,
                 {of.workstation, of.session_vault, of.core.pending_launches, of.unsent, of.store, of.core.permits,
                  of.core.exchanges, of.ehr, of.ehr, parking, of.revoker, of.hub, trail, of.locks}) {
    for (std::size_t i = 0; i < login_sessions; ++i) watchers.emplace_back(of.hub);
  }
  ~Cleared() {
    TaskGroup closing(crowd.loop.get_executor());
    closing.spawn("audit", trail.shut_down(worker));
    const auto guard = asio::make_work_guard(crowd.loop);
    while (closing.size() > 0) crowd.loop.run_one();
    std::filesystem::remove(file);
  }
  Cleared(const Cleared&) = delete;
  Cleared& operator=(const Cleared&) = delete;

  Crowd& crowd;
  std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("wardend-bench-" + std::to_string(::getpid()) + ".jsonl");
  Worker worker{crowd.clock};
  audit::FileSink trail;
  parking::Parking parking;
  clearing::Clearing clearing;
  std::list<events::EventHub::Subscription> watchers;
};

}  // namespace

SessionCost cost_of_sessions(std::size_t sessions, std::size_t login_sessions) {
  Crowd crowd(login_sessions);
  const std::size_t before = heap_in_use();
  const auto begun = Now::now();
  for (std::size_t i = 0; i < sessions; ++i) crowd.add(i, login_sessions);
  SessionCost cost;
  cost.add_microseconds = since(begun) / static_cast<double>(sessions);
  crowd.vault.erase_all();  // the daemon's has memory of its own
  cost.heap_bytes = static_cast<double>(heap_in_use() - before) / static_cast<double>(sessions);
  return cost;
}

ClearCost cost_of_clearing(std::size_t sessions, std::size_t login_sessions, std::size_t runs) {
  ClearCost cost;
  for (std::size_t run = 0; run < runs; ++run) {
    Crowd crowd(login_sessions);
    Cleared cleared(crowd, login_sessions);
    for (std::size_t i = 0; i < sessions; ++i) crowd.add(i, login_sessions);
    auto begun = Now::now();
    cleared.clearing.clear_login_session(place(1), {ClearReason::os_lock, "measured"});
    cost.one_milliseconds.push_back(since(begun) / 1000);
    for (std::size_t i = 1; i < sessions; i += login_sessions) crowd.add(sessions + i, login_sessions);
    begun = Now::now();
    cleared.clearing.clear_all({ClearReason::lock_source_lost, "measured"});
    cost.all_milliseconds.push_back(since(begun) / 1000);
  }
  return cost;
}

}  // namespace wardend::bench
