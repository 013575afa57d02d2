// What is known of every server's link: its state, when it last answered, since when unbroken. Evidence comes from
// every request, not from probes alone. A server that is down is never a reason to clear.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "config/live.hpp"
#include "daemon/events/session_event.hpp"
#include "daemon/server/link_evidence.hpp"
#include "daemon/server/link_state.hpp"

namespace wardend::server {

// As GetToken, GetHealth and Monitor tell it. Spec: org.wardend.Broker, type Freshness.
struct Freshness {
  std::string server = {};
  State state = State::unknown;
  std::optional<WallTime> confirmed_at = {};
  std::optional<WallTime> unbroken_since = {};
  bool stale = true;
  friend bool operator==(const Freshness&, const Freshness&) = default;
};

struct ServerRecord {
  LinkState link = {};
  std::optional<BootTime> confirmed_boot = {};
  std::optional<WallTime> confirmed_at = {};
  std::optional<WallTime> unbroken_since = {};
  std::optional<WallTime> state_since = {};
  std::optional<BootTime> recovered = {};  // when it was last down and then answered
  std::optional<WallTime> certificate_expires_at = {};
  std::optional<Duration> latency = {};  // of the last answer; none where the last request had no answer
  std::string last_trouble = {};  // why the last request came to nothing, and what to do; empty: it was answered well
  LinkEvidence::Remedy remedy = LinkEvidence::Remedy::time;  // of last_trouble
  std::optional<BootTime> quiet_until = {};  // it wants to be left alone so long; nothing in it forbids a token request
};

class ServerHealth {
 public:
  ServerHealth(Clock& clock, const config::Live& config, events::EventHub& hub)
      : clock_(clock), config_(config), hub_(hub) {}

  // Takes in what one request showed. A server that is not configured is nobody's.
  void observe(const std::string& server, const LinkEvidence& evidence);
  // Whether so many requests in a row had no answer that callers need not wait for one.
  [[nodiscard]] bool down(const std::string& server) const;
  // Whether what it has to do with stays until somebody mends it: waiting and trying again do not help.
  [[nodiscard]] bool needs_people(const std::string& server) const;
  // Whether it was down, and has answered again for less than `span`.
  [[nodiscard]] bool recovered_within(const std::string& server, Duration span) const;
  // `call` runs whenever a server that was down is no longer.
  void on_recovery(std::function<void(const std::string& server)> call) { on_recovery_.push_back(std::move(call)); }

  // The machine was asleep: nothing is confirmed until a server answers again. The states of the links stay.
  void interrupted();

  // Until when what apps have is confirmed; nullopt: it is not.
  [[nodiscard]] std::optional<BootTime> fresh_until(const std::string& server) const;
  // Notified when an answer confirms anew, once a second while answers go on, and when the machine was asleep.
  [[nodiscard]] Event& confirmations() { return confirmations_; }

  // Whether what apps have from this server can still be confirmed as current.
  [[nodiscard]] Freshness freshness(const std::string& server) const;
  // A server that has never been asked has an empty record.
  [[nodiscard]] ServerRecord record(const std::string& server) const;

 private:
  // Another address is another server: what is known of the one says nothing of the other.
  struct Known {
    std::string address = {};
    ServerRecord record = {};
  };
  [[nodiscard]] ServerRecord& record_of(const config::Server& server);
  // nullptr: it is not configured, or was never asked at its address.
  [[nodiscard]] const ServerRecord* find(const std::string& server) const;
  [[nodiscard]] std::optional<BootTime> fresh_until(const ServerRecord& record, const std::string& server) const;
  // Whether nothing was confirmed before.
  bool answered(ServerRecord& record, const LinkEvidence& evidence, Duration staleness);
  void moved(ServerRecord& record, const std::string& server, State from, const std::string& why);

  Clock& clock_;
  const config::Live& config_;
  events::EventHub& hub_;
  std::map<std::string, Known, std::less<>> records_;
  Event confirmations_;
  BootTime told_at_ = {};
  std::vector<std::function<void(const std::string&)>> on_recovery_;
};

}  // namespace wardend::server
