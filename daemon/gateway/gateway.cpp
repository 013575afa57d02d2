#include "daemon/gateway/gateway.hpp"

#include <utility>
#include <vector>

#include "daemon/gateway/asked_request.hpp"
#include "daemon/gateway/outcome.hpp"
#include "daemon/gateway/reply_head.hpp"
#include "daemon/gateway/token_watch.hpp"
#include "daemon/gateway/upstream_request.hpp"
#include "protocol/http/status_class.hpp"

namespace wardend::gateway {
namespace {

constexpr std::string_view is_done = "the write was carried out, and only its answer is kept back";

// An app that does not get the answer to a change hears this of it. `status` is the server's; 0: no answer came.
std::string_view fate_of(int status) {
  if (status == 0) return may_be_done;
  return http::is_success(status) ? is_done : "";
}

}  // namespace

asio::awaitable<void> Gateway::answer(RequestHead head, Client& client) {
  Matter matter(std::move(head), client);
  matter.seen.request_id = matter.head.request_id.empty() ? parts_.record.next_request_id() : matter.head.request_id;
  if (auto done = co_await serve(matter); !done) co_await refuse(matter, std::move(done.error()));
}

asio::awaitable<void> Gateway::refuse(Matter& matter, Refusal refusal) {
  refusal.error = parts_.reception.told(std::move(refusal.error), matter);
  if (holds(refusal.error.detail(), matter.token)) refusal = token_said(matter.server);
  parts_.reception.note_words(matter);
  // Its session ended while it was at the server.
  if (matter.permit && matter.asked.refused && may_change(matter.seen.request))
    refusal.more = fate_of(matter.seen.status);
  if (matter.permit)
    parts_.record.unanswered(matter.seen, *matter.permit, refusal.error);
  else
    parts_.record.refused(matter.seen, matter.asked.session, refusal.error);
  Outcome told = outcome_of(refusal);
  told.headers.emplace_back("x-request-id", matter.seen.request_id);
  if (!matter.server.empty())
    for (auto& field : parts_.upstream.state(matter.server)) told.headers.push_back(std::move(field));
  static_cast<void>(
      co_await matter.client.reply({.status = told.status, .headers = std::move(told.headers)}, Secret(told.body)));
}

asio::awaitable<Done> Gateway::serve(Matter& matter) {
  if (auto done = co_await parts_.reception.admit(matter); !done) co_return done;
  const Exchanges::Exchange exchange(parts_.exchanges, matter.question.session, matter.client);
  if (auto done = co_await parts_.reception.judge(matter); !done) co_return done;
  co_return co_await forward(matter);
}

Relay::Order Gateway::order_for(Matter& matter, const config::Server& server) {
  const bool judged = matter.passed.inspect_reply || matter.is_page();
  Relay::Order order{.question = matter.question,
                     .token = matter.token,
                     .search = {.query = matter.seen.query,
                                .request_id = matter.is_page() ? matter.seen.search : matter.seen.request_id},
                     .server = server,
                     .address = matter.address,
                     .inspect = matter.passed.inspect_reply,
                     .warn = matter.warn,
                     .head_only = matter.head.method == "HEAD",
                     .asks_for_change = !judged && asks_for_change(matter.head),
                     .known = judged ? if_none_match(matter.head) : std::string(),
                     .more = parts_.upstream.state(server.name),
                     .still = [this, &matter] { return parts_.reception.look_again(matter); }};
  order.more.emplace_back("x-request-id", matter.seen.request_id);
  return order;
}

asio::awaitable<Done> Gateway::forward(Matter& matter) {
  const config::ConfigPtr config = matter.asked.who->config;
  const config::Server* server = config->server(matter.server);
  if (server == nullptr)
    co_return refuse_with(errors::UnknownSession{"the session's server is not configured any more: launch again"});
  if (!matter.is_page()) matter.address = upstream_url(matter.head, *server);
  matter.permit = parts_.record.sent(matter.seen, *matter.asked.session,
                                     {.excused = matter.passed.excused, .reason = matter.head.override_reason});
  auto stream = co_await parts_.upstream.ask(matter, *server);
  if (!stream) co_return std::unexpected(stream.error());
  parts_.record.took((*stream)->head().elapsed);
  auto passed = co_await parts_.relay.pass_on(std::move(*stream), matter.client, order_for(matter, *server));
  if (!passed) {
    if (may_change(matter.seen.request)) passed.error().more = fate_of(matter.seen.status);
    co_return std::unexpected(std::move(passed.error()));
  }
  if (!passed->note.empty()) matter.seen.note += (matter.seen.note.empty() ? "" : "; ") + passed->note;
  parts_.record.answered(matter.seen, {.status = passed->status,
                                       .bytes = passed->bytes,
                                       .whole = passed->whole,
                                       .location = std::move(passed->location),
                                       .note = std::move(passed->note),
                                       .permit = *matter.permit});
  co_return Done{};
}

}  // namespace wardend::gateway
