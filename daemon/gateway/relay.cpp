#include "daemon/gateway/relay.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.hpp"
#include "base/json_members.hpp"
#include "base/text.hpp"
#include "daemon/gateway/answer_faults.hpp"
#include "daemon/gateway/asked_request.hpp"
#include "daemon/gateway/base_url.hpp"
#include "daemon/gateway/link_scanner.hpp"
#include "daemon/gateway/links.hpp"
#include "daemon/gateway/outcome.hpp"
#include "daemon/gateway/token_watch.hpp"
#include "protocol/fhir/member_case.hpp"
#include "protocol/http/media_type.hpp"

namespace wardend::gateway {
namespace {

constexpr int not_modified = 304;
constexpr JsonLimits whole_limits{.bytes = Relay::longest_whole, .values = 1'000'000};

std::string note_of(const std::vector<std::string>& excused) {
  if (excused.empty()) return {};
  if (excused.front() == "foreign") return "holds another patient";
  if (excused.front() == "unsaid") return "holds a record that does not say whose it is";
  return "is another record than the one that was asked for";
}

Asked asked_for(const Relay::Order& order) { return order.question.request.reads ? Asked::read : Asked::write; }

// Whether the app has this answer, and asked for another one alone.
bool is_known(const HttpResponse& head, const Relay::Order& order) {
  return head.status == 200 && lists_version(order.known, head.header("etag"));
}

}  // namespace

// The bytes of one answer, as part of all that are held.
struct Relay::Held {
  explicit Held(std::size_t& of) : all(of) {}
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  ~Held() { all -= own; }
  bool take(std::size_t more) {
    if (own + more > longest_whole || all + more > most_held) return false;
    own += more;
    all += more;
    return true;
  }
  std::size_t& all;
  std::size_t own = 0;
};

struct Relay::Read {
  std::shared_ptr<const nlohmann::json> json = {};
  std::string fault = {};
  bool holds_token = false;
};

asio::awaitable<std::expected<Relay::Passed, Refusal>> Relay::pass_on(std::unique_ptr<HttpStream> stream,
                                                                      Client& client, Order order) {
  const HttpResponse& head = stream->head();
  if (head_holds(head, order.question.request, order.token)) co_return std::unexpected(token_said(order.server.name));
  const Expected expected{.change = order.asks_for_change,
                          .record = order.inspect && order.question.request.reads,
                          .binary = reads_binary(order.question.request)};
  if (auto fault = head_fault(head, order.server.name, expected)) co_return std::unexpected(std::move(*fault));
  std::string note;
  if (std::string context = security_context(head); !context.empty()) {
    auto said = co_await judge(order.question, head.status, {.context = std::move(context)}, order);
    if (!said) co_return std::unexpected(said.error());
    note = std::move(*said);
  }
  auto passed = co_await pass_by_kind(std::move(stream), client, order);
  if (passed && passed->note.empty()) passed->note = std::move(note);
  co_return passed;
}

asio::awaitable<std::expected<Relay::Passed, Refusal>> Relay::pass_by_kind(std::unique_ptr<HttpStream> stream,
                                                                           Client& client, const Order& order) {
  const HttpResponse& head = stream->head();
  if (order.head_only) co_return co_await stream_on(std::move(stream), client, order);
  switch (handling_of(order.question.request, head)) {
    case Handling::stream:
      co_return co_await stream_on(std::move(stream), client, order);
    case Handling::whole:
      co_return co_await pass_whole(std::move(stream), client, order);
    case Handling::head:
      co_return co_await pass_head(client, head, order, {.status = head.status});
    case Handling::in_words:
      break;
  }
  co_return std::unexpected(no_fhir_answer(order.server.name, head, asked_for(order)));
}

ReplyHead Relay::head_of(const HttpResponse& head, const Order& order) {
  ReplyHead reply = reply_head(head, order.question.request);
  if (is_undone(head))
    std::erase_if(reply.headers, [](const auto& field) { return field.first == "content-encoding"; });
  rewrite_headers(reply.headers, order.server.fhir_base_url, base_url(order.question.session));
  reply.headers.insert(reply.headers.end(), order.more.begin(), order.more.end());
  return reply;
}

asio::awaitable<std::expected<std::string, Refusal>> Relay::judge(const judging::Question& question, int status,
                                                                  judging::Body body, const Order& order) {
  auto judged = co_await parts_.judge.judge_reply(question, status, std::move(body));
  // A lock meanwhile is said before anything about the answer.
  if (auto still = order.still(); !still) co_return std::unexpected(still.error());
  if (judged) co_return note_of(judged->excused);
  if (order.warn) co_return "the guard would refuse the answer: " + judged.error().detail();
  co_return std::unexpected(Refusal{.status = status_of(judged.error().code()), .error = judged.error()});
}

// Whose a Binary is that comes as its content: what the server says of that in a header. Spec: FHIR R4, Binary
asio::awaitable<std::expected<std::string, Refusal>> Relay::judge_security(const HttpResponse& head,
                                                                           const Order& order) {
  if (!order.inspect || head.status >= 400) co_return std::string();
  nlohmann::json binary = {{"resourceType", "Binary"}, {"id", order.question.request.id}};
  if (const std::string context = security_context(head); !context.empty())
    binary["securityContext"] = {{"reference", context}};
  co_return co_await judge(order.question, head.status,
                           {.json = std::make_shared<const nlohmann::json>(std::move(binary))}, order);
}

// Sends the parts on. An answer that has begun can only break off.
asio::awaitable<void> Relay::stream_parts(HttpStream& stream, Secret first, Client& client, const Order& order,
                                          Passed& passed) {
  TokenWatch watch(order.token);
  std::expected<Secret, HttpFailure> part = std::move(first);
  while (passed.whole && part && !part->empty()) {
    passed.bytes += part->size();
    auto may_go = watch.pass(std::move(*part));
    if (!may_go) {
      passed.note += (passed.note.empty() ? "" : "; ") + std::string("the server's answer holds the token");
      part = std::unexpected(HttpFailure{.kind = HttpFailure::Kind::abandoned});
      break;
    }
    if (!may_go->empty()) passed.whole = co_await client.write(std::move(*may_go));
    if (passed.whole) part = co_await stream.next();
  }
  if (Secret rest = watch.rest(); passed.whole && part && !rest.empty())
    passed.whole = co_await client.write(std::move(rest));
  if (!part) client.cut();
  passed.whole = passed.whole && part.has_value() && co_await client.end();
}

// What fits into one part goes in one piece.
asio::awaitable<std::expected<Relay::Passed, Refusal>> Relay::stream_on(std::unique_ptr<HttpStream> stream,
                                                                        Client& client, const Order& order) {
  const HttpResponse& head = stream->head();
  const bool content = is_content(order.question.request, head, {});
  auto note = content ? co_await judge_security(head, order) : std::string();
  if (!note) co_return std::unexpected(note.error());
  auto part = order.head_only ? Secret() : co_await stream->next();
  if (auto still = order.still(); !still) co_return std::unexpected(still.error());
  if (!part) co_return std::unexpected(broken(order.server.name, part.error()));
  if (holds(part->reveal(), order.token)) co_return std::unexpected(token_said(order.server.name));
  Passed passed{.status = head.status, .location = std::string(head.header("location")), .note = std::move(*note)};
  if (is_known(head, order)) {
    passed.status = not_modified;
    co_return co_await pass_head(client, head, order, std::move(passed));
  }
  const auto length = is_undone(head) ? std::nullopt : length_of(head);
  if (!order.head_only && length == part->size()) {
    passed.bytes = part->size();
    passed.whole = co_await client.reply(head_of(head, order), std::move(*part));
    co_return passed;
  }
  passed.whole = co_await client.begin(head_of(head, order), length);
  co_await stream_parts(*stream, std::move(*part), client, order, passed);
  co_return passed;
}

// The head alone says it: what is done, or that the app has this already. Spec: RFC 9110 §15.4.5
asio::awaitable<Relay::Passed> Relay::pass_head(Client& client, const HttpResponse& head, const Order& order,
                                                Passed passed) {
  ReplyHead reply = head_of(head, order);
  reply.status = passed.status;
  passed.bytes = 0;
  passed.location = head.header("location");
  std::erase_if(reply.headers, [](const auto& field) {
    return (field.first.starts_with("content-") && field.first != "content-location") ||
           field.first == "x-security-context";
  });
  passed.whole = co_await client.reply(std::move(reply), Secret());
  co_return passed;
}

asio::awaitable<std::expected<Relay::Text, Refusal>> Relay::collect(HttpStream& stream, const Order& order,
                                                                    Held& held) {
  auto text = std::make_shared<std::string>();
  auto part = co_await stream.next();
  for (; part && !part->empty() && held.take(part->size()); part = co_await stream.next()) text->append(part->reveal());
  if (auto still = order.still(); !still) co_return std::unexpected(still.error());
  if (!part) co_return std::unexpected(broken(order.server.name, part.error()));
  if (!part->empty()) co_return std::unexpected(too_large_answer());
  co_return text;
}

Relay::Read Relay::read_answer(std::string_view text, const fhir::FhirRequest& request, const Secret& token) {
  if (holds(text, token)) return Read{.holds_token = true};
  auto json = parse_json(text, whole_limits);
  if (!json) return Read{.fault = json.error()};
  if (std::string fault = kind_fault(request, *json); !fault.empty()) return Read{.fault = std::move(fault)};
  if (auto fault = fhir::case_fault_of_answer(*json)) return Read{.fault = std::move(*fault)};
  return Read{.json = std::make_shared<const nlohmann::json>(std::move(*json))};
}

asio::awaitable<Relay::Read> Relay::read_aside(Text text, const Order& order) {
  co_return co_await parts_.parsing->run(
      [text, request = order.question.request, token = std::make_shared<const Secret>(order.token.clone())] {
        return read_answer(*text, request, *token);
      });
}

asio::awaitable<void> Relay::free_aside(Read read) {
  co_await parts_.parsing->run([json = std::move(read.json)]() mutable {
    json.reset();
    return true;
  });
}

asio::awaitable<std::expected<std::string, std::string>> Relay::turn_links(Text text, const Order& order) {
  const std::string& session = order.question.session;
  const std::string base = base_url(session);
  const fhir::FhirRequest continues = continued(order.question.request);
  if (!goes_aside(text->size())) {
    PagesOfReply pages(parts_.pages,
                       {.session = session, .asked = continues, .at = parts_.clock.now(), .search = order.search});
    co_return rewrite_links(std::move(*text), {.server = order.server.fhir_base_url,
                                               .gateway = base,
                                               .asked = continues,
                                               .pages = pages,
                                               .address = order.address});
  }
  auto aside = std::make_shared<PagesAside>(parts_.random, most_page_links);
  auto turned = co_await parts_.parsing->run(
      [text, aside, base, server = order.server.fhir_base_url, asked = continues, address = order.address] {
        return rewrite_links(std::move(*text),
                             {.server = server, .gateway = base, .asked = asked, .pages = *aside, .address = address});
      });
  if (order.still())
    for (auto& [url, handle] : aside->take())
      parts_.pages.put(session, handle, {.url = std::move(url), .asked = continues, .search = order.search},
                       parts_.clock.now());
  co_return turned;
}

asio::awaitable<std::expected<Relay::Passed, Refusal>> Relay::pass_whole(std::unique_ptr<HttpStream> stream,
                                                                         Client& client, const Order& order) {
  const HttpResponse& head = stream->head();
  Held held(held_);
  auto text = co_await collect(*stream, order, held);
  if (!text) co_return std::unexpected(text.error());
  Passed passed{.status = head.status, .bytes = held.own, .location = std::string(head.header("location"))};
  // A write may be answered with nothing.
  if (order.question.request.reads || head.status >= 400 || !(*text)->empty()) {
    Read read = goes_aside(held.own) ? co_await read_aside(*text, order)
                                     : read_answer(**text, order.question.request, order.token);
    if (read.holds_token) co_return std::unexpected(token_said(order.server.name));
    if (head.status >= 400 && !is_plain_error(order.question.request, head.status, read.json.get(), order.inspect))
      co_return std::unexpected(no_fhir_answer(order.server.name, head, asked_for(order)));
    const std::string type = read.json == nullptr ? "" : text_member(*read.json, "resourceType");
    const bool content = is_content(order.question.request, head, type);
    if (!content && read.json == nullptr) co_return std::unexpected(unreadable(order.server.name, read.fault));
    const bool said_twice = reads_binary(order.question.request) && !head.header("x-security-context").empty();
    auto note = content || said_twice ? co_await judge_security(head, order) : std::string();
    // Always: a server that does not know a parameter of a search may answer as if it were not there.
    if (note && note->empty() && !content)
      note = co_await judge(order.question, head.status,
                            {.json = read.json, .bytes = held.own, .location = passed.location}, order);
    if (!note) co_return std::unexpected(note.error());
    passed.note = std::move(*note);
    if (goes_aside(held.own)) co_await free_aside(std::move(read));
    if (has_links(order.question.request)) {
      auto turned = co_await turn_links(*text, order);
      if (!turned) co_return std::unexpected(unreadable(order.server.name, turned.error()));
      **text = std::move(*turned);
    }
  }
  if (goes_aside(held.own))
    if (auto still = order.still(); !still) co_return std::unexpected(still.error());
  if (is_known(head, order)) {
    passed.status = not_modified;
    co_return co_await pass_head(client, head, order, std::move(passed));
  }
  ReplyHead reply = head_of(head, order);
  std::erase_if(reply.headers, [](const auto& field) { return field.first == "content-encoding"; });
  passed.whole = co_await client.reply(std::move(reply), Secret(**text));
  co_return passed;
}

}  // namespace wardend::gateway
