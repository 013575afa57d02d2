#include "daemon/gateway/relay.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/json.hpp"
#include "base/json_members.hpp"
#include "daemon/gateway/base_url.hpp"
#include "daemon/gateway/link_scanner.hpp"
#include "daemon/gateway/links.hpp"
#include "daemon/gateway/outcome.hpp"
#include "daemon/gateway/token_watch.hpp"
#include "protocol/fhir/member_case.hpp"
#include "protocol/http/media_type.hpp"
#include "protocol/http/redirect.hpp"

namespace wardend::gateway {
namespace {

constexpr JsonLimits whole_limits{.bytes = Relay::longest_whole, .values = 1'000'000};
constexpr int bad_gateway = 502;

Refusal unusable(const config::Server& server, std::string reason, int status = bad_gateway) {
  return {.status = status, .error = errors::ServerUnavailable{.server = server.name, .reason = std::move(reason)}};
}

Refusal unreadable(const config::Server& server, std::string_view why) {
  return unusable(server,
                  "the server's answer cannot be read (" + std::string(why) + "): have its administrators look at it");
}

// An error keeps its status.
Refusal no_fhir_answer(const config::Server& server, int status) {
  const bool refused = status >= 400;
  return unusable(server,
                  "the server answered HTTP " + std::to_string(status) + " with something that is no FHIR answer: " +
                      (refused ? "try again, then tell support" : "tell support"),
                  refused ? status : bad_gateway);
}

// Of a Binary, and as it is.
bool shows_content(const fhir::FhirRequest& request, const HttpResponse& head) {
  const bool nothing = head.status >= 400 || head.status == 204 || head.status == 304;
  return !nothing && reads_binary(request) && !http::is_json_type(head.header("content-type"));
}

// All that the server says: two of them are no reference.
std::string security_context(const HttpResponse& head) {
  std::string all;
  for (const auto& [name, value] : head.headers)
    if (name == "x-security-context") all += (all.empty() ? "" : ", ") + value;
  return all;
}

std::string note_of(const std::vector<std::string>& excused) {
  if (excused.empty()) return {};
  if (excused.front() == "foreign") return "holds another patient";
  if (excused.front() == "unsaid") return "holds a record that does not say whose it is";
  return "is another record than the one that was asked for";
}

std::optional<std::uint64_t> length_of(const HttpResponse& head) {
  const std::string_view text = head.header("content-length");
  std::uint64_t length = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return length;
}

// Handles of pages that are drawn beforehand, for addresses that are found beside the loop.
class PagesAside final : public Pages {
 public:
  explicit PagesAside(Random& random) {
    for (std::size_t i = 0; i < most_page_links; ++i) free_.push_back(PageStore::draw(random));
  }
  [[nodiscard]] std::string keep(std::string_view url) override {
    const auto same = std::ranges::find(found_, url, &std::pair<std::string, std::string>::first);
    if (same != found_.end()) return same->second;
    found_.emplace_back(url, free_.at(found_.size()));
    return found_.back().second;
  }
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> take() { return std::move(found_); }

