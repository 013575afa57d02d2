#include "daemon/gateway/gateway.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/encoding.hpp"
#include "base/has_word.hpp"
#include "base/json.hpp"
#include "daemon/gateway/asked_request.hpp"
#include "daemon/gateway/base_url.hpp"
#include "daemon/gateway/outcome.hpp"
#include "daemon/gateway/state_headers.hpp"
#include "daemon/gateway/upstream.hpp"

namespace wardend::gateway {
namespace {

constexpr JsonLimits body_limits{.bytes = Gateway::longest_body, .values = 200'000};

Refusal refusal_of(Error error) {
  const int status = status_of(error.code());
  return {.status = status, .error = std::move(error)};
}

std::unexpected<Refusal> refuse_with(Error error) { return std::unexpected(refusal_of(std::move(error))); }

// What the guard alone says, of the request and of nothing around it: in a dry run it is noted, and passes.
bool is_guards_word(Errc code) {
  switch (code) {
    case Errc::ScopeNotGranted:
    case Errc::ResourceRejected:
    case Errc::PatientMismatch:
    case Errc::EncounterMismatch:
    case Errc::PatientContextMissing:
    case Errc::PatientUnverified:
      return true;
    default:
      return false;
  }
}

Secret bearer(const Secret& token) {
  constexpr std::string_view scheme = "Bearer ";
  const std::string_view text = token.reveal();
  return Secret::written(scheme.size() + text.size(), [&](char* at) {
    at = std::ranges::copy(scheme, at).out;
    std::ranges::copy(text, at);
    return scheme.size() + text.size();
  });
}

}  // namespace

// Everything about one request.
struct Gateway::Matter {
  RequestHead head;
  Client& client;
  access::Admission::Asked asked{.who = fail(errors::NotAuthorized{"nobody has asked yet"})};
  access::TokenRequest wish = {};
  std::string server = {};
  judging::Question question = {};
  std::string url = {};  // of a page; empty: the head's
  std::string form = {};
  Secret body = {};
  bool brought = false;
  judging::Passed passed = {};
  bool warn = false;
  std::optional<writes::Permit> permit = {};
  Seen seen;

