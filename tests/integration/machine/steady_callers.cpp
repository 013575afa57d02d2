// steady_callers CLIENTS STOP_FILE: that many apps in a login session, each on a connection of its own, ask for a token
// fifty times a second until STOP_FILE is there. A connection that ends is made anew, at once. Prints as JSON what they
// saw: tokens, reconnects, every other error by its name, and the longest time that one of them was without an answer.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "ipc/client/wardend/client.hpp"

namespace {

using Clock = std::chrono::steady_clock;
using wardend::client::Client;
using wardend::client::Failure;

struct Seen {
  int tokens = 0;
  int reconnects = 0;
  std::map<std::string, int> errors = {};
  Clock::duration longest_gap{};
};

std::optional<Client> connect(Seen& seen) {
  auto client = Client::connect("/run/wardend/broker.sock");
  if (client) return std::move(*client);
  ++seen.errors["connect: " + client.error().detail];
  return std::nullopt;
}

void ask_until(const std::atomic<bool>& over, Seen& seen) {
  auto client = connect(seen);
  Clock::time_point answered = Clock::now();
  while (!over) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    if (!client && !(client = connect(seen))) continue;
    const auto reply = client->call("org.wardend.Broker.GetToken", nlohmann::json::object());
    if (reply) {
      ++seen.tokens;
      const Clock::time_point now = Clock::now();
      seen.longest_gap = std::max(seen.longest_gap, now - answered);
      answered = now;
    } else if (reply.error().kind == Failure::Kind::closed) {
      ++seen.reconnects;
      client = connect(seen);
    } else {
      ++seen.errors[reply.error().error.empty() ? reply.error().detail : reply.error().error];
      if (reply.error().kind != Failure::Kind::refused) client.reset();
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  std::atomic<bool> over = false;
  std::vector<Seen> seen(static_cast<std::size_t>(std::max(1, std::atoi(argv[1]))));
  std::vector<std::thread> callers;
  callers.reserve(seen.size());
  for (Seen& each : seen) callers.emplace_back([&over, &each] { ask_until(over, each); });
  while (::access(argv[2], F_OK) != 0) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  over = true;
  for (std::thread& caller : callers) caller.join();
  Seen all;
  for (const Seen& each : seen) {
    all.tokens += each.tokens;
    all.reconnects += each.reconnects;
    for (const auto& [error, count] : each.errors) all.errors[error] += count;
    all.longest_gap = std::max(all.longest_gap, each.longest_gap);
  }
  const auto gap = std::chrono::duration_cast<std::chrono::milliseconds>(all.longest_gap).count();
  const nlohmann::json printed{
      {"tokens", all.tokens}, {"reconnects", all.reconnects}, {"errors", all.errors}, {"longest_gap_ms", gap}};
  std::puts(printed.dump().c_str());
  return 0;
}
