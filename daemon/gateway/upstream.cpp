#include "daemon/gateway/upstream.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/encoding.hpp"
#include "daemon/gateway/asked_request.hpp"
#include "daemon/gateway/state_headers.hpp"
#include "daemon/gateway/upstream_request.hpp"

namespace wardend::gateway {
namespace {

constexpr int refused_token = 401;
constexpr int bad_gateway = 502;

Secret bearer(const Secret& token) {
  constexpr std::string_view scheme = "Bearer ";
  const std::string_view text = token.reveal();
  return Secret::written(scheme.size() + text.size(), [&](char* at) {
    at = std::ranges::copy(scheme, at).out;
    std::ranges::copy(text, at);
    return scheme.size() + text.size();
  });
}

Refusal no_token_taken(const std::string& server) {
  return {.status = bad_gateway,
          .error = errors::ServerUnavailable{
              .server = server,
              .reason = "the server does not take the session's token, a new one neither (HTTP 401): tell support"}};
}

}  // namespace

Fields Upstream::state(const std::string& server) const {
  return state_headers(parts_.server_health.freshness(server));
}

HttpRequest Upstream::request_of(const Matter& matter, const config::Server& server) const {
  const bool judged = matter.passed.inspect_reply || matter.is_page();
  HttpRequest request = upstream_request({.head = matter.head,
                                          .url = matter.address,
                                          .if_match = matter.passed.if_match,
                                          .request_id = matter.seen.request_id,
                                          .strict = matter.question.request.conditional,
                                          .reads_anew = judged && matter.question.request.reads},
                                         server);
  request.authorization = bearer(matter.asked.session->tokens()->access);
  request.body = matter.body.clone();
  request.wanted = [&store = parts_.store, id = matter.question.session, epoch = matter.question.epoch] {
    return store.find_live(id, epoch) != nullptr;
  };
  return request;
}

void Upstream::tell_link(const std::string& server,
                         const std::expected<std::unique_ptr<HttpStream>, HttpFailure>& answer) {
  const auto evidence =
      answer ? server::evidence_of_record((*answer)->head()) : server::evidence_of_record(answer.error());
  if (evidence) parts_.server_health.observe(server, *evidence);
}

// A 401 is about the token, and the server has not acted.
asio::awaitable<std::expected<std::unique_ptr<HttpStream>, Refusal>> Upstream::ask(Matter& matter,
                                                                                   const config::Server& server) {
  for (int attempt = 0;; ++attempt) {
    session::Session& session = *matter.asked.session;
    if (session.tokens() == nullptr)
      co_return refuse_with(errors::UnknownSession{"the session has ended meanwhile: launch again"});
    session.last_used = parts_.clock.now();
    session.held_by(matter.asked.who->process);
    matter.token = session.tokens()->access.clone();
    auto answer = co_await parts_.http.open(request_of(matter, server));
    tell_link(server.name, answer);
    matter.seen.status = answer ? (*answer)->head().status : 0;
    if (auto done = parts_.reception.look_again(matter); !done) co_return std::unexpected(done.error());
    if (!answer) co_return std::unexpected(unanswered(answer.error(), server.name, may_change(matter.seen.request)));
    if ((*answer)->head().status != refused_token) co_return std::move(*answer);
    if (attempt > 0) co_return std::unexpected(no_token_taken(server.name));
    answer->reset();
    if (auto done = co_await parts_.reception.renew(matter, hex(sha256(matter.token.reveal()))); !done)
      co_return std::unexpected(done.error());
  }
}

}  // namespace wardend::gateway
