#include "daemon/gateway/connection.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/read.hpp>
#include <tuple>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "daemon/gateway/head_bytes.hpp"
#include "daemon/gateway/head_parser.hpp"
#include "daemon/gateway/head_text.hpp"
#include "daemon/gateway/outcome.hpp"
#include "daemon/gateway/server.hpp"

namespace wardend::gateway {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);
constexpr Duration idle = 60s;        // between two requests; of a stranger as on the broker's socket
constexpr Duration head_time = 10s;   // for a head to come
constexpr Duration body_time = 30s;   // for a body
constexpr Duration drain = 10s;       // for a part of an answer to be taken
constexpr Duration linger_time = 1s;  // for what a client still sends after a refusal
constexpr std::size_t read_at_once = 8UL * 1024;
constexpr std::string_view end_of_head = "\r\n\r\n";

// Whether an answer of that status ends with its head. Spec: RFC 9112 §6.3
bool has_no_body(int status) { return status == 204 || status == 304; }

}  // namespace

struct Connection::Http {
  beast::flat_buffer buffer{longest_head + read_at_once};
  std::optional<RequestParser> parser = {};
  std::size_t head_bytes = 0;
  unsigned version = 11;
  bool keep_alive = false;
  bool head_only = false;
  bool chunked = false;
  Framing framing = {};
  bool expects_continue = false;
  bool body_read = false;
  std::optional<BodyRoom::Share> share = {};  // until the request is answered
};

Connection::Connection(Server& server, Socket socket, ipc::Caller caller, Rank rank, workstation::EpochNumber epoch)
    : server_(server),
      socket_(std::move(socket)),
      caller_(std::move(caller)),
      rank_(rank),
      epoch_(epoch),
      http_(std::make_unique<Http>()),
      since_(server.clock_.now()) {
  boost::system::error_code ignored;
  socket_.non_blocking(true, ignored);
}

Connection::~Connection() = default;

OpenConnection Connection::as_open() const {
  return {.user = caller_.uid(), .process = caller_.pid(), .rank = rank_, .busy = busy_, .since = since_};
}

void Connection::within(Duration time) {
  deadline_ = server_.clock_.now() + time;
  server_.deadline_set(deadline_);
}

void Connection::close() {
  if (std::exchange(closed_, true)) return;
  deadline_ = BootTime::max();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

void Connection::cut() {
  if (begun_ && !replied_) return close();
  if (reading_) socket_.cancel();
}

void Connection::log_failure(const char* what) const {
  log::bounded(log::Level::warn, "a connection to the gateway failed", std::to_string(caller_.uid()),
               {{"caller", caller_.describe()}, {"error", what}});
}

asio::awaitable<void> Connection::serve() {
  try {
    while (co_await serve_one()) since_ = server_.clock_.now();
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted && !closed_) throw;
    if (!closed_) log_failure(error.what());
  } catch (const std::exception& error) {
    log_failure(error.what());
  }
  close();
}

// A process may inherit a connection. It cannot ask in the name of the one that has ended.
bool Connection::lives() {
  if (rank_ == Rank::stranger) return true;
  if (!std::exchange(met_, true) && !caller_.hold(socket_.native_handle())) return false;
  return caller_.alive();
}

asio::awaitable<bool> Connection::serve_one() {
  begun_ = replied_ = false;
  if (!co_await read_head_bytes()) co_return false;
  deadline_ = BootTime::max();
  co_await server_.turns_.wait({.rank = rank_, .user = caller_.uid(), .process = caller_.pid()});
  if (closed_) co_return false;
  turn_began_ = std::chrono::steady_clock::now();
  busy_ = true;
  const ScopeExit answered([this] {
    busy_ = false;
    http_->share.reset();
    http_->parser.reset();
  });
  auto head = parse_head();
  if (!lives()) co_return false;
  ++server_.counters_.frames;
  if (head)
    co_await server_.answer_(std::move(*head), *this);
  else
    co_await refuse(head.error());
  if (closed_ || !replied_) co_return false;
  if (!http_->body_read) co_await linger();
  // A request that has come already waits until the loop has served the others.
  if (http_->buffer.size() != 0) co_await asio::post(socket_.get_executor(), asio::use_awaitable);
  co_return http_->keep_alive && http_->body_read;
}