 private:
  std::vector<std::string> free_;
  std::vector<std::pair<std::string, std::string>> found_;  // address and handle
};

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
};

asio::awaitable<std::expected<Relay::Passed, Refusal>> Relay::pass_on(std::unique_ptr<HttpStream> stream,
                                                                      Client& client, Order order) {
  const HttpResponse& head = stream->head();
  if (head_holds(head, order.token)) co_return std::unexpected(token_said(order.server.name));
  if (http::is_redirect(head.status) && head.status != 304)
    co_return std::unexpected(
        unusable(order.server, "the server " + http::redirect_text(head.status, head.header("location")) + ": ask IT"));
  if (head.status == 304 && !order.asks_for_change)
    co_return std::unexpected(unusable(order.server,
                                       "the server answered \"not modified\" where it was not asked: ask without "
                                       "If-Modified-Since, or by If-None-Match with the ETag of an answer"));
  if (order.head_only) co_return co_await stream_on(std::move(stream), client, std::move(order));
  switch (handling_of(order.question.request, head)) {
    case Handling::stream:
      co_return co_await stream_on(std::move(stream), client, std::move(order));
    case Handling::whole:
      co_return co_await pass_whole(std::move(stream), client, std::move(order));
    case Handling::in_words:
      break;
  }
  co_return std::unexpected(no_fhir_answer(order.server, head.status));
}

ReplyHead Relay::head_of(const HttpResponse& head, const Order& order) {
  ReplyHead reply = reply_head(head);
  rewrite_headers(reply.headers, order.server.fhir_base_url, base_url(order.question.session));
  reply.headers.insert(reply.headers.end(), order.more.begin(), order.more.end());
  return reply;
}

asio::awaitable<std::expected<std::string, Refusal>> Relay::judge(int status, judging::Body body, const Order& order) {
  auto judged = co_await parts_.judge.judge_reply(order.question, status, std::move(body));
  // A lock meanwhile is said before anything about the answer.
  if (auto still = order.still(); !still) co_return std::unexpected(still.error());
  if (judged) co_return note_of(judged->excused);
  if (order.warn) co_return "the guard would refuse the answer: " + judged.error().detail();
  co_return std::unexpected(Refusal{.status = status_of(judged.error().code()), .error = judged.error()});
}

// Whose a Binary is that comes as its content: what a server says of that in a header. Spec: FHIR R4, Binary
asio::awaitable<std::expected<std::string, Refusal>> Relay::judge_security(const HttpResponse& head,
                                                                           const Order& order) {
  if (!order.inspect || !shows_content(order.question.request, head)) co_return std::string();
  const std::string context = security_context(head);
  nlohmann::json binary = {{"resourceType", "Binary"}, {"id", order.question.request.id}};
  if (!context.empty()) binary["securityContext"] = {{"reference", context}};
  co_return co_await judge(head.status, {.json = std::make_shared<const nlohmann::json>(std::move(binary))}, order);
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
                                                                        Client& client, Order order) {
  const HttpResponse& head = stream->head();
  auto note = co_await judge_security(head, order);
  if (!note) co_return std::unexpected(note.error());
  auto part = order.head_only ? Secret() : co_await stream->next();
  if (auto still = order.still(); !still) co_return std::unexpected(still.error());
  if (!part) co_return std::unexpected(unreadable(order.server, "it broke off"));
  if (holds(part->reveal(), order.token)) co_return std::unexpected(token_said(order.server.name));
  Passed passed{.status = head.status, .location = std::string(head.header("location")), .note = std::move(*note)};
  const auto length = length_of(head);
  if (!order.head_only && length == part->size()) {
    passed.bytes = part->size();
    passed.whole = co_await client.reply(head_of(head, order), std::move(*part));
    co_return passed;
  }
  passed.whole = co_await client.begin(head_of(head, order), length);
  co_await stream_parts(*stream, std::move(*part), client, order, passed);
  co_return passed;
}

asio::awaitable<std::expected<Relay::Text, Refusal>> Relay::collect(HttpStream& stream, const Order& order,
                                                                    Held& held) {
  auto text = std::make_shared<std::string>();
  for (;;) {
    auto part = co_await stream.next();
    if (auto still = order.still(); !still) co_return std::unexpected(still.error());
    if (!part) co_return std::unexpected(unreadable(order.server, "it broke off"));
    if (part->empty()) co_return text;
    if (!held.take(part->size()))
      co_return std::unexpected(
          Refusal{.status = bad_gateway,
                  .error = errors::TooLarge{.limit = static_cast<std::int64_t>(longest_whole),
                                            .reason = "the server's answer is larger than 8 MiB, or too many large "
                                                      "ones are read now: ask for less (_count, _elements)"}});
    text->append(part->reveal());
  }
}

asio::awaitable<Relay::Read> Relay::read_json(Text text) {
  auto parse = [text] {
    auto json = parse_json(*text, whole_limits);
    if (!json) return Read{.fault = json.error()};
    if (text_view_member(*json, "resourceType").empty()) return Read{.fault = "it is no FHIR resource"};
    if (auto fault = fhir::case_fault_of_answer(*json)) return Read{.fault = std::move(*fault)};
    return Read{.json = std::make_shared<const nlohmann::json>(std::move(*json))};
  };
  if (parts_.parsing == nullptr || text->size() <= most_json_on_loop) co_return parse();
  co_return co_await parts_.parsing->run(std::move(parse));
}

asio::awaitable<void> Relay::free_aside(Read read, std::size_t bytes) {
  if (parts_.parsing == nullptr || bytes <= most_json_on_loop) co_return;
  co_await parts_.parsing->run([json = std::move(read.json)]() mutable {
    json.reset();
    return true;
  });
}

asio::awaitable<std::expected<std::string, std::string>> Relay::turn_links(Text text, const Order& order) {
  const std::string& session = order.question.session;
  const std::string base = base_url(session);
  if (parts_.parsing == nullptr || text->size() <= most_json_on_loop) {
    PagesOfReply pages(
        parts_.pages, {.session = session, .asked = order.continues, .at = parts_.clock.now(), .search = order.search});
    co_return rewrite_links(
        std::move(*text),
        {.server = order.server.fhir_base_url, .gateway = base, .asked = order.continues, .pages = pages});
  }
  auto aside = std::make_shared<PagesAside>(parts_.random);
  auto turned =
      co_await parts_.parsing->run([text, aside, base, server = order.server.fhir_base_url, asked = order.continues] {
        return rewrite_links(std::move(*text), {.server = server, .gateway = base, .asked = asked, .pages = *aside});
      });
  if (order.still())
    for (auto& [url, handle] : aside->take())
      parts_.pages.put(session, handle, {.url = std::move(url), .asked = order.continues, .search = order.search},
                       parts_.clock.now());
  co_return turned;
}

asio::awaitable<std::expected<Relay::Passed, Refusal>> Relay::pass_whole(std::unique_ptr<HttpStream> stream,
                                                                         Client& client, Order order) {
  const HttpResponse& head = stream->head();
  Held held(held_);
  auto text = co_await collect(*stream, order, held);
  if (!text) co_return std::unexpected(text.error());
  Passed passed{.status = head.status, .bytes = held.own, .location = std::string(head.header("location"))};
  // A write may be answered with nothing.
  if (order.question.request.reads || head.status >= 400 || !(*text)->empty()) {
    Read read = co_await read_json(*text);
    const bool refused = head.status >= 400;
    if (refused && (read.json == nullptr || text_view_member(*read.json, "resourceType") != "OperationOutcome"))
      co_return std::unexpected(no_fhir_answer(order.server, head.status));
    if (read.json == nullptr) co_return std::unexpected(unreadable(order.server, read.fault));
    // Always: a server that does not know a parameter of a search may answer as if it were not there.
    auto note = co_await judge(head.status, {.json = read.json, .bytes = held.own}, order);
    if (!note) co_return std::unexpected(note.error());
    passed.note = std::move(*note);
    co_await free_aside(std::move(read), held.own);
    auto turned = co_await turn_links(*text, order);
    if (!turned) co_return std::unexpected(unreadable(order.server, turned.error()));
    **text = std::move(*turned);
  }
  if (auto still = order.still(); !still) co_return std::unexpected(still.error());
  if (holds(**text, order.token)) co_return std::unexpected(token_said(order.server.name));
  ReplyHead reply = head_of(head, order);
  std::erase_if(reply.headers, [](const auto& field) { return field.first == "content-encoding"; });
  passed.whole = co_await client.reply(std::move(reply), Secret(**text));
  co_return passed;
}

}  // namespace wardend::gateway
