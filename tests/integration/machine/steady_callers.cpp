// steady_callers CLIENTS STOP_FILE: that many apps in a login session, each on a connection of its own, ask for a token
// fifty times a second until STOP_FILE is there. A connection that ends is made anew, at once. Prints as JSON what they
// saw: answers, reconnects, every other error by its name, and the longest time that one of them was without an answer.
// steady_callers CLIENTS STOP_FILE ADDRESS: the same with reads of ADDRESS through the gateway, ten a second each.
#include <curl/curl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
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
  int answers = 0;
  int reconnects = 0;
  std::map<std::string, int> errors = {};
  Clock::duration longest_gap{};
};

// Asks once. True: it has an answer; else what happened stands in `seen`.
using Ask = std::function<bool(Seen& seen)>;

std::optional<Client> connect(Seen& seen) {
  auto client = Client::connect("/run/wardend/broker.sock");
  if (client) return std::move(*client);
  ++seen.errors["connect: " + client.error().detail];
  return std::nullopt;
}

Ask for_tokens() {
  return [client = std::make_shared<std::optional<Client>>()](Seen& seen) {
    if (!*client && !(*client = connect(seen))) return false;
    const auto reply = (*client)->call("org.wardend.Broker.GetToken", nlohmann::json::object());
    if (reply) return true;
    if (reply.error().kind == Failure::Kind::closed) {
      ++seen.reconnects;
      *client = connect(seen);
    } else {
      ++seen.errors[reply.error().error.empty() ? reply.error().detail : reply.error().error];
      if (reply.error().kind != Failure::Kind::refused) client->reset();
    }
    return false;
  };
}

std::size_t ignore(char* /*bytes*/, std::size_t size, std::size_t count, void* /*nothing*/) { return size * count; }

// libcurl makes a connection anew by itself where the old one has ended before the answer began.
Ask for_reads(const std::string& address) {
  const std::shared_ptr<CURL> curl(curl_easy_init(), curl_easy_cleanup);
  curl_easy_setopt(curl.get(), CURLOPT_UNIX_SOCKET_PATH, "/run/wardend/fhir.sock");
  curl_easy_setopt(curl.get(), CURLOPT_URL, address.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, ignore);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 10L);
  return [curl, connected = 0L](Seen& seen) mutable {
    const CURLcode code = curl_easy_perform(curl.get());
    long status = 0, connections = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl.get(), CURLINFO_NUM_CONNECTS, &connections);
    const bool cut = code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR;
    if (connections > 0 && connected > 0) ++seen.reconnects;
    connected += connections;
    if (code == CURLE_OK && status == 200) return true;
    if (!cut) ++seen.errors[code == CURLE_OK ? "status " + std::to_string(status) : curl_easy_strerror(code)];
    return false;
  };
}

void ask_until(const std::atomic<bool>& over, std::chrono::milliseconds pause, const Ask& ask, Seen& seen) {
  Clock::time_point answered = Clock::now();
  while (!over) {
    std::this_thread::sleep_for(pause);
    if (!ask(seen)) continue;
    ++seen.answers;
    const Clock::time_point now = Clock::now();
    seen.longest_gap = std::max(seen.longest_gap, now - answered);
    answered = now;
  }
}

}  // namespace

int main(int argc, char** argv) {
  using std::chrono_literals::operator""ms;
  if (argc < 3) return 2;
  std::atomic<bool> over = false;
  std::vector<Seen> seen(static_cast<std::size_t>(std::max(1, std::atoi(argv[1]))));
  std::vector<std::thread> callers;
  callers.reserve(seen.size());
  for (Seen& each : seen)
    callers.emplace_back([&over, &each, ask = argc > 3 ? for_reads(argv[3]) : for_tokens(),
                          pause = argc > 3 ? 100ms : 20ms] { ask_until(over, pause, ask, each); });
  while (::access(argv[2], F_OK) != 0) std::this_thread::sleep_for(10ms);
  over = true;
  for (std::thread& caller : callers) caller.join();
  Seen all;
  for (const Seen& each : seen) {
    all.answers += each.answers;
    all.reconnects += each.reconnects;
    for (const auto& [error, count] : each.errors) all.errors[error] += count;
    all.longest_gap = std::max(all.longest_gap, each.longest_gap);
  }
  const auto gap = std::chrono::duration_cast<std::chrono::milliseconds>(all.longest_gap).count();
  const nlohmann::json printed{
      {"answers", all.answers}, {"reconnects", all.reconnects}, {"errors", all.errors}, {"longest_gap_ms", gap}};
  std::puts(printed.dump().c_str());
  return 0;
}
