// The clear: an epoch ends (from that line on GetToken refuses), in the vault too, secrets are wiped, launches and
// unsent frames go, watchers are told, the audit is queued, tokens move to the revoker. All of it in one turn of the
// loop.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/audit_sink.hpp"
#include "base/histogram.hpp"
#include "base/lock_source.hpp"
#include "daemon/session/events.hpp"
#include "daemon/session/keeper.hpp"
#include "daemon/session/lock_log.hpp"
#include "daemon/session/revoker.hpp"
#include "daemon/session/store.hpp"
#include "daemon/session/workstation.hpp"

namespace wardend::session {

struct EpochEnded {
  EpochNumber number = 0;
  std::string login_session;
  EpochEnd end;
};

class Clearing final : public LockListener {
 public:
  Clearing(Clock& clock, Workstation& workstation, SessionStore& store, Keeper& keeper, Revoker& revoker, EventHub& hub,
           AuditSink& audit)
      : clock_(clock),
        workstation_(workstation),
        store_(store),
        keeper_(keeper),
        revoker_(revoker),
        hub_(hub),
        audit_(audit) {}

  // `call` runs inside every clear, after the secrets are wiped: for whoever else holds something of that epoch.
  void on_epoch_end(std::function<void(const EpochEnded&)> call) { observers_.push_back(std::move(call)); }

  // `call` runs before a session's user and context are wiped: for whoever must know afterwards whose it was.
  void before_wipe(std::function<void(const Session&, ClearReason)> call) { witnesses_.push_back(std::move(call)); }
  // `call` runs at the start of every clear_all, be there login sessions or none.
  void before_clear_all(std::function<void(ClearReason)> call) { sweepers_.push_back(std::move(call)); }
  // `call` runs whenever a lock source has told what it reads now.
  void on_picture_changed(std::function<void()> call) { picture_observers_.push_back(std::move(call)); }
  // `call` runs when everything was cleared for a sleep, and completes when the machine may sleep. One call at a time.
  void before_sleep(std::function<asio::awaitable<void>(BootTime)> call) { before_sleep_ = std::move(call); }

  // Why, for the audit and for support: free text about the source and the moment at which its signal was received.
  struct Cause {
    ClearReason reason;
    std::string detail = {};
    std::chrono::steady_clock::time_point received_at = std::chrono::steady_clock::now();
  };
  // The login sessions that `selection` means. A user's are also those in which they hold a session, whosesoever the
  // login session is.
  [[nodiscard]] std::vector<std::string> whom(const Workstation::Selection& selection) const;
  // Each returns how many sessions it ended.
  std::size_t clear_login_session(const std::string& login_session, const Cause& cause);
  std::size_t clear_all(const Cause& cause);
  // After a sleep: clears whatever a suspend that was announced would have cleared. Quiet where it was.
  std::size_t clear_after_sleep();
  std::size_t clear_each(const std::vector<std::string>& login_sessions, const Cause& cause);
  // One session; its epoch goes on.
  void clear_session(Session& session, const Cause& cause);

  // LockListener: a lock source speaks.
  void must_clear(const ClearFact& fact) override;
  void picture_changed(std::string_view login_session) override;
  [[nodiscard]] asio::awaitable<void> emptied(BootTime until) override {
    return before_sleep_ ? before_sleep_(until) : LockListener::emptied(until);
  }
  void unlock_seen(std::string_view login_session) override { workstation_.unlock_seen(std::string(login_session)); }

  // What sources reported. Whoever reports a lock without being a source notes it here.
  [[nodiscard]] LockLog& locks() { return locks_; }

  struct Counters {
    std::map<ClearReason, std::uint64_t> clears;
    std::map<ClearReason, std::uint64_t> sessions;
    DurationHistogram duration;
  };
  [[nodiscard]] const Counters& counters() const { return counters_; }
  struct LastClear {
    ClearReason reason;
    WallTime at;
    std::string login_session;  // empty: several
    std::string detail;
    std::size_t sessions = 0;
  };
  [[nodiscard]] const std::optional<LastClear>& last_clear() const { return last_clear_; }

 private:
  [[nodiscard]] std::vector<std::string> meant_by(const ClearFact& fact) const;
  void wipe(Session& session, ClearReason reason);
  void tell(const Session& session, const Cause& cause);

  Clock& clock_;
  Workstation& workstation_;
  SessionStore& store_;
  Keeper& keeper_;
  Revoker& revoker_;
  EventHub& hub_;
  AuditSink& audit_;
  std::vector<std::function<void(const EpochEnded&)>> observers_;
  std::vector<std::function<void(const Session&, ClearReason)>> witnesses_;
  std::vector<std::function<void(ClearReason)>> sweepers_;
  std::vector<std::function<void()>> picture_observers_;
  std::function<asio::awaitable<void>(BootTime)> before_sleep_;
  LockLog locks_;
  Counters counters_;
  std::optional<LastClear> last_clear_;
};

}  // namespace wardend::session
