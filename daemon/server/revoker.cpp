#include "daemon/server/revoker.hpp"

#include "base/json.hpp"
#include "base/log.hpp"
#include "base/retry.hpp"
#include "base/scope_exit.hpp"
#include "protocol/http/date.hpp"
#include "protocol/http/status_class.hpp"

namespace wardend::server {
namespace {

constexpr auto attempt_timeout = std::chrono::milliseconds(5000);

// 503 and the like mean that the token must be assumed alive. Spec: RFC 7009 §2.2.1
bool try_again(const PostAnswer& outcome) { return !outcome || http::is_transient(outcome->status); }

ActOf<AuditKind::revocation> act_of(oauth::RevokedToken kind) {
  switch (kind) {
    case oauth::RevokedToken::refresh_token:
      return AuditAct::revocation_refresh_token;
    case oauth::RevokedToken::access_token:
      return AuditAct::revocation_access_token;
  }
  return AuditAct::revocation_access_token;
}

}  // namespace

void Revoker::enqueue(Revocation revocation) {
  if (revocation.token.token.empty()) return;
  revocation.deadline = clock_.now() + deadline;
  if (queue_.size() >= max_pending) {
    record(queue_.front(), "failed");
    queue_.pop_front();
  }
  queue_.push_back(std::move(revocation));
  if (working_ >= max_parallel) return;
  ++working_;
  tasks_.spawn("revocation", work());
}

asio::awaitable<void> Revoker::work() {
  const ScopeExit leave([this] {
    if (--working_ == 0) idle_.notify_all();
  });
  while (!queue_.empty()) {
    const Revocation revocation = std::move(queue_.front());
    queue_.pop_front();
    ++in_hand_;
    const std::string result = co_await revoke(revocation);
    --in_hand_;
    record(revocation, result);
  }
}

asio::awaitable<std::string> Revoker::revoke(const Revocation& revocation) {
  const std::uint64_t begun_after = given_up_;
  for (unsigned failures = 1; clock_.now() < revocation.deadline && given_up_ == begun_after; ++failures) {
    const auto discovery =
        co_await directory_.get(revocation.server, ServerDirectory::Need::tokens, revocation.deadline);
    if (discovery && !(*discovery)->revocation_endpoint) co_return "unsupported";
    if (!discovery && !discovery.error().unreachable) co_return "failed";
    std::optional<std::chrono::seconds> wait;
    if (discovery) {
      TokenEndpoint::Party party{.server = revocation.server,
                                 .client = revocation.client,
                                 .discovery = *discovery,
                                 .timeout = attempt_timeout};
      oauth::TokenToRevoke token{.token = revocation.token.token.clone(), .kind = revocation.token.kind};
      const auto answer = co_await endpoint_.revoke(std::move(party), std::move(token));
      if (!answer && !answer.error().network) {
        log::error(answer.error().unprovable, {{"server", revocation.server}, {"app", revocation.app}});
        co_return "failed";
      }
      if (!try_again(answer)) {
        if (http::is_success(answer->status)) co_return "ok";
        co_return answer->body.reveal().find("unsupported_token_type") != std::string_view::npos ? "unsupported"
                                                                                                 : "failed";
      }
      if (answer) wait = http::retry_after(answer->header("retry-after"), answer->header("date"));
    }
    if (given_up_ != begun_after) break;
    const BootTime next = clock_.now() + retry_delay(failures, random_.unit(), wait);
    co_await clock_.wait(giving_up_, std::min(revocation.deadline, next));
  }
  co_return "expired";
}

void Revoker::record(const Revocation& revocation, const std::string& result) {
  ++counters_[revocation.server][result];
  audit_.write(record_of(
      entry::Revocation{.act = act_of(revocation.token.kind),
                        .whose = {.app = revocation.app, .server = revocation.server, .session = revocation.session},
                        .outcome = {.granted = result == "ok"},
                        .reason = result}));
  if (result == "failed" || result == "expired")
    log::warn("a token could not be revoked at its server; it ends there by itself",
              {{"server", revocation.server}, {"session", revocation.session}, {"result", result}});
}

std::size_t Revoker::give_up() {
  const std::size_t left = pending();
  for (const Revocation& revocation : queue_) record(revocation, "expired");
  queue_.clear();
  ++given_up_;
  giving_up_.notify_all();
  return left;
}

asio::awaitable<void> Revoker::drain(BootTime until) {
  while (pending() > 0 && clock_.now() < until) co_await clock_.wait(idle_, until);
}

}  // namespace wardend::server
