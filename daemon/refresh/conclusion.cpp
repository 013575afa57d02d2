#include "daemon/refresh/conclusion.hpp"

#include <utility>

#include "base/failure_point.hpp"
#include "base/log.hpp"
#include "daemon/refresh/failure_words.hpp"

namespace wardend::refresh {

using session::Session;
using Kind = Outcome::Kind;
using Phase = RefreshPlan::Phase;

Attempt attempt_for(const Session& session) {
  return {.session = session.id,
          .app = session.app,
          .server = session.server,
          .epoch = session.epoch,
          .client = session.client};
}

namespace {

bool ends_session(Subject subject) {
  return subject == Subject::other_user || subject == Subject::other_name || subject == Subject::other_context;
}

std::string_view word_for(Subject subject) {
  switch (subject) {
    case Subject::other_role:
      return "fhir_user_of_another_type";
    case Subject::foreign:
      return "foreign_id_token";
    case Subject::other_name:
      return "another_fhir_user";
    case Subject::other_user:
      return "other_user";
    case Subject::other_context:
      return "patient_changed";
    case Subject::same:
      return "same";
  }
  return "same";
}

// A life that an answer does not tell is the last one that this grant's tokens had, where they had any.
std::chrono::seconds life_for(const Session& session, std::chrono::seconds assumed) {
  const Duration last = session.tokens() == nullptr ? Duration::zero() : session.tokens()->life();
  const Duration known = last >= 1s ? last : session.plan().longest_life;
  return known >= 1s ? std::chrono::floor<std::chrono::seconds>(known) : assumed;
}

}  // namespace

void Conclusion::conclude(Session& session, Answer answer) {
  if (answer.outcome.kind == Kind::tokens_received)
    receive(session, std::move(answer));
  else
    fail(session, std::move(answer));
}

void Conclusion::drop(const Attempt& attempt, Answer answer) {
  parts_.news.dropped(attempt.server);
  if (!answer.tokens) return;
  parts_.revoker.enqueue(
      {.server = attempt.server,
       .app = attempt.app,
       .session = attempt.session,
       .client = attempt.client,
       .token = oauth::to_revoke(std::move(answer.tokens->refresh_token), std::move(answer.tokens->access_token))});
}

void Conclusion::receive(Session& session, Answer answer) {
  const auto config = parts_.config.hold();
  oauth::TokenResponse& response = *answer.tokens;
  const Subject subject = subject_of(session, response, config->server(session.server));
  if (ends_session(subject)) return end_for(subject, session, std::move(answer));
  if (subject != Subject::same) parts_.news.odd_user(session, word_for(subject));
  for (const std::string& warning : response.warnings)
    log::bounded(log::Level::warn, "a refresh's answer is not conformant", session.server,
                 {{"session", session.id}, {"server", session.server}, {"finding", warning}});
  if (response.hub) session.hub = std::move(response.hub);
  const bool reduced = response.scope && narrow(session, *response.scope);
  if (response.life_assumed) response.life = life_for(session, response.life);
  const bool over_already = response.life <= 0s;
  session.take_tokens({.access = std::move(response.access_token),
                       .refresh = std::move(response.refresh_token),
                       .obtained_at = answer.sent_at,
                       .expires_at = answer.sent_at + response.life});
  if (over_already) session.expire();
  at_failure_point("refresh.tokens_set");
  parts_.planner.apply(session, answer.outcome);
  parts_.session_vault.keep(session);
  at_failure_point("refresh.tokens_kept");
  if (over_already) {
    log::warn("the server gave a token that is over already; it is asked again",
              {{"session", session.id}, {"server", session.server}});
    parts_.news.failed(session, News::Result::transient, session.plan().last_failure);
    return;
  }
  parts_.news.refreshed(session, reduced ? "scope_reduced" : "");
}

// True: the server grants less than before.
bool Conclusion::narrow(Session& session, const smart::ScopeSet& granted) const {
  const config::App* app = parts_.config.get().app(session.app);
  if (app == nullptr) return false;
  const smart::ScopeSet wanted = app->wanted_scopes();
  const std::size_t missed = session.missing.size();
  session.granted = smart::without_surplus(granted, wanted);
  session.missing = smart::missing_scopes(wanted, granted);
  if (session.missing.size() <= missed) return false;
  log::warn(
      "a refresh granted less than before",
      {{"session", session.id}, {"app", session.app}, {"server", session.server}, {"missing", session.missing.size()}});
  return true;
}

void Conclusion::end_for(Subject subject, Session& session, Answer answer) {
  const Attempt attempt = attempt_for(session);
  parts_.news.failed(session, News::Result::terminal, word_for(subject));
  log::error("a refresh came back for somebody or something else; the session is cleared",
             {{"session", session.id}, {"server", session.server}, {"what", word_for(subject)}});
  if (subject != Subject::other_context) parts_.news.odd_user(session, word_for(subject));
  if (subject == Subject::other_user)
    parts_.clearing.clear_login_session(session.login_session, {ClearReason::other_user, "another sub in a refresh"});
  else if (subject == Subject::other_name)
    parts_.clearing.clear_session(session, {ClearReason::other_user, "another fhirUser in a refresh"});
  else
    parts_.clearing.clear_session(session, {ClearReason::patient_changed, "another context in a refresh"});
  drop(attempt, std::move(answer));
}

void Conclusion::fail(Session& session, Answer answer) {
  const std::string word(bare_word(answer.outcome.word));
  session.end_attempt();
  if (answer.tokens) session.keep_refresh_token(std::move(answer.tokens->refresh_token));
  parts_.planner.apply(session, answer.outcome);
  const RefreshPlan& plan = session.plan();
  const bool ended = plan.phase == Phase::over && answer.outcome.kind != Kind::no_reply;
  const bool lost = answer.outcome.kind == Kind::no_reply;
  parts_.news.failed(session,
                     ended  ? News::Result::terminal
                     : lost ? News::Result::lost_reply
                            : News::Result::transient,
                     word);
  if (!answer.unread.empty())
    log::bounded(log::Level::warn, "a refresh's answer cannot be used", session.server,
                 {{"session", session.id}, {"server", session.server}, {"finding", answer.unread}});
  if (!answer.trouble.empty()) log::error(answer.trouble, {{"server", session.server}, {"app", session.app}});
  if (answer.outcome.kind == Kind::client_rejected && plan.failures > 1)
    log::error("the server rejects this client; check its registration, its credential and the clock",
               {{"server", session.server},
                {"app", session.app},
                {"error", word},
                {"server_clock_ahead_seconds", answer.clock_ahead.value_or(0s).count()}});
  if (ended) return end(session, word);
  log::warn("refresh failed", {{"session", session.id},
                               {"server", session.server},
                               {"error", word},
                               {"phase", name_of(plan.phase)},
                               {"failures", plan.failures}});
  if (plan.phase == Phase::over && session.tokens()->access.empty())
    return give_up(session, "a refresh got no reply and may not be repeated");
  parts_.session_vault.keep(session);
}

void Conclusion::give_up(Session& session, std::string_view reason) {
  const session::Tokens* tokens = session.tokens();
  if (tokens != nullptr && !tokens->refresh.empty()) {
    const Attempt attempt = attempt_for(session);
    parts_.revoker.enqueue({.server = attempt.server,
                            .app = attempt.app,
                            .session = attempt.session,
                            .client = attempt.client,
                            .token = oauth::to_revoke(tokens->refresh.clone(), {})});
  }
  end(session, reason);
}

void Conclusion::end(Session& session, std::string_view reason) {
  session.end_grant(std::string(reason));
  parts_.planner.apply(session, {.kind = Kind::grant_ended, .word = std::string(reason)});
  parts_.session_vault.keep(session);
  parts_.news.grant_over(session);
  log::info("session needs a new launch", {{"session", session.id}, {"server", session.server}, {"reason", reason}});
  session.changed.notify_all();
}

}  // namespace wardend::refresh
