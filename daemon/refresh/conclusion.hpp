// What becomes of a session when an attempt to refresh it has ended: its tokens, its state, its plan, its record in the
// vault, and who is told.
#pragma once

#include <string>
#include <string_view>

#include "config/live.hpp"
#include "daemon/clearing/clearing.hpp"
#include "daemon/refresh/answer.hpp"
#include "daemon/refresh/news.hpp"
#include "daemon/refresh/planner.hpp"
#include "daemon/server/revoker.hpp"
#include "daemon/session/session_vault.hpp"

namespace wardend::refresh {

// Which session an attempt is for, as it was when the attempt began.
struct Attempt {
  std::string session;
  std::string app;
  std::string server;
  workstation::EpochNumber epoch = 0;
  server::Client client = {};
};
[[nodiscard]] Attempt attempt_for(const session::Session& session);

class Conclusion {
 public:
  struct Parts {
    Planner& planner;
    session::SessionVault& session_vault;
    clearing::Clearing& clearing;
    server::Revoker& revoker;
    News& news;
    const config::Live& config;
  };
  explicit Conclusion(Parts parts) : parts_(parts) {}

  // The attempt for `session`, which is refreshing, has ended with `answer`. Whoever waits is woken by the caller.
  void conclude(session::Session& session, Answer answer);
  // The session ended before its answer came: nothing of it is served, and what it brought is revoked.
  void drop(const Attempt& attempt, Answer answer);
  // There will be no more tokens, by our own rules: what the server still holds good is revoked.
  void give_up(session::Session& session, std::string_view reason);

 private:
  void receive(session::Session& session, Answer answer);
  void end_for(Subject subject, session::Session& session, Answer answer);
  void fail(session::Session& session, Answer answer);
  void end(session::Session& session, std::string_view reason);
  [[nodiscard]] bool narrow(session::Session& session, const smart::ScopeSet& granted) const;

  Parts parts_;
};

}  // namespace wardend::refresh
