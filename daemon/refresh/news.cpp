#include "daemon/refresh/news.hpp"

#include "base/log.hpp"
#include "daemon/session/audit_entry.hpp"

namespace wardend::refresh {
namespace {

std::string_view name_of(News::Result result) {
  switch (result) {
    case News::Result::ok:
      return "ok";
    case News::Result::transient:
      return "transient";
    case News::Result::lost_reply:
      return "lost_reply";
    case News::Result::terminal:
      return "terminal";
    case News::Result::dropped:
      return "dropped";
  }
  return "dropped";
}

}  // namespace

void News::count(const std::string& server, Result result) {
  ++counters_.refreshes[server][std::string(name_of(result))];
}

void News::record(const session::Session& session, std::string_view word, Result result) {
  audit_.write(record_of(entry::Refresh{
      .whose = audit_owner(session), .outcome = {.granted = result == Result::ok}, .reason = std::string(word)}));
}

void News::publish(const session::Session& session, events::EventKind kind, std::string_view reason) {
  hub_.publish({.kind = kind,
                .at = clock_.wall_now(),
                .session = session.id,
                .app = session.app,
                .server = session.server,
                .epoch = session.epoch,
                .reason = std::string(reason)});
}

void News::dropped(const std::string& server) { count(server, Result::dropped); }

void News::refreshed(const session::Session& session, std::string_view detail) {
  count(session.server, Result::ok);
  record(session, "ok", Result::ok);
  publish(session, events::EventKind::token_refreshed, detail);
}

void News::failed(const session::Session& session, Result result, std::string_view word) {
  count(session.server, result);
  record(session, word, result);
}

void News::odd_user(const session::Session& session, std::string_view word) {
  ++counters_.odd_users[session.server];
  log::bounded(log::Level::error, "the server names another user than at the launch; ask its administrators",
               session.server, {{"session", session.id}, {"server", session.server}, {"what", word}});
  audit_.write_counted(record_of(
      entry::Refresh{.act = AuditAct::refresh_odd_user, .whose = audit_owner(session), .reason = std::string(word)}));
}

void News::grant_over(const session::Session& session) {
  publish(session, events::EventKind::reauthentication_required, session.reauthentication_reason());
}

}  // namespace wardend::refresh
