#include "daemon/gateway/connection.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/span_body.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "daemon/gateway/head_bytes.hpp"
#include "daemon/gateway/head_parser.hpp"
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

Error no_room_for_body() {
  return errors::RateLimited{.retry_after_ms = 1s,
                             .reason = "too many large bodies are being sent at once: send them one after the other"};
}

// Whether an answer of that status ends with its head. Spec: RFC 9112 §6.3
bool has_no_body(int status) { return status == 204 || status == 304; }

template <typename Body>
http::response<Body> response_of(const ReplyHead& head, unsigned version, bool keep_alive) {
  http::response<Body> response(static_cast<http::status>(head.status), version);
  for (const auto& [name, value] : head.headers) response.set(name, value);
  response.keep_alive(keep_alive);
  return response;
}

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
      since_(server.clock_.now()) {}

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
  if (begun_ && !replied_) close();
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
  co_return http_->keep_alive && http_->body_read;
}

// The answer to a head that cannot be read: nobody looks who asks.
asio::awaitable<void> Connection::refuse(const Refusal& refusal) {
  Outcome told = outcome_of(refusal);
  static_cast<void>(co_await reply({.status = told.status, .headers = std::move(told.headers)}, Secret(told.body)));
}

// A request's head as it came, up to its empty line. False: nobody asks any more.
asio::awaitable<bool> Connection::read_head_bytes() {
  beast::flat_buffer& buffer = http_->buffer;
  std::size_t looked = 0;
  const Duration quiet = rank_ == Rank::known ? idle : server_.options_.limits.stranger_idle;
  within(buffer.size() == 0 ? quiet : head_time);
  for (;;) {
    const std::string_view bytes(static_cast<const char*>(buffer.data().data()), buffer.size());
    const auto end = bytes.find(end_of_head, looked);
    http_->head_bytes = end == std::string_view::npos ? bytes.size() : end + end_of_head.size();
    if (end != std::string_view::npos || bytes.size() > longest_head) co_return true;
    looked = bytes.size() < end_of_head.size() ? 0 : bytes.size() - end_of_head.size() + 1;
    const auto [error, count] = co_await socket_.async_read_some(buffer.prepare(read_at_once), use_tuple);
    if (error) co_return false;
    if (buffer.size() == 0) within(head_time);
    buffer.commit(count);
  }
}

std::expected<RequestHead, Refusal> Connection::parse_head() {
  http_->keep_alive = http_->body_read = http_->head_only = false;
  const std::string_view bytes(static_cast<const char*>(http_->buffer.data().data()), http_->head_bytes);
  ParsedHead parsed = gateway::parse_head(bytes, http_->parser.emplace());
  http_->version = parsed.version;
  http_->buffer.consume(parsed.taken);
  if (!parsed.head) return parsed.head;
  http_->keep_alive = http_->parser->get().keep_alive();
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
  std::size_t count = 0;
  while (!error && !parser.is_done()) {
    // With its length it is there as a whole from its first byte on.
    if (!http_->share->grow_to(std::max<std::size_t>(http_->framing.length, parser.get().body().size())))
      co_return fail(no_room_for_body());
    std::tie(error, count) = co_await http::async_read_some(socket_, http_->buffer, parser, use_tuple);
  }
  deadline_ = BootTime::max();
  if (error == http::error::body_limit) co_return fail(too_large);
  if (error)
    co_return fail(errors::InvalidRequest{.field = "body", .reason = "it broke off, or is not framed as HTTP has it"});
  http_->body_read = true;
  Secret body(http_->parser->get().body());
  wipe(http_->parser->get().body());
  co_return body;
}

asio::awaitable<bool> Connection::reply(ReplyHead head, Secret body) {
  if (closed_) co_return false;
  if (rank_ == Rank::stranger) server_.turns_.charge_strangers(std::chrono::steady_clock::now() - turn_began_);
  begun_ = true;
  const bool keep = http_->keep_alive && http_->body_read;
  auto response = response_of<http::span_body<const char>>(head, http_->version, keep);
  const std::string_view text = body.reveal();
  if (!has_no_body(head.status)) response.content_length(text.size());
  if (!http_->head_only && !has_no_body(head.status)) response.body() = {text.data(), text.size()};
  within(drain);
  const auto [error, count] = co_await http::async_write(socket_, response, use_tuple);
  deadline_ = BootTime::max();
  http_->keep_alive = keep && !error;
  replied_ = !error;
  co_return !error;
}

asio::awaitable<bool> Connection::begin(ReplyHead head, std::optional<std::uint64_t> length) {
  if (closed_) co_return false;
  begun_ = true;
  http_->chunked = !length && !has_no_body(head.status) && !http_->head_only && http_->version >= 11;
  const bool to_the_end = !length && !http_->chunked && !has_no_body(head.status) && !http_->head_only;
  http_->keep_alive = http_->keep_alive && http_->body_read && !to_the_end;
  auto response = response_of<http::empty_body>(head, http_->version, http_->keep_alive);
  if (http_->chunked)
    response.chunked(true);
  else if (length && !has_no_body(head.status))
    response.content_length(*length);
  http::response_serializer<http::empty_body> serializer(response);
  within(drain);
  const auto [error, count] = co_await http::async_write_header(socket_, serializer, use_tuple);
  deadline_ = BootTime::max();
  co_return !error;
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
