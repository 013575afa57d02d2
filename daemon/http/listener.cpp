#include "daemon/http/listener.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <list>
#include <map>

#include "base/door.hpp"
#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "base/task_group.hpp"
#include "daemon/http/socket_owner.hpp"

namespace wardend::http {
namespace {

namespace beast = boost::beast;
using tcp = asio::ip::tcp;

constexpr auto use_tuple = asio::as_tuple(asio::use_awaitable);

std::string lower(beast::string_view text) {
  std::string lowered(text);
  for (char& c : lowered)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lowered;
}

InboundRequest to_request(const beast::http::request<beast::http::empty_body>& from, std::optional<uid_t> uid) {
  InboundRequest request{.method = std::string(from.method_string()), .peer_uid = uid};
  const std::string_view target(from.target().data(), from.target().size());
  const auto question = target.find('?');
  request.path = target.substr(0, question);
  if (question != std::string_view::npos) request.query = Secret(target.substr(question + 1));
  for (const auto& field : from) request.headers.emplace_back(lower(field.name_string()), std::string(field.value()));
  return request;
}

using Response = beast::http::response<beast::http::string_body>;

// What every page carries unless its handler said otherwise.
void add_defaults(Response& response) {
  const std::pair<const char*, const char*> defaults[] = {
      {"Cache-Control", "no-store"},
      {"Referrer-Policy", "no-referrer"},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Content-Security-Policy",
       "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; base-uri 'none'"}};
  for (const auto& [name, value] : defaults)
    if (response.find(name) == response.end()) response.set(name, value);
}

Response to_response(Reply reply, unsigned version, bool keep_alive, bool head) {
  Response response(static_cast<beast::http::status>(reply.status), version);
  response.set(beast::http::field::content_type, reply.content_type);
  for (const auto& [name, value] : reply.headers) response.set(name, value);
  add_defaults(response);
  response.keep_alive(keep_alive);
  response.body() = reply.body.reveal();
  response.prepare_payload();
  if (head) response.body().clear();
  return response;
}

}  // namespace

std::string_view InboundRequest::header(std::string_view name) const {
  std::string_view only;
  int seen = 0;
  for (const auto& [key, value] : headers) {
    if (key != name) continue;
    only = value;
    ++seen;
  }
  return seen == 1 ? only : std::string_view{};
}

namespace {

// Who is at the other end: a user of this machine, or a number that stands for another machine.
struct Peer {
  std::uint64_t user = 0;
  std::optional<uid_t> uid = {};
};

Peer peer_of(tcp::socket& socket) {
  if (const auto uid = owner_of_peer(socket.native_handle())) return {*uid, uid};
  boost::system::error_code ignored;
  const auto address = socket.remote_endpoint(ignored).address().to_string();
  return {(std::uint64_t{1} << 32) | std::hash<std::string>{}(address), std::nullopt};
}

}  // namespace

struct Listener::Impl {
  struct Connection {
    Connection(tcp::socket accepted, Peer who, BootTime now) : socket(std::move(accepted)), peer(who), since(now) {}
    tcp::socket socket;
    Peer peer;
    BootTime since;  // when it was made, or last answered
    bool answering = false;
    bool leaving = false;  // its place has been given away
    Event left = {};
    BootTime deadline = BootTime::max();
  };

  Impl(asio::io_context& io, Clock& time, Options chosen, Handler on_request)
      : loop(io), clock(time), options(chosen), handler(std::move(on_request)), tasks(io.get_executor()) {}

  void listen(FileDescriptor listening);
  void admit(tcp::socket socket);
  asio::awaitable<void> serve(std::list<Connection>::iterator connection);
  asio::awaitable<bool> serve_one(Connection& connection, beast::flat_buffer& buffer);
  asio::awaitable<Reply> answer(InboundRequest request);
  asio::awaitable<void> watch_deadlines();
  void limit(Connection& connection);
  static void log_failure(const Connection& connection, const char* what);
  [[nodiscard]] Reply too_long(const Connection& connection, std::string_view address) const;

  asio::io_context& loop;
  Clock& clock;
  Options options;
  Handler handler;
  std::map<std::uint64_t, Pace> paces;  // by user
  std::list<Door> doors;
  std::list<Connection> connections;
  Event deadline_set;
  TaskGroup tasks;
};

void Listener::Impl::listen(FileDescriptor listening) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  ::getsockname(listening.get(), reinterpret_cast<sockaddr*>(&address), &size);
  const tcp protocol = address.ss_family == AF_INET6 ? tcp::v6() : tcp::v4();
  Door& door =
      doors.emplace_back(loop, clock, std::move(listening), Door::Options{.label = "http", .strangers = options.door},
                         [this, protocol](FileDescriptor socket) {
                           admit(tcp::socket(loop, protocol, socket.release()));
                           return Rank::stranger;  // nobody is named beforehand
                         });
  tasks.spawn("http accept", door.keep());
}

void Listener::Impl::admit(tcp::socket socket) {
  // Before anything is parsed, while the connection still stands.
  const Peer peer = peer_of(socket);
  if (options.identify_peer && !peer.uid) {
    log::bounded(log::Level::warn, "loopback connection refused: the kernel does not name its owner", "");
    return;
  }
  std::vector<OpenConnection> open;
  std::vector<Connection*> who;
  for (Connection& connection : connections) {
    if (connection.leaving) continue;
    open.push_back({.user = connection.peer.user, .busy = connection.answering, .since = connection.since});
    who.push_back(&connection);
  }
  const RoomVerdict verdict = make_room({.user = peer.user}, open, options.places);
  if (!verdict.let_in) return;
  if (verdict.instead_of) {
    boost::system::error_code ignored;
    Connection& other = *who[*verdict.instead_of];
    other.leaving = true;
    other.left.notify_all();
    other.socket.close(ignored);
  }
  connections.emplace_back(std::move(socket), peer, clock.now());
  tasks.spawn("http connection", serve(std::prev(connections.end())));
}

