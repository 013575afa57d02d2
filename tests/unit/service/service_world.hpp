// Both interfaces over every module, in virtual time. Callers are facts; worker threads are real.
#pragma once

#include <chrono>
#include <fstream>
#include <string>
#include <utility>

#include "tests/support/until.hpp"
#include "tests/unit/launch/launch_world.hpp"

namespace wardend::test {

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
          .birth = "1"};
}
inline ipc::CallerFacts in_system_unit(uid_t uid, const std::string& unit) {
  return {.pid = 78, .uid = uid, .gid = uid, .cgroup = {.system_unit = unit}, .birth = "1"};
}

struct ServiceWorld : LaunchWorld {
  access::Gate& gate = core.gate;
  access::TokenRecord& token_record = core.token_record;
  service::TokenReplies replies{clock};  // of the tests that need no whole call
  service::Reloader& reloader = core.reloader;
  service::BrokerService& broker = core.broker;
  service::ControlService& control = core.control;

  ServiceWorld() {
    settings->roles.ehr.gids = {500};
    settings->roles.operators.gids = {501};
    settings->roles.observer.gids = {502};
  }

  // As the server makes them: the epoch is taken when the connection is accepted.
  Client connect(const ipc::CallerFacts& facts) { return Client(facts, gate.epoch_at_accept(ipc::Caller(facts))); }
  Client user() { return connect(in_login_session(1000, "c1")); }

  // Runs `work` to its end; worker threads take the time that they take.
  template <typename T>
  Result<T> ask(asio::awaitable<Result<T>> work) {
    const auto outcome = start(std::move(work));
    until(loop, [&] { return outcome->has_value(); }, [this] { clock.settle(); });
    if (!*outcome) return fail(no_answer("no answer within ten seconds"));
    return std::move(**outcome);
  }
};

}  // namespace wardend::test
