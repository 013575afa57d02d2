// Keeps tokens fresh: one schedule, one request a token. It also ends what time ends (idle, lifetime, expiry). What a
// caller is told is not decided here: TokenDesk asks for a refresh and waits for the session's `changed`.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"
#include "base/histogram.hpp"
#include "base/http_client.hpp"
#include "base/random.hpp"
#include "base/task_group.hpp"
#include "config/live.hpp"
#include "daemon/session/clearing.hpp"
#include "daemon/session/directory.hpp"
#include "daemon/session/events.hpp"
#include "daemon/session/keeper.hpp"
#include "daemon/session/link.hpp"
#include "daemon/session/store.hpp"
#include "protocol/http/date.hpp"
#include "protocol/oauth/token.hpp"

namespace wardend::session {

class Refresher {
 public:
  struct Parts {
    Clock& clock;
    Random& random;
    HttpClient& http;
    ServerDirectory& directory;
    Link& link;
    Workstation& workstation;
    SessionStore& store;
    Keeper& keeper;
    Clearing& clearing;
    Revoker& revoker;
    ClientProof& proof;
    EventHub& hub;
    AuditSink& audit;
    const config::Live& config;
    std::string machine_id;
  };
  Refresher(asio::any_io_executor executor, Parts parts);

  // The schedule's loop: runs until cancelled.
  [[nodiscard]] asio::awaitable<void> run();
  [[nodiscard]] asio::awaitable<void> shut_down() { return flights_.shut_down(parts_.clock); }
  // Completes when no refresh is under way, or at `until`.
  [[nodiscard]] asio::awaitable<void> settle(BootTime until);

  // Plans a session whose tokens were just set (a launch or a refresh).
  void plan(Session& session);
  // Plans a session that came back after a restart. One whose refresh was under way counts as sent and unanswered.
  void take_back(Session& session);
  // Sets the entry in the schedule to whatever comes first for this session.
  void reschedule(Session& session);

  // Starts the session's refresh now unless one is in flight. False: it may not start now (the last one is too near, it
  // waits for a retry or for a replay's moment, or there is no refresh token).
  bool start_now(Session& session);

  // The machine was asleep: everything that fell due meanwhile is planned anew, spread out. What was under way comes
  // back as abandoned and is planned then.
  void resumed();

  struct Counters {
    std::map<std::string, std::map<std::string, std::uint64_t>>
        refreshes;                                      // server -> ok, transient, terminal, dropped
    std::map<std::string, DurationHistogram> duration;  // server
  };
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  struct Attempt {
    std::string session;
    std::string server;
    EpochNumber epoch = 0;
    Client client = {};
    bool rediscover = false;
  };
  using Judged = std::expected<oauth::TokenResponse, oauth::TokenFailure>;

  void on_due(Session& session);
  void start(Session& session);
  [[nodiscard]] asio::awaitable<void> fly(Attempt attempt);
  [[nodiscard]] asio::awaitable<void> send(Attempt attempt, DiscoveryPtr discovery, unsigned round);
  void arrived(const Attempt& attempt, HttpResponse response, unsigned round);
  void received(Session& session, oauth::TokenResponse response, BootTime sent_at);
  void drop(const Attempt& attempt, oauth::TokenResponse response);
  void failed(Session& session, std::string_view word, std::optional<std::chrono::seconds> retry_after);
  void unanswered(Session& session, std::string_view word);
  void grant_over(Session& session, std::string_view reason);
  void expire(Session& session);
  void recovered(const std::string& server);
  void abandoned(Session& session, const HttpFailure& failure);
  void plan_after_sleep(Session& session, BootTime planned);
  void enter(Session& session, Fact fact);
  void record(const Session& session, std::string_view result, bool granted);

  Parts parts_;
  TaskGroup flights_;
  Event landed_;
  Counters counters_;
};

}  // namespace wardend::session