asio::awaitable<void> Listener::Impl::serve(std::list<Connection>::iterator connection) {
  const ScopeExit leaves([&] { connections.erase(connection); });
  beast::flat_buffer buffer(options.max_header_bytes + 4096);
  // Whatever is wrong with one connection ends that one.
  try {
    while (co_await serve_one(*connection, buffer)) {
    }
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    log_failure(*connection, error.what());
  } catch (const std::exception& error) {
    log_failure(*connection, error.what());
  }
  boost::system::error_code ignored;
  connection->socket.shutdown(tcp::socket::shutdown_send, ignored);
}

void Listener::Impl::log_failure(const Connection& connection, const char* what) {
  log::bounded(log::Level::warn, "a loopback connection failed", std::to_string(connection.peer.user),
               {{"error", what}});
}

// A head over the limit. Where it was not read as far as its `address`, that is what is too long.
Reply Listener::Impl::too_long(const Connection& connection, std::string_view address) const {
  const bool by_address = address.empty();
  log::bounded(log::Level::warn,
               by_address ? "a browser's address is longer than wardend takes"
                          : "a browser's headers are longer than wardend takes",
               std::to_string(connection.peer.user), {{"limit_bytes", options.max_header_bytes}});
  const std::string text =
      by_address
          ? "The EHR sent the browser to an address of more than " + std::to_string(options.max_header_bytes / 1024) +
                " KiB. wardend takes no longer one: tell support.\n"
          : "The browser's cookies for 127.0.0.1 are too many. Delete them, then launch the app again.\n";
  return {.status = 431, .content_type = "text/plain", .headers = {}, .body = Secret(text)};
}

asio::awaitable<bool> Listener::Impl::serve_one(Connection& connection, beast::flat_buffer& buffer) {
  beast::http::request_parser<beast::http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(options.max_header_bytes));
  parser.body_limit(0);
  limit(connection);
  const auto [error, count] = co_await beast::http::async_read(connection.socket, buffer, parser, use_tuple);
  connection.deadline = BootTime::max();
  if (error == beast::http::error::end_of_stream || error == asio::error::operation_aborted) co_return false;
  if (connection.leaving) co_return false;
  if (const Duration wait = paces[connection.peer.user].spend(clock.now(), 1, options.pace); wait > Duration::zero()) {
    co_await clock.wait(connection.left, clock.now() + wait);
    if (connection.leaving) co_return false;
  }
  connection.answering = true;
  const ScopeExit answered([&] {
    connection.answering = false;
    connection.since = clock.now();
  });
  Reply reply{.status = 400, .content_type = "text/plain", .headers = {}, .body = Secret("bad request\n")};
  if (error == beast::http::error::header_limit) reply = too_long(connection, parser.get().target());
  bool keep_alive = false;
  bool head = false;
  unsigned version = 11;
  if (!error) {
    const auto& message = parser.get();
    keep_alive = message.keep_alive();
    head = message.method() == beast::http::verb::head;
    version = message.version();
    InboundRequest request = to_request(message, options.identify_peer ? connection.peer.uid : std::nullopt);
    reply = co_await answer(std::move(request));
  } else if (!connection.socket.is_open()) {
    co_return false;
  }
  Response response = to_response(std::move(reply), version, keep_alive, head);
  limit(connection);
  const auto [write_error, written] = co_await beast::http::async_write(connection.socket, response, use_tuple);
  connection.deadline = BootTime::max();
  wipe(response.body());
  co_return keep_alive && !write_error;
}

asio::awaitable<Reply> Listener::Impl::answer(InboundRequest request) {
  try {
    co_return co_await handler(std::move(request));
  } catch (const boost::system::system_error& error) {
    if (error.code() == asio::error::operation_aborted) throw;
    log::bounded(log::Level::error, "http handler failed", "", {{"error", error.code().message()}});
  }
  co_return Reply{.status = 500, .content_type = "text/plain", .headers = {}, .body = Secret("internal error\n")};
}

void Listener::Impl::limit(Connection& connection) {
  connection.deadline = clock.now() + options.request_deadline;
  deadline_set.notify_all();
}

// What is settled of a user's pace goes along: whoever adds to it wakes this.
asio::awaitable<void> Listener::Impl::watch_deadlines() {
  for (;;) {
    const BootTime now = clock.now();
    std::erase_if(paces, [&](const auto& entry) { return entry.second.settled(now); });
    BootTime next = BootTime::max();
    for (Connection& connection : connections) {
      boost::system::error_code ignored;
      if (now >= connection.deadline) connection.socket.close(ignored);
      if (now < connection.deadline) next = std::min(next, connection.deadline);
    }
    co_await clock.wait(deadline_set, next);
  }
}

Listener::Listener(asio::io_context& loop, Clock& clock, std::vector<int> sockets, Options options, Handler handler)
    : impl_(std::make_unique<Impl>(loop, clock, options, std::move(handler))) {
  for (const int socket : sockets) impl_->listen(FileDescriptor(socket));
  impl_->tasks.spawn("http deadlines", impl_->watch_deadlines());
}

Listener::~Listener() = default;

asio::awaitable<void> Listener::shut_down() { return impl_->tasks.shut_down(impl_->clock); }

std::size_t Listener::connections() const { return impl_->connections.size(); }

}  // namespace wardend::http
