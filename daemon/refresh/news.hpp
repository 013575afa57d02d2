// What is told of refreshes: audit records, events for those who watch, and the counters behind the metrics.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/audit_sink.hpp"
#include "base/clock.hpp"
#include "base/histogram.hpp"
#include "daemon/events/session_event.hpp"
#include "daemon/session/session.hpp"

namespace wardend::refresh {

class News {
 public:
  News(Clock& clock, events::EventHub& hub, AuditSink& audit) : clock_(clock), hub_(hub), audit_(audit) {}

  // lost_reply: sent, and no usable answer came, so that the server may have spent the refresh token.
  enum class Result { ok, transient, lost_reply, terminal, dropped };
  struct Counters {
    std::map<std::string, std::map<std::string, std::uint64_t>> refreshes;  // server -> result -> count
    std::map<std::string, DurationHistogram> duration;                      // server
    std::map<std::string, std::uint64_t> odd_users;                         // server
  };
  [[nodiscard]] const Counters& counters() const { return counters_; }

  void took(const std::string& server, Duration span) { counters_.duration[server].observe(span); }
  // An answer for a session that has ended.
  void dropped(const std::string& server);
  void refreshed(const session::Session& session, std::string_view detail);
  void failed(const session::Session& session, Result result, std::string_view word);
  // The server names the session's user otherwise than at the launch: an alarm.
  void odd_user(const session::Session& session, std::string_view word);
  // The session needs a new launch.
  void grant_over(const session::Session& session);

 private:
  void count(const std::string& server, Result result);
  void record(const session::Session& session, std::string_view word, Result result);
  void publish(const session::Session& session, events::EventKind kind, std::string_view reason);

  Clock& clock_;
  events::EventHub& hub_;
  AuditSink& audit_;
  Counters counters_;
};

}  // namespace wardend::refresh
