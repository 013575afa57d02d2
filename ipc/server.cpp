#include "ipc/server.hpp"

#include <sys/socket.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "base/log.hpp"

namespace wardend::ipc {
namespace {

constexpr Duration sweep_interval = 1s;
constexpr Duration pause_after_failed_accept = 100ms;
constexpr Duration report_interval = 10s;

// A peer that has closed and left nothing to read.
bool left_already(int socket) {
  char byte = 0;
  return ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

std::vector<const Dispatcher*> read_only(const std::vector<Dispatcher*>& dispatchers) {
  return {dispatchers.begin(), dispatchers.end()};
}

}  // namespace

Server::Server(asio::io_context& loop, Clock& clock, UnsentReplies& unsent, ServerOptions options,
               std::vector<Dispatcher*> dispatchers, AcceptHook on_accept)
    : loop_(loop),
      clock_(clock),
      unsent_(unsent),
      options_(std::move(options)),
      service_(options_.version, read_only(dispatchers)),
      interfaces_(std::move(dispatchers)),
      on_accept_(std::move(on_accept)),
      acceptor_(loop.get_executor()),
      tasks_(loop.get_executor()),
      shares_(loop, clock) {
  interfaces_.push_back(&service_);
  unsent_.servers_.push_back(this);
  tasks_.spawn("ipc sweep", sweep_loop());
}

Server::~Server() {
  std::erase(unsent_.servers_, this);
  if (connections_.empty()) return;
  log::critical("server destroyed with a connection open", {{"socket", options_.label}});
  std::terminate();
}

void Server::listen(FileDescriptor listening) {
  acceptor_.assign(asio::local::stream_protocol(), listening.release());
  tasks_.spawn("ipc accept", accept_loop());
}

void Server::adopt(FileDescriptor connected) {
  admit(Socket(loop_.get_executor(), asio::local::stream_protocol(), connected.release()));
}

asio::awaitable<void> Server::accept_loop() {
  for (;;) {
    auto [error, socket] = co_await acceptor_.async_accept(asio::as_tuple(asio::use_awaitable));
    if (error == asio::error::operation_aborted || shutting_down_) co_return;
    if (!error) {
      admit(std::move(socket));
      continue;
    }
    // Out of descriptors or memory, or a peer that left: the socket stays ready, so pause instead of spinning.
    log::warn("accept failed", {{"socket", options_.label}, {"error", error.message()}});
    co_await clock_.sleep_for(pause_after_failed_accept);
  }
}

// The cheapest questions come first: whoever is refused can come back thousands of times a second.
void Server::admit(Socket socket) {
  ++counters_.accepted;
  const int fd = socket.native_handle();
  if (left_already(fd)) return;
  auto caller = Caller::of_socket(fd);
  if (!caller) return reject(Rejection::unknown_peer, caller.error());
  const bool may_be_known = !options_.may_be_known || options_.may_be_known(*caller);
  Rank rank = may_be_known ? Rank::known : Rank::stranger;
  Room room = room_for(*caller, rank);
  if (room.let_in && may_be_known) {
    const auto found = caller->look_up(fd);
    if (!found && options_.absent == Absent::dropped) return reject(Rejection::unknown_peer, found.error());
    if (options_.is_known && !options_.is_known(*caller)) {
      rank = Rank::stranger;
      room = room_for(*caller, rank);
    }
  }
  if (!room.let_in && forget_who_left(caller->uid())) room = room_for(*caller, rank);
  if (!room.let_in) return reject(Rejection::too_many, caller->describe());
  if (room.instead_of != nullptr) room.instead_of->give_way();

  const std::uint64_t tag = on_accept_ && rank == Rank::known ? on_accept_(*caller) : 0;
  auto connection = std::make_unique<Connection>(*this, std::move(socket), std::move(*caller), rank, tag);
  auto& started = *connection;
  connections_.emplace(&started, std::move(connection));
  ++places_taken_[started.caller().uid()];
  ++all_places_taken_;
  counters_.connections = connections_.size();
  started.start();
}

Server::Room Server::room_for(const Caller& caller, Rank rank) const {
  const auto own = places_taken_.find(caller.uid());
  const PlacesTaken taken{.by_user = own == places_taken_.end() ? 0 : own->second, .by_all = all_places_taken_};
  if (has_free_place(rank, taken, options_.limits.places)) return {.let_in = true};
  std::vector<OpenConnection> open;
  std::vector<Connection*> which;
  open.reserve(connections_.size());
  which.reserve(connections_.size());
  for (const auto& [connection, owner] : connections_) {
    if (!connection->open()) continue;
    open.push_back(connection->as_open());
    which.push_back(connection);
  }
  const OpenConnection newcomer{.user = caller.uid(), .process = caller.pid(), .rank = rank};
  const RoomVerdict verdict = make_room(newcomer, open, options_.limits.places);
  return {verdict.let_in, verdict.instead_of ? which[*verdict.instead_of] : nullptr};
}

// Whoever closes while nothing is read is found by the sweep; a newcomer of the same user does not wait for that.
bool Server::forget_who_left(uid_t uid) {
  const std::size_t before = all_places_taken_;
  for (const auto& [connection, owner] : connections_)
    if (connection->caller().uid() == uid) connection->look_for_peer();
  return all_places_taken_ < before;
}

void Server::place_left(uid_t uid) {
  const auto own = places_taken_.find(uid);
  if (--own->second == 0) places_taken_.erase(own);
  --all_places_taken_;
}

// Not a log line each: whoever is refused can come back thousands of times a second.
void Server::reject(Rejection reason, std::string_view who) {
  ++counters_.rejected[static_cast<std::size_t>(reason)];
  log::debug("connection refused",
             {{"socket", options_.label}, {"reason", rejection_names[static_cast<std::size_t>(reason)]}, {"who", who}});
}

void Server::report_rejections(BootTime now) {
  const auto all = counters_.all_rejected();
  if (all == reported_ || now - reported_at_ < report_interval) return;
  log::warn("connections refused or cut", {{"socket", options_.label},
                                           {"new", all - reported_},
                                           {"too_large", counters_.of(Rejection::too_large)},
                                           {"too_many", counters_.of(Rejection::too_many)},
                                           {"timeout", counters_.of(Rejection::timeout)},
                                           {"malformed", counters_.of(Rejection::malformed)},
                                           {"unknown_peer", counters_.of(Rejection::unknown_peer)}});
  reported_ = all;
  reported_at_ = now;
}

// One sweep for all deadlines: a timer a frame would cost more than the frame.
asio::awaitable<void> Server::sweep_loop() {
  for (;;) {
    co_await clock_.sleep_for(sweep_interval);
    const auto now = clock_.now();
    for (const auto& [connection, owner] : connections_) connection->sweep(now);
    shares_.settle(now);
    report_rejections(now);
  }
}

void Server::retire(Connection& connection) {
  // Posted: it may be the connection itself that is calling, or a loop over all of them.
  asio::post(loop_, [this, &connection] {
    connections_.erase(&connection);
    counters_.connections = connections_.size();
    if (connections_.empty()) emptied_.notify_all();
  });
}

void Server::take_back(const About& meant, const Error& instead) {
  for (const auto& [connection, owner] : connections_) connection->take_back(meant, instead);
}

void Server::let_starved_read() {
  for (const auto& [connection, owner] : connections_)
    if (connection->starved()) connection->read_on();
}

asio::awaitable<void> Server::shut_down() {
  shutting_down_ = true;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  for (const auto& [connection, owner] : connections_) connection->close();
  while (!connections_.empty()) co_await clock_.wait(emptied_, BootTime::max());
  co_await tasks_.shut_down(clock_);
}

}  // namespace wardend::ipc
