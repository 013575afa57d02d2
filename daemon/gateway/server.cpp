#include "daemon/gateway/server.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "ipc/newcomer.hpp"

namespace wardend::gateway {

Server::Server(asio::io_context& loop, Clock& clock, Answer answer, ipc::ServerOptions options, AcceptHook on_accept)
    : loop_(loop),
      clock_(clock),
      answer_(std::move(answer)),
      options_(std::move(options)),
      on_accept_(std::move(on_accept)),
      turns_(clock, options_.limits.strangers),
      tasks_(loop.get_executor()) {
  tasks_.spawn("gateway deadlines", watch_deadlines());
  tasks_.spawn("gateway turns", turns_.give());
}

void Server::listen(FileDescriptor listening) {
  door_.emplace(loop_, clock_, std::move(listening),
                Door::Options{.label = options_.label, .strangers = options_.limits.door},
                [this](FileDescriptor socket) { return adopt(std::move(socket)); });
  tasks_.spawn("gateway accept", door_->keep());
}

Rank Server::refuse(ipc::Rejection reason, const ipc::Caller* who) {
  const auto number = static_cast<std::size_t>(reason);
  ++counters_.rejected[number];
  const std::string_view name = ipc::rejection_names[number];
  const std::string user = who == nullptr ? "nobody" : std::to_string(who->uid());
  log::bounded(log::Level::warn, "a connection to the gateway was refused or cut", user + ' ' + std::string(name),
               {{"uid", user}, {"reason", name}});
  return Rank::stranger;
}

// Who is refused is not looked up for it: a line each would cost more than the request.
void Server::unreadable(const ipc::Caller& who, const Refusal& refusal) {
  const bool too_large = refusal.error.code() == Errc::TooLarge;
  ++counters_.rejected[static_cast<std::size_t>(too_large ? ipc::Rejection::too_large : ipc::Rejection::malformed)];
  log::bounded(log::Level::warn, "a request to the gateway cannot be read", std::to_string(who.uid()),
               {{"uid", who.uid()},
                {"pid", who.pid()},
                {"status", refusal.status},
                {"error", name_of(refusal.error.code())},
                {"reason", refusal.error.detail()}});
}

Rank Server::adopt(FileDescriptor connected) {
  ++counters_.accepted;
  auto caller = ipc::Caller::of_socket(connected.get());
  if (!caller) return refuse(ipc::Rejection::unknown_peer);
  Rank rank = ipc::possible_rank(*caller, options_);
  if (rank == Rank::known) {
    const auto process = caller->hold(connected.get()) ? ipc::Process::held : ipc::Process::gone;
    const auto found = ipc::rank_of(*caller, options_, process);
    if (!found) return refuse(found.error(), &*caller);
    rank = *found;
  }
  if (!make_room_for(*caller, rank)) return refuse(ipc::Rejection::too_many, &*caller);
  const workstation::EpochNumber epoch = rank == Rank::known ? on_accept_(*caller) : 0;
  caller->let_go();  // an idle connection costs one descriptor
  connections_.push_back(std::make_unique<Connection>(
      *this, Connection::Socket(loop_.get_executor(), asio::local::stream_protocol(), connected.release()),
      std::move(*caller), rank, epoch));
  counters_.connections = connections_.size();
  tasks_.spawn("gateway connection", serve(std::prev(connections_.end())));
  return rank;
}

bool Server::make_room_for(const ipc::Caller& caller, Rank rank) {
  std::vector<OpenConnection> open;
  std::vector<Connection*> who;
  for (const auto& connection : connections_) {
    if (connection->closed()) continue;
    open.push_back(connection->as_open());
    who.push_back(connection.get());
  }
  const RoomVerdict verdict =
      make_room({.user = caller.uid(), .process = caller.pid(), .rank = rank}, open, options_.limits.places);
  if (verdict.let_in && verdict.instead_of) who[*verdict.instead_of]->close();
  return verdict.let_in;
}

asio::awaitable<void> Server::serve(Connections::iterator connection) {
  const ScopeExit leaves([&] {
    connections_.erase(connection);
    counters_.connections = connections_.size();
  });
  co_await (*connection)->serve();
}

// Nobody is looked at while nobody has a deadline.
asio::awaitable<void> Server::watch_deadlines() {
  for (;;) {
    next_look_ = BootTime::max();
    for (const auto& connection : connections_) next_look_ = std::min(next_look_, connection->deadline());
    co_await clock_.wait(stirred_, next_look_);
    const BootTime now = clock_.now();
    for (const auto& connection : connections_) {
      if (now < connection->deadline()) continue;
      // Who says nothing for a while has asked nothing: that is how a kept connection ends.
      if (connection->as_open().busy)
        refuse(ipc::Rejection::timeout, &connection->caller());
      else
        ++counters_.rejected[static_cast<std::size_t>(ipc::Rejection::timeout)];
      connection->close();
    }
  }
}

void Server::deadline_set(BootTime deadline) {
  if (deadline < next_look_) stirred_.notify_all();
}

asio::awaitable<void> Server::shut_down() {
  if (door_) door_->shut();
  for (const auto& connection : connections_) connection->close();
  co_await tasks_.shut_down(clock_);
}

}  // namespace wardend::gateway
