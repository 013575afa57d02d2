// After a restart: what the process before this one left in the vault stands again, if nobody could have locked the
// workstation unseen. Login sessions come back at once; sessions wait until every lock source has been read, and go
// where the workstation was blind for longer than `lock_grace`, is locked now, or has changed hands.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/audit_sink.hpp"
#include "daemon/clearing/clearing.hpp"
#include "daemon/refresh/schedule.hpp"
#include "daemon/session/session_vault.hpp"

namespace wardend::lifecycle {

// What is known of a login session when its sessions could come back.
struct Return {
  bool blind_too_long = false;
  bool login_session_gone = false;  // or another one under the same name
  bool locked = false;
};
// Why its sessions do not come back; nullopt: they do. The gravest reason first.
[[nodiscard]] std::optional<ClearReason> why_not_back(const Return& facts);

class Restorer {
 public:
  struct Parts {
    Clock& clock;
    workstation::Workstation& workstation;
    session::SessionStore& store;
    session::SessionVault& session_vault;
    clearing::Clearing& clearing;
    refresh::Schedule& schedule;
    server::Revoker& revoker;
    events::EventHub& hub;
    AuditSink& audit;
    const config::Live& config;
  };
  explicit Restorer(Parts parts) : parts_(parts) {}

  // Reads the vault: once, before anything listens.
  void read();
  // Lets the sessions back, or ends them, once every lock source is live: to be called whenever one was read.
  void sources_read();
  // Ends those that wait for a lock source for longer than `lock_grace`. Completes when none waits.
  [[nodiscard]] asio::awaitable<void> run();
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  [[nodiscard]] bool blind_too_long() const;
  [[nodiscard]] bool gone(const std::string& login_session) const;
  void settle();
  void end_stale(session::Session& session);
  std::size_t let_back(const std::string& login_session, bool too_long);

  Parts parts_;
  std::vector<std::unique_ptr<session::Session>> waiting_;
  std::vector<workstation::LoginSessionState> stood_;  // login sessions, as they were
  Event settled_;
};

}  // namespace wardend::lifecycle
