#include "tests/bench/sessions.hpp"

#include <malloc.h>

#include <chrono>
#include <memory>
#include <string>

#include "daemon/service/token_reply.hpp"
#include "tests/unit/session/world.hpp"

namespace wardend::bench {
namespace {

using Now = std::chrono::steady_clock;

std::size_t heap_in_use() { return ::mallinfo2().uordblks + ::mallinfo2().hblkhd; }

double since(Now::time_point begun) { return std::chrono::duration<double, std::micro>(Now::now() - begun).count(); }

}  // namespace

SessionCost cost_of_sessions(std::size_t sessions, std::size_t login_sessions) {
  test::World world;
  world.ehr.token_life = std::chrono::hours(1);
  for (std::size_t i = 1; i < login_sessions; ++i) world.logind.add("d" + std::to_string(i), 1000);
  service::TokenReplies replies(world.clock, world.random);
  const std::size_t before = heap_in_use();
  const auto begun = Now::now();
  for (std::size_t i = 0; i < sessions; ++i) {
    const std::size_t place = i % login_sessions;
    auto& session = world.begin("session-" + std::to_string(i), place == 0 ? "c1" : "d" + std::to_string(place));
    session.tokens()->access = Secret(std::string(1000, 'a') + std::to_string(i));  // a JWT's size
    session.tokens()->refresh = Secret(std::string(200, 'r') + std::to_string(i));
    (void)replies.of(session, *world.settings, world.book.freshness("ehr"), world.clock.now());
  }
  SessionCost cost;
  cost.add_microseconds = since(begun) / static_cast<double>(sessions);
  cost.heap_bytes = static_cast<double>(heap_in_use() - before) / static_cast<double>(sessions);
  const auto clearing = Now::now();
  world.clearing.clear_all({ClearReason::suspend, "measured"});
  cost.clear_all_milliseconds = since(clearing) / 1000;
  return cost;
}

}  // namespace wardend::bench
