#include "daemon/lifecycle/restorer.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/log.hpp"
#include "daemon/session/audit_entry.hpp"
#include "daemon/session/terms.hpp"
#include "daemon/session/vault_record.hpp"
#include "daemon/workstation/login_session_record.hpp"

namespace wardend::lifecycle {

using session::Session;

std::optional<ClearReason> why_not_back(const Return& facts) {
  if (facts.blind_too_long) return ClearReason::restart;
  if (facts.login_session_gone) return ClearReason::session_removed;
  if (facts.locked) return ClearReason::os_lock;
  return std::nullopt;
}

void Restorer::read() {
  Vault& vault = parts_.session_vault.vault();
  vault.each([&](Vault::RecordId id, Vault::Kind kind, std::string_view bytes) {
    if (kind == Vault::Kind::login_session) {
      auto state = workstation::login_session_from(bytes);
      if (!state) return vault.erase(id);
      parts_.workstation.resume(*state);
      parts_.session_vault.adopt(state->login_session, id);
      stood_.push_back(std::move(*state));
    } else if (kind == Vault::Kind::session) {
      auto session = session::session_from(bytes);
      if (session == nullptr) return vault.erase(id);
      session->last_used = std::max(session->last_used, vault.touched(id).value_or(session->last_used));
      parts_.session_vault.adopt(*session, id);
      waiting_.push_back(std::move(session));
    }
  });
  if (!waiting_.empty()) log::info("sessions wait for the lock sources to be read", {{"sessions", waiting_.size()}});
  sources_read();
}

bool Restorer::blind_too_long() const {
  const auto last = parts_.session_vault.vault().last_beat_before();
  return !last || parts_.clock.now() - *last > parts_.config.get().broker.lock_grace;
}

void Restorer::sources_read() {
  if (!waiting_.empty() && parts_.workstation.ready()) settle();
}

asio::awaitable<void> Restorer::run() {
  while (!waiting_.empty()) {
    if (blind_too_long()) {
      settle();
      co_return;
    }
    const auto until = *parts_.session_vault.vault().last_beat_before() + parts_.config.get().broker.lock_grace + 1ms;
    co_await parts_.clock.wait(settled_, until);
  }
}

bool Restorer::gone(const std::string& login_session) const {
  const auto was = std::ranges::find(stood_, login_session, &workstation::LoginSessionState::login_session);
  const auto now = parts_.workstation.state_of(login_session);
  return was == stood_.end() || !now || !parts_.workstation.sources().exists(login_session) || was->uid != now->uid ||
         was->seat != now->seat || was->type != now->type;
}

// All in one turn of the loop: nobody sees a session between its return and its end.
void Restorer::settle() {
  const bool too_long = blind_too_long();
  const std::size_t waited = waiting_.size();
  std::set<std::string> login_sessions;
  for (auto& waiting : std::exchange(waiting_, {})) {
    if (parts_.workstation.epoch_of(waiting->login_session) != waiting->epoch) {
      end_stale(*waiting);
      continue;
    }
    login_sessions.insert(waiting->login_session);
    parts_.store.add(std::move(waiting));
  }
  std::size_t back = 0;
  for (const std::string& login_session : login_sessions) back += let_back(login_session, too_long);
  parts_.audit.write(record_of(entry::SessionsRestored{.back = static_cast<std::int64_t>(back),
                                                       .detail = std::to_string(waited) + " were kept"}));
  log::info("sessions came back after a restart", {{"back", back}, {"kept", waited}, {"blind_too_long", too_long}});
  settled_.notify_all();
}

// Its epoch had ended when the process did, and nobody was told: the trail is, and its server.
void Restorer::end_stale(Session& session) {
  parts_.audit.write(record_of(entry::SessionEnd{.whose = audit_owner(session),
                                                 .reason = ClearReason::restart,
                                                 .detail = "wardend ended while this session was being cleared",
                                                 .tokens = session.tokens_given,
                                                 .accesses = session.accesses_recorded}));
  parts_.session_vault.forget(session);
  oauth::TokenToRevoke token = session.clear({ClearReason::restart, parts_.clock.wall_now(), parts_.clock.now()});
  parts_.revoker.enqueue({.server = session.server,
                          .app = session.app,
                          .session = session.id,
                          .client = session.client,
                          .token = std::move(token)});
}

std::size_t Restorer::let_back(const std::string& login_session, bool too_long) {
  const auto reason =
      why_not_back({.blind_too_long = too_long,
                    .login_session_gone = gone(login_session),
                    .locked = parts_.workstation.presence(login_session) == workstation::Presence::locked});
  if (reason) {
    parts_.clearing.clear_login_session(login_session, {*reason, "after a restart of wardend"});
    return 0;
  }
  std::size_t back = 0;
  for (Session* session : parts_.store.of_login_session(login_session)) {
    if (session->cleared() != nullptr) continue;
    if (session->terms != session::terms_of(parts_.config.get(), session->app, session->server)) {
      const config::App* app = parts_.config.get().app(session->app);
      const bool off = app != nullptr && !app->in_use();
      parts_.clearing.clear_session(
          *session, {off ? ClearReason::app_disabled : ClearReason::reconfigured,
                     off ? "the app was switched off over a restart" : "the configuration changed over a restart"});
      continue;
    }
    parts_.schedule.take_back(*session);
    parts_.hub.publish({.kind = events::EventKind::session_started,
                        .at = parts_.clock.wall_now(),
                        .session = session->id,
                        .app = session->app,
                        .server = session->server,
                        .epoch = session->epoch,
                        .reason = std::string(name_of(ClearReason::restart))});
    ++back;
  }
  return back;
}

}  // namespace wardend::lifecycle
