#include "daemon/server/revoker.hpp"

#include "base/log.hpp"
#include "base/retry.hpp"
#include "base/scope_exit.hpp"
#include "daemon/server/link_evidence.hpp"
#include "protocol/http/date.hpp"
#include "protocol/http/media_type.hpp"

namespace wardend::server {
namespace {

constexpr auto attempt_timeout = std::chrono::milliseconds(5000);

// Why a token must be taken for alive, for operators.
std::string words_of(const PostAnswer& answer) {
  if (!answer) return evidence_of(*answer.error().network).detail;
  const std::string status = "HTTP " + std::to_string(answer->status);
  if (http::is_page(answer->body.reveal()))
    return "a page came where the server's answer should be (" + status +
           "): a proxy or the network's sign-in page may be in between";
  return "the revocation endpoint answers " + status;
}

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
    record(queue_.front(), {"failed", "too many tokens wait for their revocation"});
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
    const End end = co_await revoke(revocation);
    --in_hand_;
    record(revocation, end);
  }
}

asio::awaitable<Revoker::End> Revoker::revoke(const Revocation& revocation) {
  const std::uint64_t begun_after = given_up_;
  std::string why;
  for (unsigned failures = 1; clock_.now() < revocation.deadline && given_up_ == begun_after; ++failures) {
    const auto discovery =
        co_await directory_.get(revocation.server, ServerDirectory::Need::tokens, revocation.deadline);
    if (discovery && !(*discovery)->revocation_endpoint) co_return End{"unsupported"};
    if (!discovery && !discovery.error().unreachable) co_return End{"failed", discovery.error().description};
    std::optional<std::chrono::seconds> wait;
    if (discovery) {
      const PostAnswer answer = co_await ask(revocation, *discovery);
      if (auto end = end_by(answer)) co_return std::move(*end);
      why = words_of(answer);
      if (answer) wait = http::retry_after(answer->header("retry-after"), answer->header("date"));
    }
    if (given_up_ != begun_after) break;
    const BootTime next = clock_.now() + retry_delay(failures, random_.unit(), wait);
    co_await clock_.wait(giving_up_, std::min(revocation.deadline, next));
  }
  co_return End{"expired", why};
}

asio::awaitable<PostAnswer> Revoker::ask(const Revocation& revocation, DiscoveryPtr discovery) {
  TokenEndpoint::Party party{.server = revocation.server,
                             .client = revocation.client,
                             .discovery = std::move(discovery),
                             .timeout = attempt_timeout};
  oauth::TokenToRevoke token{.token = revocation.token.token.clone(), .kind = revocation.token.kind};
  co_return co_await endpoint_.revoke(std::move(party), std::move(token));
}

std::optional<Revoker::End> Revoker::end_by(const PostAnswer& answer) {
  if (!answer && answer.error().network) return std::nullopt;
  if (!answer) return End{"failed", answer.error().unprovable};
  switch (oauth::read_revocation_answer(answer->status, answer->body.reveal())) {
    case oauth::RevocationAnswer::done:
      return End{"ok"};
    case oauth::RevocationAnswer::unsupported:
      return End{"unsupported"};
    case oauth::RevocationAnswer::refused:
      return End{"failed", "the server refuses it (HTTP " + std::to_string(answer->status) + ")"};
    case oauth::RevocationAnswer::later:
    case oauth::RevocationAnswer::not_the_servers:
      break;
  }
  return std::nullopt;
}

void Revoker::record(const Revocation& revocation, const End& end) {
  ++counters_[revocation.server][end.result];
  audit_.write(record_of(
      entry::Revocation{.act = act_of(revocation.token.kind),
                        .whose = {.app = revocation.app, .server = revocation.server, .session = revocation.session},
                        .outcome = {.granted = end.result == "ok"},
                        .reason = end.result}));
  if (end.result == "failed" || end.result == "expired")
    log::warn("a token could not be revoked at its server; it ends there by itself", {{"server", revocation.server},
                                                                                      {"app", revocation.app},
                                                                                      {"session", revocation.session},
                                                                                      {"result", end.result},
                                                                                      {"why", end.why}});
}

std::size_t Revoker::give_up() {
  const std::size_t left = pending();
  for (const Revocation& revocation : queue_) record(revocation, {"expired", "there was no time left for it"});
  queue_.clear();
  ++given_up_;
  giving_up_.notify_all();
  return left;
}

asio::awaitable<void> Revoker::drain(BootTime until) {
  while (pending() > 0 && clock_.now() < until) co_await clock_.wait(idle_, until);
}

}  // namespace wardend::server
