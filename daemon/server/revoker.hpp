// Tokens of ended sessions, told to their server (RFC 7009) in the background. A clear never waits for it. A token
// leaves memory when its revocation is answered, two minutes after the clear at most.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/task_group.hpp"
#include "daemon/server/client_credentials.hpp"
#include "daemon/server/directory.hpp"
#include "daemon/server/token_endpoint.hpp"
#include "protocol/oauth/token.hpp"

namespace wardend::server {

struct Revocation {
  std::string server;
  std::string app;
  std::string session;
  Client client = {};
  oauth::TokenToRevoke token = {};
  BootTime deadline = {};  // the revoker's own
};

class Revoker {
 public:
  static constexpr std::size_t max_pending = 20'000;
  static constexpr std::size_t max_parallel = 8;
  static constexpr Duration deadline = 2min;

  Revoker(asio::any_io_executor executor, Clock& clock, Random& random, ServerDirectory& directory,
          TokenEndpoint& endpoint, AuditSink& audit)
      : clock_(clock),
        random_(random),
        directory_(directory),
        endpoint_(endpoint),
        audit_(audit),
        tasks_(std::move(executor)) {}

  // Takes the token over, for two minutes. Over the limit the oldest one is dropped, wiped and counted as failed.
  void enqueue(Revocation revocation);
  [[nodiscard]] std::size_t pending() const { return queue_.size() + in_hand_; }
  // Completes when nothing is pending, or at `until`.
  [[nodiscard]] asio::awaitable<void> drain(BootTime until);
  // Gives up whatever is pending, counted as expired, and returns how much that was. What waits is wiped here, what is
  // in hand when its request ends, which is whoever calls this to see to.
  std::size_t give_up();
  [[nodiscard]] asio::awaitable<void> shut_down() { return tasks_.shut_down(clock_); }

  // server -> result (ok, unsupported, failed, expired) -> count
  [[nodiscard]] const std::map<std::string, std::map<std::string, std::uint64_t>>& counters() const {
    return counters_;
  }

 private:
  [[nodiscard]] asio::awaitable<void> work();
  struct End {
    std::string result;    // as in counters()
    std::string why = {};  // of one that is not ok, for operators
  };
  [[nodiscard]] asio::awaitable<End> revoke(const Revocation& revocation);
  [[nodiscard]] asio::awaitable<PostAnswer> ask(const Revocation& revocation, DiscoveryPtr discovery);
  // The end that an answer is; nullopt: it is none, and is asked again.
  [[nodiscard]] static std::optional<End> end_by(const PostAnswer& answer);
  void record(const Revocation& revocation, const End& end);

  Clock& clock_;
  Random& random_;
  ServerDirectory& directory_;
  TokenEndpoint& endpoint_;
  AuditSink& audit_;
  std::deque<Revocation> queue_;
  std::size_t working_ = 0;     // coroutines
  std::size_t in_hand_ = 0;     // revocations that one of them has taken
  std::uint64_t given_up_ = 0;  // how often
  Event giving_up_;
  Event idle_;
  std::map<std::string, std::map<std::string, std::uint64_t>> counters_;
  TaskGroup tasks_;
};

}  // namespace wardend::server
