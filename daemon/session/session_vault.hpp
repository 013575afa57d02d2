// Keeps in the vault what must outlast a crash: sessions, and who is at which login session. Written before anything is
// published, erased before anything is announced. Reading it back is restorer.hpp's matter.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/vault.hpp"
#include "config/live.hpp"
#include "daemon/session/session.hpp"
#include "daemon/workstation/workstation.hpp"

namespace wardend::session {

class SessionVault {
 public:
  SessionVault(Clock& clock, Vault& vault, workstation::Workstation& workstation, const config::Live& config)
      : clock_(clock), vault_(vault), workstation_(workstation), config_(config) {}

  // Writes the session as it stands. In state `refreshing` the record says that a refresh may have been sent: what is
  // found so after a restart counts as sent and unanswered. No room: logged, and the session lives on without.
  void keep(Session& session);
  void forget(Session& session);
  // A token was asked for: what idle_timeout counts from.
  void used(const Session& session) { vault_.touch(session.kept, session.last_used); }

  // Writes how a login session stands: its epoch, whether it is held, who signed in. A session whose epoch is not the
  // one written here does not come back, so that this one record ends all of them at once. An empty name: those that
  // nothing has set apart. One that is not there any more is forgotten.
  void keep_login_session(const std::string& login_session);
  void forget_login_session(const std::string& login_session);

  // Says in the vault that this process watches, for as long as it keeps a session: runs until cancelled.
  [[nodiscard]] asio::awaitable<void> beat();

  // The restorer found this record of a session or of a login session.
  void adopt(Session& session, Vault::RecordId record);
  void adopt(const std::string& login_session, Vault::RecordId record) { login_sessions_[login_session] = record; }

  [[nodiscard]] Vault& vault() { return vault_; }

 private:
  Clock& clock_;
  Vault& vault_;
  workstation::Workstation& workstation_;
  const config::Live& config_;
  std::unordered_map<std::string, Vault::RecordId> login_sessions_;
  std::size_t sessions_ = 0;
  Event first_session_;
};

}  // namespace wardend::session
