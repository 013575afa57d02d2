#include "ipc/server.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <exception>
#include <utility>

#include "base/log.hpp"
#include "base/scope_exit.hpp"
#include "base/secret.hpp"
#include "ipc/newcomer.hpp"
#include "ipc/peer_socket.hpp"

namespace wardend::ipc {
namespace {

constexpr Duration sweep_interval = 1s;
constexpr Duration report_interval = 10s;
constexpr std::chrono::nanoseconds sweep_at_once = 100us;
constexpr std::size_t most_spare = 8;

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
      tasks_(loop.get_executor()),
      places_(options_.limits.places),
      closer_(clock, options_.closer),
      shares_(clock, options_.limits.strangers) {
  interfaces_.push_back(&service_);
  unsent_.servers_.push_back(this);
  tasks_.spawn("ipc sweep", sweep_loop());
  tasks_.spawn("ipc turns", shares_.give_turns());
  tasks_.spawn("ipc closer", closer_.run());
}

Server::~Server() {
  std::erase(unsent_.servers_, this);
  if (connections_.empty() && spare_.empty()) return;
  log::critical("server destroyed with a connection open", {{"socket", options_.label}});
  std::terminate();
}

void Server::listen(FileDescriptor listening) {
  door_.emplace(loop_, clock_, std::move(listening),
                Door::Options{.label = options_.label, .strangers = options_.limits.door},
                [this](FileDescriptor socket) { return adopt(std::move(socket)); });
  tasks_.spawn("ipc accept", door_->keep());
}

// Twice in a row nobody: what was received a moment ago may not be taken over yet.
asio::awaitable<void> Server::hear_who_waits(BootTime until) {
  constexpr Duration between_looks = 1ms;
  if (!somebody_waits()) co_return;
  for (int calm = 0; calm < 2 && clock_.now() < until;) {
    co_await clock_.sleep_for(between_looks);
    calm = somebody_waits() ? 0 : calm + 1;
  }
}

bool Server::somebody_waits() {
  if (door_ && door_->somebody_waits()) return true;
  return std::ranges::any_of(connections_, [](const auto& entry) { return entry.first->waits(); });
}

Rank Server::adopt(FileDescriptor connected) {
  std::array<char, BytePump::landing_bytes> buffer;
  const Limits& limits = options_.limits;
  return adopt(std::move(connected),
               std::span(buffer).first(std::min({buffer.size(), limits.frame_bytes, limits.stranger_frame_bytes})));
}

// The cheapest questions come first: whoever is refused can come back thousands of times a second.
Rank Server::adopt(FileDescriptor connected, std::span<char> buffer) {
  ++counters_.accepted;
  const int fd = connected.get();
  const Taken taken = take_sent(fd, buffer);
  const std::span<char> sent = buffer.first(taken.bytes);
  const ScopeExit wipe_sent([&] { wipe(sent.data(), sent.size()); });
  if (taken.sent == Sent::no_more) return closer_.close(std::move(connected)), Rank::stranger;
  auto caller = Caller::of_socket(fd, wanted_facts());
  if (!caller) return refuse(std::move(connected), Rejection::unknown_peer, caller.error());
  Rank rank = possible_rank(*caller, options_);
  Places::Room room = room_for(*caller, rank);
  if (!room.let_in) return turn_away(std::move(connected), *caller, rank);
  if (rank == Rank::known) {
    const auto found = rank_of(*caller, options_, hold(*caller, fd) ? Process::held : Process::gone);
    if (!found) return refuse(std::move(connected), found.error(), "the peer's process is gone");
    if (*found != rank) room = room_for(*caller, *found);
    rank = *found;
    if (!room.let_in) return turn_away(std::move(connected), *caller, rank);
  }
  if (room.instead_of != nullptr) room.instead_of->give_way();
  const auto began = std::chrono::steady_clock::now();
  const std::uint64_t tag = on_accept_ && rank == Rank::known ? on_accept_(*caller) : 0;
  if (rank == Rank::stranger) caller->let_go();
  seat({std::move(connected), sent, std::move(*caller), rank, tag});
  if (rank == Rank::stranger) shares_.charge_strangers(std::chrono::steady_clock::now() - began);
  return rank;
}

// One that connects for each call is opened once.
bool Server::hold(Caller& caller, int socket) {
  if (auto process = recent_.find(caller.pid())) {
    caller.hold(socket, std::move(process));
  } else if (caller.hold(socket)) {
    recent_.keep(caller.process());
  }
  return caller.process() != nullptr;
}

void Server::seat(Newcomer newcomer) {
  Connection* seated = nullptr;
  if (spare_.empty()) {
    auto fresh = std::make_unique<Connection>(*this, std::move(newcomer.caller), newcomer.rank, newcomer.tag);
    seated = fresh.get();
    connections_.emplace(seated, std::move(fresh));
  } else {
    seated = spare_.back().key();
    seated->begin_anew(std::move(newcomer.caller), newcomer.rank, newcomer.tag);
    connections_.insert(std::move(spare_.back()));
    spare_.pop_back();
  }
  places_.take(*seated);
  counters_.connections = connections_.size();
  stirred_.notify_all();
  seated->start(std::move(newcomer.socket), newcomer.sent);
}

Places::Room Server::room_for(const Caller& caller, Rank rank) {
  if (rank == Rank::stranger && shares_.strangers_wait()) return {.let_in = false};
  return places_.room_for(caller, rank, clock_.now());
}

template <typename Who>
Rank Server::refuse(FileDescriptor socket, Rejection reason, const Who& who) {
  reject(reason, who);
  closer_.close(std::move(socket));
  return Rank::stranger;
}

Rank Server::turn_away(FileDescriptor socket, const Caller& caller, Rank rank) {
  reject(Rejection::too_many, caller);
  if (rank == Rank::stranger)
    closer_.turn_away(std::move(socket));
  else
    closer_.close(std::move(socket));
  return Rank::stranger;
}

void Server::reject(Rejection reason, const Caller& caller) {
  reject(reason, log::wants(log::Level::debug) ? caller.describe() : std::string());
}

// Not a log line each: whoever is refused can come back thousands of times a second.
void Server::reject(Rejection reason, std::string_view who) {
  ++counters_.rejected[static_cast<std::size_t>(reason)];
  stirred_.notify_all();
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

bool Server::wants_sweep() const {
  return !shares_.settled() || !recent_.empty() || counters_.all_rejected() != reported_ ||
         std::ranges::any_of(connections_, [](const auto& entry) { return entry.first->wants_sweep(); });
}

// One sweep for all deadlines: a timer a frame would cost more than the frame. None while nobody has one.
asio::awaitable<void> Server::sweep_loop() {
  for (;;) {
    if (!wants_sweep()) co_await clock_.wait(stirred_, BootTime::max());
    co_await clock_.sleep_for(sweep_interval);
    co_await sweep();
    shares_.settle(clock_.now());
    recent_.forget_unused();
    report_rejections(clock_.now());
  }
}

// A flood may leave hundreds behind, whose descriptors take long to close: a lock does not wait for all of them.
asio::awaitable<void> Server::sweep() {
  const auto now = clock_.now();
  auto until = std::chrono::steady_clock::now() + sweep_at_once;
  for (auto at = connections_.begin(); at != connections_.end();) {
    Connection* connection = at->first;
    connection->sweep(now);
    if (std::chrono::steady_clock::now() > until) {
      co_await asio::post(asio::use_awaitable);
      until = std::chrono::steady_clock::now() + sweep_at_once;
    }
    at = connections_.upper_bound(connection);
  }
}

bool Server::wants_spare() const { return !shutting_down_ && spare_.size() < most_spare; }

// Nothing is destroyed here: it may be the connection itself that is calling.
void Server::retire(Connection& connection) {
  if (connection.idle() && wants_spare()) {
    spare_.push_back(connections_.extract(&connection));
    counters_.connections = connections_.size();
  } else {
    asio::post(loop_, [this, &connection] {
      if (connection.idle()) return connection.dismiss();
      connections_.erase(&connection);
      counters_.connections = connections_.size();
      if (connections_.empty()) emptied_.notify_all();
    });
  }
}

// One that ends meanwhile goes, and others with it.
template <typename Do>
void Server::for_each_connection(Do something) {
  for (auto at = connections_.begin(); at != connections_.end();) {
    Connection* connection = at->first;
    something(*connection);
    at = connections_.upper_bound(connection);
  }
}

void Server::take_back(const About& meant, const Error& instead) {
  for_each_connection([&](Connection& connection) { connection.take_back(meant, instead); });
  for (const auto& spare : spare_) spare.key()->take_back(meant, instead);
}

void Server::let_starved_read() {
  for_each_connection([](Connection& connection) {
    if (connection.starved()) connection.read_on();
  });
}

asio::awaitable<void> Server::shut_down() {
  shutting_down_ = true;
  if (door_) door_->shut();
  for_each_connection([](Connection& connection) { connection.close(); });
  for (auto& spare : std::exchange(spare_, {})) connections_.insert(std::move(spare)).position->first->dismiss();
  while (!connections_.empty()) co_await clock_.wait(emptied_, BootTime::max());
  co_await tasks_.shut_down(clock_);
}

}  // namespace wardend::ipc
