#include "tests/sandbox/run.hpp"

#include <fmt/core.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdio>

#include "base/random.hpp"
#include "base/system_clock.hpp"
#include "base/task_group.hpp"
#include "tests/sandbox/server.hpp"

namespace wardend::sandbox {
namespace {

int complain(const std::string& problem) {
  fmt::print(stderr, "wardend-sandbox: {}\n", problem);
  return 1;
}

asio::awaitable<void> until_signalled(asio::signal_set& signals, Server& server) {
  static_cast<void>(co_await signals.async_wait(asio::as_tuple(asio::use_awaitable)));
  co_await server.shut_down();
}

}  // namespace

int run(Options options) {
  std::optional<TlsContexts> tls;
  if (options.tls) {
    auto contexts = make_tls_contexts(*options.tls);
    if (!contexts) return complain(contexts.error());
    tls = std::move(*contexts);
  }
  asio::io_context loop(1);
  SystemClock clock(loop);
  SystemRandom random;
  Ehr ehr(std::move(options.settings), random);
  if (!options.profile.empty())
    static_cast<void>(
        ehr.handle({.method = "POST", .path = "/_sandbox/profile", .body = R"({"name":")" + options.profile + "\"}"},
                   clock.wall_now()));
  Server server(loop, clock, ehr, std::move(tls));
  if (const auto started = server.start(options.port); !started) return complain(started.error());
  fmt::print("listening on {}\n", server.address());
  std::fflush(stdout);
  asio::signal_set signals(loop, SIGINT, SIGTERM);
  TaskGroup tasks(loop.get_executor());
  tasks.spawn("signals", until_signalled(signals, server));
  while (tasks.size() > 0) loop.run_one();
  return 0;
}

}  // namespace wardend::sandbox
