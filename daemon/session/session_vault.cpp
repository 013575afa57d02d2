#include "daemon/session/session_vault.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "daemon/session/vault_record.hpp"
#include "daemon/workstation/login_session_record.hpp"

namespace wardend::session {
namespace {

// Eight beats within the time that nobody may be watching; a beat costs one store and a wake-up of the loop.
Duration between_beats(Duration lock_grace) { return std::clamp<Duration>(lock_grace / 8, 25ms, 250ms); }

}  // namespace

void SessionVault::keep(Session& session) {
  vault_.beat(clock_.now());
  const bool was_kept = session.kept != 0;
  session.kept = vault_.put(session.kept, Vault::Kind::session, to_record(session).reveal());
  if (session.kept == 0)
    log::error("no room in the vault: this session ends with the next restart of wardend", {{"session", session.id}});
  else if (!was_kept)
    vault_.touch(session.kept, session.last_used);
  if (was_kept == (session.kept != 0)) return;
  was_kept ? --sessions_ : ++sessions_;
  if (sessions_ == 1) first_session_.notify_all();
}

void SessionVault::forget(Session& session) {
  if (session.kept == 0) return;
  vault_.erase(session.kept);
  session.kept = 0;
  --sessions_;
}

void SessionVault::adopt(Session& session, Vault::RecordId record) {
  session.kept = record;
  if (++sessions_ == 1) first_session_.notify_all();
}

void SessionVault::keep_login_session(const std::string& login_session) {
  const auto state = workstation_.state_of(login_session);
  if (!state) return forget_login_session(login_session);
  const auto kept = login_sessions_.find(login_session);
  const Vault::RecordId before = kept == login_sessions_.end() ? 0 : kept->second;
  const Vault::RecordId now = vault_.put(before, Vault::Kind::login_session, to_record(*state).reveal());
  if (now != 0)
    login_sessions_[login_session] = now;
  else
    login_sessions_.erase(login_session);  // its sessions do not come back then
}

void SessionVault::forget_login_session(const std::string& login_session) {
  const auto kept = login_sessions_.find(login_session);
  if (kept == login_sessions_.end()) return;
  vault_.erase(kept->second);
  login_sessions_.erase(kept);
}

asio::awaitable<void> SessionVault::beat() {
  for (;;) {
    vault_.beat(clock_.now());
    if (sessions_ == 0 || !vault_.persistent())
      co_await clock_.wait(first_session_, BootTime::max());
    else
      co_await clock_.sleep_for(between_beats(config_.get().broker.lock_grace));
  }
}

}  // namespace wardend::session
