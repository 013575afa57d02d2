#include "daemon/access/token_issue.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "daemon/access/advice.hpp"
#include "daemon/access/session_choice.hpp"

namespace wardend::access {

using refresh::TokenReadiness;

asio::awaitable<Result<Issued>> TokenIssue::issue(const ipc::Caller& caller, workstation::EpochNumber epoch,
                                                  TokenRequest request) {
  Asked asked = ask(caller, epoch, request);
  if (asked.refused) co_return refuse(caller, std::move(asked));
  const TokenReadiness::Wish wish{
      .session = asked.session->id, .epoch = epoch, .min_validity = request.min_validity, .rejected = request.rejected};
  const Result<TokenReadiness::Verdict> verdict = parts_.readiness.judge(wish);
  if (verdict && *verdict == TokenReadiness::Verdict::ready) co_return hand_out(*asked.who, *asked.session);
  if (!verdict) {
    asked.refused = verdict.error();
    co_return refuse(caller, std::move(asked));
  }
  const Result<void> obtained = co_await parts_.readiness.obtain(wish);
  // What was read before the wait is stale. A lock meanwhile is said before anything about the session.
  request.session = wish.session;
  asked = ask(caller, epoch, request);
  if (!asked.refused && !obtained) asked.refused = obtained.error();
  if (asked.session == nullptr) asked.session = parts_.store.find(wish.session);  // for the record
  if (asked.refused) co_return refuse(caller, std::move(asked));
  co_return hand_out(*asked.who, *asked.session);
}

TokenIssue::Asked TokenIssue::ask(const ipc::Caller& caller, workstation::EpochNumber epoch,
                                  const TokenRequest& request) {
  Asked asked{.who = parts_.gate.admit(caller, epoch, Demand::present)};
  if (!asked.who) {
    asked.refused = asked.who.error();
    return asked;
  }
  const auto session = request.session ? named_session(parts_.store, *asked.who, *request.session)
                                       : implied_session(parts_.store, *asked.who, request.patient);
  if (!session) {
    asked.refused = session.error();
    return asked;
  }
  asked.session = *session;
  const Result<void> allowed = check(request, *asked.session, *asked.who->config, parts_.record.trail());
  if (!allowed) asked.refused = allowed.error();
  return asked;
}

Issued TokenIssue::hand_out(const Who& who, session::Session& session) {
  Issued issued{.session = session,
                .config = who.config,
                .freshness = parts_.server_health.freshness(session.server),
                .request_id = next_request_id()};
  parts_.record.granted(who, session, issued.request_id);
  return issued;
}

std::unexpected<Error> TokenIssue::refuse(const ipc::Caller& caller, Asked asked) {
  Error error = std::move(*asked.refused);
  if (asked.who && asked.session != nullptr)
    add_advice(error, asked.session->app, asked.session->server, *asked.who->config, parts_.server_health);
  parts_.record.refused(caller, asked.who, asked.session, error);
  return fail(std::move(error));
}

std::string TokenIssue::next_request_id() {
  std::array<char, 16> serial;
  const char* const end = std::to_chars(serial.data(), serial.data() + serial.size(), ++issued_, 16).ptr;
  return request_id_prefix_ + std::string(serial.data(), static_cast<std::size_t>(end - serial.data()));
}

}  // namespace wardend::access