// The answer to a head that cannot be read: nobody looks who asks.
asio::awaitable<void> Connection::refuse(const Refusal& refusal) {
  server_.unreadable(caller_, refusal);
  Outcome told = outcome_of(refusal);
  static_cast<void>(co_await reply({.status = told.status, .headers = std::move(told.headers)}, Secret(told.body)));
}

// A request's head as it came, up to its empty line. False: nobody asks any more.
asio::awaitable<bool> Connection::read_head_bytes() {
  beast::flat_buffer& buffer = http_->buffer;
  std::size_t looked = 0;
  const Duration quiet = rank_ == Rank::known ? idle : server_.options_.limits.stranger_idle;
  bool begun = false;
  for (;;) {
    const std::string_view bytes(static_cast<const char*>(buffer.data().data()), buffer.size());
    const auto end = bytes.find(end_of_head, looked);
    http_->head_bytes = end == std::string_view::npos ? bytes.size() : end + end_of_head.size();
    if (end != std::string_view::npos || bytes.size() > longest_head) co_return true;
    if (bytes.empty() || !std::exchange(begun, true)) within(bytes.empty() ? quiet : head_time);
    looked = bytes.size() < end_of_head.size() ? 0 : bytes.size() - end_of_head.size() + 1;
    const auto [error, count] = co_await socket_.async_read_some(buffer.prepare(read_at_once), use_tuple);
    if (error) co_return false;
    buffer.commit(count);
  }
}

std::expected<RequestHead, Refusal> Connection::parse_head() {
  http_->keep_alive = http_->body_read = http_->head_only = false;
  const std::string_view bytes(static_cast<const char*>(http_->buffer.data().data()), http_->head_bytes);
  ParsedHead parsed = gateway::parse_head(bytes, http_->parser.emplace());
  http_->version = parsed.version;
  wipe(http_->buffer.data().data(), parsed.taken);
  http_->buffer.consume(parsed.taken);
  if (!parsed.head) return parsed.head;
  // What stands behind a head that is refused is nobody's request: it would be smuggled in.
  http_->keep_alive = !parsed.head->fault && http_->parser->get().keep_alive();
  http_->head_only = parsed.head->method == "HEAD";
  http_->framing = parsed.head->framing;
  http_->expects_continue = parsed.head->expects_continue;
  http_->body_read = parsed.head->framing.kind == Framing::Kind::none;
  return std::move(parsed.head);
}

asio::awaitable<Result<Secret>> Connection::body(std::size_t most) {
  const errors::TooLarge too_large{.limit = static_cast<std::int64_t>(most),
                                   .reason = "the body is larger than 4 MiB: send less in one request"};
  if (http_->body_read) co_return Secret();
  if (http_->framing.kind == Framing::Kind::length && http_->framing.length > most) co_return fail(too_large);
  http_->share.emplace(server_.bodies_, caller_.uid());
  within(body_time);
  if (http_->expects_continue) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    static_cast<void>(co_await asio::async_write(socket_, asio::buffer(go_on), use_tuple));
  }
  auto& parser = *http_->parser;
  parser.body_limit(most);
  parser.eager(true);
  boost::system::error_code error;
  while (!error && !parser.is_done()) {
    // With its length it is there as a whole from its first byte on.
    const auto bytes = std::max<std::size_t>(http_->framing.length, parser.get().body().size());
    if (auto room = http_->share->grow_to(bytes); !room) co_return std::unexpected(std::move(room.error()));
    reading_ = true;
    std::tie(error, std::ignore) = co_await http::async_read_some(socket_, http_->buffer, parser, use_tuple);
    reading_ = false;
  }
  deadline_ = BootTime::max();
  http_->buffer.shrink_to_fit();  // what was taken out of it goes back to the heap, which wipes
  if (error) wipe(parser.get().body());
  if (error == http::error::body_limit) co_return fail(too_large);
  if (error)
    co_return fail(errors::InvalidRequest{.field = "body", .reason = "it broke off, or is not framed as HTTP has it"});
  http_->body_read = true;
  Secret body(http_->parser->get().body());
  wipe(http_->parser->get().body());
  co_return body;
}