  Matter(RequestHead from, Client& of)
      : head(std::move(from)), client(of), seen{.caller = of.caller(), .who = asked.who} {
    seen.query = head.query;
  }
  [[nodiscard]] bool is_page() const { return !head.page.empty(); }
};

asio::awaitable<void> Gateway::answer(RequestHead head, Client& client) {
  Matter matter(std::move(head), client);
  matter.seen.request_id = next_request_id();
  if (auto done = co_await serve(matter); !done) co_await refuse(matter, std::move(done.error()));
}

asio::awaitable<void> Gateway::refuse_unread(const Refusal& refusal, Client& client) {
  Outcome told = outcome_of(refusal);
  static_cast<void>(
      co_await client.reply({.status = told.status, .headers = std::move(told.headers)}, Secret(told.body)));
}

asio::awaitable<void> Gateway::refuse(Matter& matter, Refusal refusal) {
  refusal.error = parts_.admission.told(std::move(refusal.error), matter.asked);
  if (matter.permit)
    parts_.record.unanswered(matter.seen, *matter.permit, refusal.error);
  else
    parts_.record.refused(matter.seen, matter.asked.session, refusal.error);
  Outcome told = outcome_of(refusal);
  told.headers.emplace_back("x-request-id", matter.seen.request_id);
  if (!matter.server.empty())
    for (auto& field : state_headers(parts_.server_health.freshness(matter.server)))
      told.headers.push_back(std::move(field));
  static_cast<void>(
      co_await matter.client.reply({.status = told.status, .headers = std::move(told.headers)}, Secret(told.body)));
}

asio::awaitable<Gateway::Done> Gateway::serve(Matter& matter) {
  if (auto done = co_await admit(matter); !done) co_return done;
  const Exchanges::Exchange exchange(parts_.exchanges, matter.question.session, matter.client);
  if (auto done = read(matter); !done) co_return done;
  if (auto done = co_await judge(matter); !done) co_return done;
  co_return co_await forward(matter);
}

asio::awaitable<Gateway::Done> Gateway::admit(Matter& matter) {
  if (matter.head.session != "-") matter.wish.session = matter.head.session;
  matter.wish.patient = matter.head.patient;
  matter.wish.stays_here = true;
  matter.asked = co_await parts_.admission.admit(matter.client.caller(), matter.client.epoch(), matter.wish);
  matter.seen.who = matter.asked.who;
  if (matter.asked.session != nullptr) {
    matter.wish.session = matter.asked.session->id;
    matter.server = matter.asked.session->server;
    matter.seen.whose = audit_owner(*matter.asked.session);
  }
  if (matter.asked.refused) co_return refuse_with(*matter.asked.refused);
  const config::App* app = matter.asked.who->config->app(matter.asked.session->app);
  matter.warn = app != nullptr && app->gateway.guard == config::GatewayGuard::warn;
  matter.question = {.session = *matter.wish.session,
                     .epoch = matter.client.epoch(),
                     .named = {.patient = matter.head.patient,
                               .encounter = matter.head.encounter,
                               .override_reason = matter.head.override_reason},
                     .until = parts_.clock.now() + judging_patience};
  co_return Done{};
}

// The caller and the session as they are now: after every wait.
Gateway::Done Gateway::look_again(Matter& matter) {
  matter.asked = parts_.admission.look(matter.client.caller(), matter.client.epoch(), matter.wish);
  if (matter.asked.refused) return refuse_with(*matter.asked.refused);
  return {};
}

Gateway::Done Gateway::read(Matter& matter) {
  if (matter.is_page()) {
    auto page = parts_.pages.find(matter.question.session, matter.head.page, parts_.clock.now());
    if (!page)
      return std::unexpected(Refusal{
          .status = 404,
          .error = errors::InvalidRequest{.field = "page", .reason = "the page is not kept any more: search again"}});
    matter.question.request = std::move(page->asked);
    matter.url = std::move(page->url);
  } else {
    auto request = read_request(matter.head);
    if (!request) return std::unexpected(request.error());
    matter.question.request = std::move(*request);
  }
  matter.seen.request = matter.question.request;
  matter.seen.known = true;
  if (!matter.question.request.reads && !matter.head.patient)
    return refuse_with(errors::InvalidRequest{
        .field = "X-Wardend-Patient",
        .reason = "a write names the patient that the app shows: send the id of the Patient in this header"});
  const std::string& reason = matter.head.override_reason;
  if (!reason.empty() && !has_word(reason))
    return refuse_with(errors::InvalidRequest{.field = "X-Wardend-Override-Reason",
                                              .reason = "has no word in it: say why, or leave it out"});
  return {};
}

asio::awaitable<Result<judging::Body>> Gateway::bring_body(Matter& matter) {
  matter.brought = true;
  auto text = co_await matter.client.body(longest_body);
  if (!text) co_return std::unexpected(text.error());
  matter.body = std::move(*text);
  if (matter.question.request.body == fhir::BodyKind::search_form) {
    matter.form = matter.body.reveal();
    const auto pairs = fhir::parse_query(matter.form);
    if (pairs)
      if (const auto fault = judge_form(*pairs)) co_return fail(fault->error);
    co_return judging::Body{.form = matter.form, .bytes = matter.form.size()};
  }
  if (matter.body.empty()) co_return judging::Body{};
  auto copy = std::make_shared<Secret>(matter.body.clone());
  auto parse = [copy] { return parse_json(copy->reveal(), body_limits); };
  const bool here = parts_.parsing == nullptr || matter.body.size() <= most_json_on_loop;
  auto json = here ? parse() : co_await parts_.parsing->run(std::move(parse));
  if (!json)
    co_return fail(errors::InvalidRequest{.field = "body", .reason = "it cannot be read: it holds " + json.error()});
  co_return judging::Body{.json = std::make_shared<const nlohmann::json>(std::move(*json)),
                          .bytes = matter.body.size()};
}

Gateway::Done Gateway::send_on_anyway(Matter& matter, const Error& error) const {
  if (!matter.warn || !is_guards_word(error.code())) return refuse_with(error);
  matter.seen.note = "the guard would refuse it: " + error.detail();
  matter.passed = {.inspect_reply = matter.question.request.reads};
  return {};
}

asio::awaitable<Gateway::Done> Gateway::judge(Matter& matter) {
  matter.question.bring = [this, &matter] { return bring_body(matter); };
  auto passed = co_await parts_.judge.judge(matter.question);
  if (auto done = look_again(matter); !done) co_return done;
  if (passed)
    matter.passed = std::move(*passed);
  else if (auto done = send_on_anyway(matter, passed.error()); !done)
    co_return done;
  matter.passed.inspect_reply = matter.passed.inspect_reply || matter.is_page();
  if (matter.head.framing.kind == Framing::Kind::none || matter.brought) co_return Done{};
  if (matter.question.request.body == fhir::BodyKind::none)
    co_return refuse_with(errors::InvalidRequest{.field = "body", .reason = "this request brings none: leave it out"});
  if (auto body = co_await bring_body(matter); !body) co_return refuse_with(body.error());
  co_return look_again(matter);
}

HttpRequest Gateway::request_of(const Matter& matter, const config::Server& server) const {
  HttpRequest request = upstream_request(
      {.head = matter.head,
       .url = matter.url.empty() ? upstream_url(matter.head, server) : matter.url,
       .if_match = matter.passed.if_match,
       .request_id = matter.seen.request_id,
       .keeps_coding = may_stream(matter.question.request, matter.passed.inspect_reply, matter.is_page())},
      server);
  request.authorization = bearer(matter.asked.session->tokens()->access);
  request.body = matter.body.clone();
  request.wanted = [&store = parts_.store, id = matter.question.session, epoch = matter.question.epoch] {
    return store.find_live(id, epoch) != nullptr;
  };
  return request;
}

Refusal Gateway::no_answer(Matter& matter, const HttpFailure& failure) {
  // A lock meanwhile is said before anything about the server.
  if (auto done = look_again(matter); !done) return done.error();
  return refusal_of(unanswered(failure, matter.server, !matter.question.request.reads));
}

// A 401 is the token's, and the server has not acted: it is asked once more with a new one.
asio::awaitable<std::expected<std::unique_ptr<HttpStream>, Refusal>> Gateway::ask_server(Matter& matter) {
  for (int attempt = 0;; ++attempt) {
    const config::ConfigPtr config = parts_.config.hold();
    const config::Server* server = config->server(matter.server);
    if (server == nullptr || matter.asked.session->tokens() == nullptr)
      co_return refuse_with(errors::UnknownSession{"the session has ended meanwhile: launch again"});
    const std::string digest = hex(sha256(matter.asked.session->tokens()->access.reveal()));
    auto stream = co_await parts_.upstream.open(request_of(matter, *server));
    const server::LinkEvidence evidence =
        stream ? server::evidence_of((*stream)->head()) : server::evidence_of(stream.error());
    if (evidence.kind != server::LinkEvidence::Kind::failing) parts_.server_health.observe(matter.server, evidence);
    if (!stream) co_return std::unexpected(no_answer(matter, stream.error()));
    parts_.record.took((*stream)->head().elapsed);
    if ((*stream)->head().status != 401) co_return std::move(*stream);
    if (attempt > 0)
      co_return std::unexpected(
          Refusal{.status = 502,
                  .error = errors::ServerUnavailable{
                      .server = matter.server,
                      .reason = "the server does not take the session's token, a new one neither (HTTP 401): tell "
                                "support"}});
    stream->reset();
    access::TokenRequest renewed = matter.wish;
    renewed.rejected = digest;
    matter.asked = co_await parts_.admission.admit(matter.client.caller(), matter.client.epoch(), renewed);
    if (matter.asked.refused) co_return refuse_with(*matter.asked.refused);
  }
}

asio::awaitable<Gateway::Done> Gateway::forward(Matter& matter) {
  const config::ConfigPtr config = parts_.config.hold();
  const config::Server* server = config->server(matter.server);
  if (server == nullptr) co_return refuse_with(errors::UnknownSession{"the session has ended meanwhile: launch again"});
  session::Session& session = *matter.asked.session;
  session.last_used = parts_.clock.now();
  session.held_by(matter.asked.who->process);
  ++session.accesses_recorded;
  matter.permit = parts_.record.sent(matter.seen, session,
                                     {.excused = matter.passed.excused, .reason = matter.head.override_reason});
  auto stream = co_await ask_server(matter);
  if (!stream) co_return std::unexpected(stream.error());
  Relay::Order order{.question = matter.question,
                     .server = *server,
                     .inspect = matter.passed.inspect_reply,
                     .warn = matter.warn,
                     .page = matter.is_page(),
                     .head_only = matter.head.method == "HEAD",
                     .more = state_headers(parts_.server_health.freshness(matter.server)),
                     .still = [this, &matter] { return look_again(matter); }};
  std::vector<fhir::QueryParameter> form;
  if (!matter.form.empty()) form = fhir::parse_query(matter.form).value_or(form);
  order.continues = continued(matter.question.request, std::move(form));
  order.more.emplace_back("x-request-id", matter.seen.request_id);
  auto passed = co_await parts_.relay.pass_on(std::move(*stream), matter.client, std::move(order));
  if (!passed) co_return std::unexpected(passed.error());
  if (!passed->note.empty()) matter.seen.note += (matter.seen.note.empty() ? "" : "; ") + passed->note;
  parts_.record.answered(matter.seen, {.status = passed->status,
                                       .bytes = passed->bytes,
                                       .whole = passed->whole,
                                       .location = std::move(passed->location),
                                       .permit = *matter.permit});
  co_return Done{};
}

std::string Gateway::next_request_id() { return request_id_prefix_ + "g" + std::to_string(++asked_); }

}  // namespace wardend::gateway
