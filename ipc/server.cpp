#include "ipc/server.hpp"

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

std::vector<const Dispatcher*> read_only(const std::vector<Dispatcher*>& dispatchers) {
  return {dispatchers.begin(), dispatchers.end()};
}

}  // namespace

Server::Server(asio::io_context& loop, Clock& clock, ServerOptions options, std::vector<Dispatcher*> dispatchers,
               AcceptHook on_accept)
    : loop_(loop),
      clock_(clock),
      options_(std::move(options)),
      dispatchers_(std::move(dispatchers)),
      service_(options_.version, read_only(dispatchers_)),
      on_accept_(std::move(on_accept)),
      acceptor_(loop.get_executor()),
      tasks_(loop.get_executor()) {
  tasks_.spawn("ipc sweep", sweep_loop());
}

Server::~Server() {
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

void Server::admit(Socket socket) {
  ++counters_.accepted;
  const auto uid = peer_uid(socket.native_handle());
  if (!uid) return reject(Rejection::unknown_peer, "the kernel does not name the peer");
  const auto used = per_uid_.find(*uid);
  const bool uid_full = used != per_uid_.end() && used->second >= options_.limits.connections_per_uid;
  if (uid_full || connections_.size() >= options_.limits.connections)
    return reject(Rejection::too_many, fmt::format("uid={}", *uid));
  auto caller = Caller::of_socket(socket.native_handle());
  if (!caller) return reject(Rejection::unknown_peer, caller.error());

  const std::uint64_t tag = on_accept_ ? on_accept_(*caller) : 0;
  auto connection = std::make_unique<Connection>(*this, std::move(socket), std::move(*caller), tag);
  auto& started = *connection;
  connections_.emplace(&started, std::move(connection));
  ++per_uid_[*uid];
  counters_.connections = connections_.size();
  started.start();
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
    malformed_.clear();
    report_rejections(now);
  }
}

void Server::retire(Connection& connection) {
  // Posted: it may be the connection itself that is calling, or a loop over all of them.
  asio::post(loop_, [this, &connection] {
    const auto used = per_uid_.find(connection.caller().uid());
    if (--used->second == 0) per_uid_.erase(used);
    connections_.erase(&connection);
    counters_.connections = connections_.size();
    if (connections_.empty()) emptied_.notify_all();
  });
}

void Server::wipe_unsent(const std::function<bool(const Caller&, std::uint64_t tag)>& ended, const Error& instead) {
  for (const auto& [connection, owner] : connections_)
    if (ended(connection->caller(), connection->tag())) connection->wipe_unsent(instead);
}

Dispatcher* Server::find(std::string_view interface) {
  for (auto* dispatcher : dispatchers_)
    if (dispatcher->interface_name() == interface) return dispatcher;
  return interface == service_.interface_name() ? &service_ : nullptr;
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