// What the socket takes at once needs no turn of the loop.
asio::awaitable<bool> Connection::send(std::string_view head, std::string_view body) {
  const std::array parts{asio::buffer(head.data(), head.size()), asio::buffer(body.data(), body.size())};
  boost::system::error_code error;
  const std::size_t sent = socket_.write_some(parts, error);
  if (error == asio::error::would_block) error.clear();
  if (error || sent == head.size() + body.size()) co_return !error;
  within(drain);
  const auto of_head = std::min(sent, head.size());
  const std::array rest{parts[0] + of_head, parts[1] + (sent - of_head)};
  std::tie(error, std::ignore) = co_await asio::async_write(socket_, rest, use_tuple);
  deadline_ = BootTime::max();
  co_return !error;
}

asio::awaitable<bool> Connection::reply(ReplyHead head, Secret body) {
  if (closed_) co_return false;
  if (rank_ == Rank::stranger) server_.turns_.charge_strangers(std::chrono::steady_clock::now() - turn_began_);
  begun_ = true;
  Framed framed{.version = http_->version, .keep_alive = http_->keep_alive && http_->body_read};
  std::string_view text = body.reveal();
  if (!has_no_body(head.status)) framed.length = text.size();
  if (http_->head_only || has_no_body(head.status)) text = {};
  replied_ = co_await send(head_text(head, framed), text);
  http_->keep_alive = framed.keep_alive && replied_;
  co_return replied_;
}

asio::awaitable<bool> Connection::begin(ReplyHead head, std::optional<std::uint64_t> length) {
  if (closed_) co_return false;
  begun_ = true;
  if (has_no_body(head.status)) length.reset();
  const bool in_parts = !length && !has_no_body(head.status) && !http_->head_only;
  http_->chunked = in_parts && http_->version >= 11;
  http_->keep_alive = http_->keep_alive && http_->body_read && (!in_parts || http_->chunked);
  const Framed framed{
      .version = http_->version, .keep_alive = http_->keep_alive, .chunked = http_->chunked, .length = length};
  co_return co_await send(head_text(head, framed), {});
}

asio::awaitable<bool> Connection::write(Secret part) {
  if (closed_) co_return false;
  const std::string_view text = part.reveal();
  const auto bytes = asio::buffer(text.data(), text.size());
  within(drain);
  boost::system::error_code error;
  if (http_->chunked)
    std::tie(error, std::ignore) = co_await asio::async_write(socket_, http::make_chunk(bytes), use_tuple);
  else
    std::tie(error, std::ignore) = co_await asio::async_write(socket_, bytes, use_tuple);
  deadline_ = BootTime::max();
  co_return !error;
}

asio::awaitable<bool> Connection::end() {
  if (closed_) co_return false;
  if (http_->chunked) {
    within(drain);
    const auto [error, count] = co_await asio::async_write(socket_, http::make_chunk_last(), use_tuple);
    deadline_ = BootTime::max();
    if (error) co_return false;
  }
  co_return replied_ = true;
}

// Reads what the app still sends, and drops it. If the socket closed before that, the app would lose the answer.
asio::awaitable<void> Connection::linger() {
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  within(linger_time);
  std::vector<char> dropped(64UL * 1024);
  for (;;) {
    const auto [error, count] = co_await socket_.async_read_some(asio::buffer(dropped), use_tuple);
    if (error) co_return;
  }
}

}  // namespace wardend::gateway
